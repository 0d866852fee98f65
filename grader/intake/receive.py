"""From paths on the command line to what each student handed in."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.errors import Unreadable, UsageError
from grader.model.submission import Handin

_IGNORED = {"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini"}


def receive(paths: Sequence[Path]) -> list[Handin]:
    """Return what was handed in, in order of student and path.

    A file is one student's, named for it. In a folder each file is one student's, and so is each
    folder in it: there the notebooks count, or, where there is none, whatever there is, and
    an empty folder is a student who handed in nothing.
    Raises UsageError for a path that does not exist and where there is nothing at all.
    """
    found: list[Handin] = []
    for path in paths:
        if path.is_dir():
            found.extend(_folder(path))
        elif path.exists():
            # What a person names may be a link; what somebody handed in may not.
            found.append(Handin(student=path.stem, path=path.resolve(), shown=str(path)))
        else:
            raise UsageError(f"{path} does not exist")
    if not found:
        raise UsageError(f"there are no submissions in {', '.join(map(str, paths))}")
    unique = {_real(handin.path): handin for handin in found}
    return sorted(unique.values(), key=lambda handin: (handin.student, handin.shown))


def read(handin: Handin, *, at_most: int) -> bytes:
    """Return the bytes of what was handed in, one more than `at_most` where there are more.

    Raises Unreadable with the reason.
    """
    if handin.path.is_symlink():
        raise Unreadable("it is a link to another file: hand in the file itself")
    if handin.path.is_dir():
        raise Unreadable("nothing was handed in: the folder is empty")
    if not handin.path.is_file():
        raise Unreadable("there is no file of this name, or it is something else than a file")
    try:
        with handin.path.open("rb") as file:
            return file.read(at_most + 1)
    except OSError as error:
        raise Unreadable(f"the file cannot be read: {error.strerror}") from error


def _folder(folder: Path) -> Iterator[Handin]:
    for entry in sorted(folder.iterdir()):
        if _ignored(entry):
            continue
        if entry.is_symlink() or not entry.is_dir():
            yield Handin(student=entry.stem, path=entry, shown=str(entry))
            continue
        files = [
            file
            for file in sorted(entry.rglob("*"))
            if (file.is_symlink() or file.is_file())
            and not any(map(_ignored, [file, *file.relative_to(entry).parents]))
        ]
        notebooks = [file for file in files if file.suffix == ".ipynb"]
        for file in notebooks or files or [entry]:
            yield Handin(student=entry.name, path=file, shown=str(file))


def _real(path: Path) -> Path:
    """Return the same for two ways to one file; a link is a thing of its own."""
    return path.parent.resolve() / path.name if path.is_symlink() else path.resolve()


def _ignored(path: Path) -> bool:
    name = path.name
    return name.startswith((".", "~$")) or name in _IGNORED or name.endswith("-checkpoint.ipynb")
