"""What is no one's work: what systems, editors and package managers leave beside it."""

from collections.abc import Iterable, Sequence

_NAMES = {
    *("__MACOSX", "__pycache__", "Thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r"),
    *("$RECYCLE.BIN", "System Volume Information"),
    *("node_modules", "site-packages", "dist-packages", "venv", "virtualenv", "conda-meta"),
}
# What a virtual environment is made of, whatever its folder is called, which may be a student's.
_MARK = "pyvenv.cfg"
_OF_ENVIRONMENT = {
    *("bin", "lib", "lib64", "include", "share", "Scripts", "Lib", "Include", "etc", _MARK),
}


def is_left_behind(name: str, is_folder: bool, beside: Iterable[str] = ()) -> bool:
    """Whether a file or a folder is no one's work, by its name.

    beside: the names of what lies in the same folder.
    """
    if name in _NAMES or name.startswith(("._", "~$", ".~")):
        return True
    if name in _OF_ENVIRONMENT and _MARK in beside:
        return True
    if name.startswith("."):
        return is_folder or not name.endswith(".ipynb")
    return not is_folder and name.endswith(("~", ":Zone.Identifier"))


def outermost(folders: Sequence[str]) -> int | None:
    """Return the place of the first of the folders, from the top, that is no one's work."""
    behind = (place for place, one in enumerate(folders) if is_left_behind(one, is_folder=True))
    return next(behind, None)
