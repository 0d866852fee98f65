"""A notebook as it ran, cell by cell, as a page for its student shows it."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from grader.model.assignment import SELF_CHECK
from grader.reporting import filters, listing, sanitise
from grader.reporting.outputs import Output, Room, shown, text_of

MOST = 8_000_000  # characters of a page, about
MOST_AT_ONCE = 20_000  # characters of a cell that are coloured, or read as Markdown
MOST_READ = 200_000  # characters of all cells for which that is done
SAME = 300  # cells that are kept, as they come again
_EXERCISE = re.compile(r"^#\s?\|\s*exercise:\s*([a-z0-9-]{1,48})\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCell:
    """A cell.

    exercise: whose it is, once; prose: as HTML; lines: of code; is_self_check: whether it comes
    with the assignment, to be run by the student; count: None where it has no number, as what was
    not run; is_cut: whether it ran and did not come to its end.
    """

    exercise: str = ""
    prose: Markup | str = ""
    lines: tuple[Markup, ...] = ()
    is_self_check: bool = False
    count: int | None = None
    is_cut: bool = False
    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNotebook:
    """A notebook. left_out: how many cells at its end have no room."""

    cells: Sequence[ShownCell]
    left_out: int


def read(text: str, exercises: Collection[str]) -> ShownNotebook:
    """Return what is shown of a notebook file that the grader wrote. exercises: by their names."""
    raw = json.loads(text)["cells"]
    room, to_read = Room(MOST), Room(MOST_READ)
    cells: list[ShownCell] = []
    to_find = {*exercises}
    for cell in raw:
        source = text_of(cell["source"])
        if not room.takes(source):
            break
        if cell["cell_type"] == "code":
            is_read = len(source) <= MOST_AT_ONCE and to_read.takes(source)
            outputs = tuple(shown(cell["outputs"], room))
            cells.append(
                ShownCell(
                    exercise=_exercise(source, to_find),
                    lines=_lines(source, is_read) if source.strip() else (),
                    is_self_check=text_of(cell.get("id")).startswith(SELF_CHECK),
                    count=cell["execution_count"],
                    is_cut="tensorgrader" in cell.get("metadata", {}),
                    outputs=outputs,
                )
            )
            to_find.discard(cells[-1].exercise)
        else:
            is_read = cell["cell_type"] == "markdown" and len(source) <= MOST_AT_ONCE
            is_read = is_read and to_read.takes(source)
            cells.append(ShownCell(prose=prose(source, is_read) if source.strip() else ""))
    there = [one for one in cells if one.prose or one.lines]
    return ShownNotebook(cells=there, left_out=len(raw) - len(cells))


def _exercise(source: str, exercises: Collection[str]) -> str:
    """Return the exercise that a cell is of, if its header says so."""
    names = (found[1] for found in _EXERCISE.finditer(source))
    return next((name for name in names if name in exercises), "")


def _lines(source: str, is_read: bool) -> tuple[Markup, ...]:
    return _coloured(source.rstrip()) if is_read else tuple(map(escape, source.split("\n")))


def prose(source: str, is_read: bool) -> Markup:
    """Return prose as HTML: as Markdown, or as it is where that is too much, or shows nothing."""
    found = _rendered(source) if is_read else None
    return Markup(found) if found is not None else Markup("<pre>{}</pre>").format(source)


# Most cells are those that were released: the same in each notebook of a class.


@lru_cache(maxsize=SAME)
def _coloured(source: str) -> tuple[Markup, ...]:
    return listing.lines(source)


@lru_cache(maxsize=SAME)
def _rendered(source: str) -> str | None:
    return sanitise.cleaned(filters.markdown2html(source))
