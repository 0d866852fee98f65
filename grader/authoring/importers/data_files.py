"""The files that a notebook reads or imports, from those that lie beside it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

_IGNORED = {".ipynb", ".pyc", ".db"}
_MADE = {  # folders that the systems write
    *("dist", "autograder", "student"),
    *("release", "submitted", "autograded", "feedback"),
}
_MOST = 2_000  # files of a folder that are looked at


def beside(folder: Path, notebook: Path) -> Mapping[str, Path]:
    """Return what lies in a folder and could come with a notebook, by its path from there."""
    found: dict[str, Path] = {}
    for path in _below(folder):
        if len(found) >= _MOST:
            break
        if path == notebook or path.relative_to(folder).parts[0] in _MADE:
            continue
        found[path.relative_to(folder).as_posix()] = path
    return found


def used(texts: Iterable[str], files: Mapping[str, Path]) -> Mapping[str, Path]:
    """Return those files that some cells name, import, or read by their folder."""
    text = "\n".join(texts)
    words = {*re.findall(r"[\w.\-]+", text)}
    found = {}
    for name, path in files.items():
        parts = name.split("/")
        is_named = parts[-1] in words or name in text
        is_module = path.suffix == ".py" and parts[0].removesuffix(".py") in _imported(text)
        is_inside = len(parts) > 1 and re.search(rf"['\"(](\./)?{re.escape(parts[0])}\b", text)
        if is_named or is_module or is_inside:
            found[name] = path
    return found


def modules(files: Iterable[str]) -> frozenset[str]:
    """Return the names that files are imported by."""
    return frozenset(name.split("/")[0].removesuffix(".py") for name in files if ".py" in name)


def named(names: Iterable[str], folder: Path) -> tuple[Mapping[str, Path], list[str]]:
    """Return the files of these names, and of the folders among them; and names of no file."""
    found: dict[str, Path] = {}
    missing: list[str] = []
    for name in names:
        paths = sorted(folder.glob(name)) if not name.startswith("/") else []
        inside = [path for path in paths if path.resolve().is_relative_to(folder.resolve())]
        if not inside:
            missing.append(name)
        for path in inside:
            below = _below(path) if path.is_dir() else [path]
            found |= {one.relative_to(folder).as_posix(): one for one in below}
    return found, missing


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "__pycache__")) or path.is_symlink():
            continue
        if path.is_dir():
            yield from _below(path)
        elif path.is_file() and path.suffix not in _IGNORED:
            yield path


def _imported(text: str) -> set[str]:
    return {*re.findall(r"^\s*(?:import|from)\s+(\w+)", text, re.MULTILINE)}
