"""The folder that a run writes to: what lies where, under names that every system takes.

`feedback/` goes back to students, `results/` is for the staff, and the overviews are of all.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.atomic import remove_parts, write_text

FEEDBACK, RESULTS = "feedback", "results"
_PAGE, EXECUTED = "report.html", "executed.html"
_FOR_STUDENT = (_PAGE, EXECUTED)
_FOR_STAFF = ("result.json", "executed.ipynb", "error.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The texts of the files of a row: what its student gets, and what is for the staff.

    page: the report, and beside it the page of the notebook as it ran; executed: that notebook.
    """

    page: str
    result: str
    beside: str | None = None
    executed: str | None = None
    error: str | None = None


def write(files: Files, out: Path, place: str) -> None:
    """Write the files of a row, and remove those that it no longer has. Raises OSError."""
    names = [f"{FEEDBACK}/{place}/{name}" for name in _FOR_STUDENT]
    names += [f"{RESULTS}/{place}/{name}" for name in _FOR_STAFF]
    texts = (files.page, files.beside, files.result, files.executed, files.error)
    for path, text in zip((out / name for name in names), texts, strict=True):
        if text is None:
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)


def report_of(out: Path, place: str) -> Path:
    """Return the path of the report of a row."""
    return out / FEEDBACK / place / _PAGE


def is_there(out: Path, place: str) -> bool:
    """Whether the files of a place are written; an empty one was lost with the power."""
    report, result = out / FEEDBACK / place / _PAGE, out / RESULTS / place / _FOR_STAFF[0]
    return all(path.is_file() and path.stat().st_size > 0 for path in (report, result))


def remove_others(out: Path, places: Collection[str]) -> None:
    """Remove the files that runs wrote to other places than these, and folders left empty.

    Also what is left of files whose writers were killed. What somebody else has put there stays.
    """
    remove_parts(out)
    for top, names in ((FEEDBACK, _FOR_STUDENT), (RESULTS, _FOR_STAFF)):
        for folder in _places(out / top):
            remove_parts(folder)
            if folder.relative_to(out / top).as_posix() in places:
                continue
            for name in names:
                (folder / name).unlink(missing_ok=True)
            with suppress(OSError):  # there is something else in it
                folder.rmdir()
                folder.parent.rmdir()


def _places(top: Path) -> Iterator[Path]:
    yield from sorted(path for path in top.glob("*/*") if path.is_dir() and not path.is_symlink())


def in_common(student: str) -> str:
    """Return what names have in common that may become the same folder: `Ann`, `ann (2)`."""
    return re.sub(r"( \(\d+\))+$", "", safe(student)).casefold()


def safe(name: str) -> str:
    """Return a name that is one folder on every system, of at most 100 bytes."""
    cleaned = re.sub(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|]', "_", name)
    cut = cleaned.encode("utf-8", "replace")[:100].decode("utf-8", "ignore")
    return cut.strip(" .") or "_"
