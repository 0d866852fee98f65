"""The files that come with an assignment: tables, modules, pictures, in its source's folder."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from grader.authoring.marks import has_mark
from grader.model.submission import MAX_FILES, MAX_TOTAL

Files = tuple[tuple[str, Path], ...]  # by their paths from the notebook's folder


def files_of(names: Iterable[str], folder: Path) -> Files:
    """Return the files of these names; of a folder all that is in it, but what is hidden.

    folder: of the source, which the names are paths from. Raises ValueError, and OSError.
    """
    found: dict[str, Path] = {}
    for name in names:
        for path in _at(name, folder):
            _refuse(path, folder)
            found[path.relative_to(folder).as_posix()] = path
    if len(found) > MAX_FILES:
        raise ValueError(f"there are more than {MAX_FILES} files")
    if sum(path.stat().st_size for path in found.values()) > MAX_TOTAL:
        raise ValueError(f"the files are larger than {MAX_TOTAL // 2**20} MiB in all")
    return tuple(sorted(found.items()))


def digest_of(source: bytes, files: Files) -> str:
    """Return the digest of a source with all that comes with it. Raises OSError."""
    if not files:
        return hashlib.sha256(source).hexdigest()
    parts = [("", source), *((name, path.read_bytes()) for name, path in files)]
    lines = (f"{name}\0{hashlib.sha256(data).hexdigest()}" for name, data in parts)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _at(name: str, folder: Path) -> Iterable[Path]:
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts or "\\" in name:
        raise ValueError(f"`{name}` should lie in the folder of the source, or in one below it")
    if any(part.startswith(".") for part in parts.parts):
        raise ValueError(f"`{name}` is hidden, and would be lost on the way to students")
    path = folder / parts
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise ValueError(f"`{name}` is not there: it is looked for in {folder}")
    if found := sorted(_below(path)):
        return found
    raise ValueError(f"there is no file in the folder `{name}`")


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith((".", "__pycache__")):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)
        elif path.is_file():
            yield path


def _refuse(path: Path, folder: Path) -> None:
    """Raise ValueError for what must not, or cannot, go to students."""
    name = path.relative_to(folder).as_posix()
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"`{name}` leads out of the folder of the source")
    if path.suffix == ".ipynb":
        raise ValueError(f"`{name}` is a notebook, which students' own would be taken for")
    if path.suffix == ".py" and has_mark(path.read_text(encoding="utf-8", errors="replace")):
        raise ValueError(f"`{name}` has a solution in it, and students get these files")
