"""Where in the file of a source its cells stand, and what is in them.

Lines and cells count from 1.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.authoring import header
from grader.authoring.marks import without_marks
from grader.formats import jupytext_reader

_MARK = re.compile(r"\s*#\s*%%+(\s|$)")
_TAG = "line_of_the_mark"


@dataclass(frozen=True, slots=True)
class _Place:
    """The lines of a cell's mark, or of its code where it has none, and of its source.

    source: as Jupytext gives it.
    """

    mark: int
    first: int
    source: str


class Places:
    """The lines of a source's cells. In a notebook's file nobody counts them: each is None."""

    def __init__(self, path: Path, text: str) -> None:
        self._lines = text.split("\n") if path.suffix == ".py" else []

    def mark(self, cell: int | None) -> int | None:
        """Return the line at which a cell begins: that of its mark, if it has one."""
        place = self._cells.get(cell or 0)
        return place.mark if place else None

    def line(self, cell: int | None, within: int = 1) -> int | None:
        """Return the line of the file for a line of a cell's source."""
        place = self._cells.get(cell or 0)
        return place.first + within - 1 if place else None

    def line_of_code(self, cell: int | None, code: str, number: int) -> int | None:
        """Return the line of the file for a line of a cell's code, as it is run.

        That is without the marks of solutions, and its header may be another.
        """
        if (place := self._cells.get(cell or 0)) is None:
            return None
        lines = code.split("\n")
        wanted = lines[number - 1].strip()
        before = sum(line.strip() == wanted for line in lines[: number - 1])
        same = [
            within
            for within, line in enumerate(place.source.split("\n"), start=1)
            if wanted and without_marks(line).strip() == wanted
        ]
        return self.line(cell, same[before]) if before < len(same) else self.near(cell, wanted)

    def near(self, cell: int | None, text: str) -> int | None:
        """Return the line of the check of an expression, or else of the first words like a text.

        Where a cell has neither, it is the line at which the cell begins.
        """
        if (place := self._cells.get(cell or 0)) is None or not text.strip():
            return self.mark(cell)
        _, said, _ = header.split(place.source)
        first = text.strip().split("\n")[0]
        for expression in (text.strip(), first):
            if said and (line := header.line_of_check(said, expression)) is not None:
                return self.line(cell, header.lines_above(place.source)[0] + line)
        for line in range(place.mark, place.first + place.source.count("\n") + 1):
            if re.search(rf"(?<!\w){re.escape(first)}(?!\w)", self._lines[line - 1].rstrip()):
                return line
        return place.mark

    @cached_property
    def _cells(self) -> Mapping[int, _Place]:
        """The cells whose places are known, by number."""
        # Jupytext alone knows which line begins a cell: such a mark may stand in a text, too.
        tagged = "\n".join(
            f'{line} {_TAG}="{number}"' if _MARK.match(line) else line
            for number, line in enumerate(self._lines, start=1)
        )
        found: dict[int, _Place] = {}
        for number, cell in enumerate(jupytext_reader.reads(tagged, "py:percent").cells, start=1):
            if mark := re.search(rf"{_TAG}\W+(\d+)", str(cell.metadata)):
                found[number] = _Place(int(mark[1]), int(mark[1]) + 1, cell.source)
            elif number == 1:
                blank = len(cell.source) - len(cell.source.lstrip("\n"))
                found[1] = _Place(self._top, self._top - blank, cell.source)
        return found

    @property
    def _top(self) -> int:
        """The line of the first code below the front matter."""
        rules = [number for number, line in enumerate(self._lines, start=1) if line == "# ---"]
        start = rules[1] if rules[:1] == [1] and len(rules) > 1 else 0
        below = range(start + 1, len(self._lines) + 1)
        return next((line for line in below if self._lines[line - 1].strip()), start + 1)
