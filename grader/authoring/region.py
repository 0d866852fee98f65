"""The parts of an exercise's cell that are its solution, and what may stand in their place."""

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grader.authoring.header import HeaderError
from grader.authoring.marks import marked, without_marks
from grader.syntax.completion import completed, completed_cell, defines_around
from grader.syntax.magics import without_magics
from grader.syntax.validity import fault


class Region(NamedTuple):
    """A part of an exercise's cell that is its solution, or one of several, in lines.

    name: empty where it has none; above: the given lines between it and the one before; blank: what
    students get for `solution`.
    """

    name: str
    above: list[str]
    solution: list[str]
    blank: list[str]


class SolvedCell(NamedTuple):
    """An exercise's cell: at least one region, and given code around them, in lines.

    top: what stands above all code.
    """

    top: list[str]
    regions: list[Region]
    below: list[str]

    @property
    def given(self) -> list[str]:
        """The lines above, between and below the regions."""
        return [*(line for region in self.regions for line in region.above), *self.below]

    @property
    def around(self) -> str:
        """The code that is in the cell with and without its solution."""
        return "\n".join(self.top + self.given)

    def released(self) -> str:
        """Return the cell that students get."""
        return self._with([region.blank for region in self.regions])

    def solved(self) -> str:
        """Return the cell with its solution."""
        return self._with([region.solution for region in self.regions])

    def variant(self, code: str, region: str | None = None) -> str:
        """Return the cell with other code in place of its solution. Raises HeaderError.

        region: the name of the one whose place the code takes. Without it that is the only one
        there is, unless the code defines what this stands in. Of several, and there, it is the
        whole cell: its functions, classes and names, or all of its lines. The code need not repeat
        the functions, classes, methods and names that it leaves as they are.
        """
        plain = textwrap.dedent(code.strip("\n")).rstrip()
        if not plain:
            raise HeaderError("there is no code below the header")
        if region is None and (whole := self._whole(without_marks(plain))) is not None:
            varied = "\n".join([*self.top, whole])
        else:
            place = 0 if region is None else self._place(region)
            solutions = [one.solution for one in self.regions]
            mark = next(line for line in solutions[place] if line.strip())
            indent = mark[: len(mark) - len(mark.lstrip())]
            part = completed(plain, textwrap.dedent("\n".join(solutions[place])))
            solutions[place] = textwrap.indent(part, indent).split("\n")
            varied = self._with(solutions)
        refuse_unparsable(varied, "with this code in place of the solution the cell")
        return varied

    def _with(self, parts: Sequence[list[str]]) -> str:
        return "\n".join([*self.top, *self._lines(parts)])

    def _lines(self, parts: Sequence[list[str]]) -> Iterator[str]:
        for region, lines in zip(self.regions, parts, strict=True):
            yield from region.above
            yield from lines
        yield from self.below

    def _whole(self, code: str) -> str | None:
        """Return the cell that code stands for; None where it is but the solution, the only one."""
        cell = "\n".join(self._lines([region.solution for region in self.regions]))
        is_sole = len(self.regions) == 1
        if is_sole and not defines_around(code, cell, len(self.regions[0].above) + 1):
            return None
        if (found := completed_cell(code, cell)) is not None or is_sole:
            return found
        given = [*filter(None, map(_plain, self.given))]
        lines = map(_plain, code.split("\n"))  # each given line has to come below the one before
        missing = next((line for line in given if line not in lines), "")
        if given and not missing:
            return code
        problem = (
            f"the exercise has {len(self.regions)} solutions: say `region: NAME` in the header for"
            f" the one whose place this code takes ({self._names()}), or write functions, classes"
            " and names of the whole cell"
        )
        if missing:
            problem += f", or all its lines: the given line `{missing}` is not where it should be"
        raise HeaderError(problem)

    def _place(self, name: str) -> int:
        for place, region in enumerate(self.regions):
            if region.name == name:
                return place
        raise HeaderError(f"no solution is named `{name}` ({self._names()})", at=["region"])

    def _names(self) -> str:
        if found := [f"`{region.name}`" for region in self.regions if region.name]:
            return f"there are: {', '.join(found)}"
        return "none has a name: write it behind the mark, `### BEGIN SOLUTION NAME`"


def region_lines(body: str) -> tuple[list[str], list[str], list[str]]:
    """Return the lines of prose above its solution, the solution, and what stands below.

    Without marks all of it is the solution. Raises HeaderError.
    """
    lines = body.strip("\n").split("\n")
    found = [*marked(lines)]
    if not found:
        return [], lines, []
    first, *others = found
    if others or not first.skipped:
        raise HeaderError(
            "a text has one solution: all of it, or what stands between `### BEGIN SOLUTION` and"
            " `### END SOLUTION`"
        )
    return lines[: first.first], first.code, lines[first.after :]


def refuse_unparsable(source: str, what: str) -> None:
    """Raise HeaderError where a cell is no Python. what: it is called."""
    if (error := fault(without_magics(source))) is not None:
        raise HeaderError(f"{what} does not parse ({error.msg})") from error


def _plain(line: str) -> str:
    return re.sub(r"(^|\s)#.*", "", line).strip()
