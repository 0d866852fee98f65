"""The part of an exercise's cell that is the solution, and what may stand in its place."""

import re
import textwrap
from collections.abc import Iterator
from typing import NamedTuple

from grader.authoring.header import HeaderError
from grader.syntax.definitions import parts, sole_target
from grader.syntax.magics import without_magics
from grader.syntax.validity import fault

_BEGIN = re.compile(r"\s*### BEGIN SOLUTION\s*$")
_END = re.compile(r"\s*### END SOLUTION\s*$")
_ONE_LINE = re.compile(r"\s*#\s*SOLUTION\s*$")
PLACEHOLDER = "# YOUR CODE HERE"


class Region(NamedTuple):
    """The parts of an exercise's cell, in lines; `blank` is what students get for `solution`."""

    before: list[str]
    solution: list[str]
    blank: list[str]
    after: list[str]

    def released(self) -> str:
        """Return the cell that students get."""
        return "\n".join(self.before + self.blank + self.after)

    def solved(self) -> str:
        """Return the cell with its solution."""
        return self._with(self.solution)

    def _with(self, lines: list[str]) -> str:
        return "\n".join(self.before + lines + self.after)

    def variant(self, code: str) -> str:
        """Return the cell with other code in place of the solution. Raises HeaderError.

        Where a solution is a list of functions and names, the code need not repeat those that it
        leaves as they are.
        """
        mark = next(line for line in self.solution if line.strip())
        indent = mark[: len(mark) - len(mark.lstrip())]
        plain = textwrap.dedent(code.strip("\n")).rstrip()
        if not plain:
            raise HeaderError("there is no code below the header")
        whole = _completed(plain, textwrap.dedent("\n".join(self.solution)))
        varied = self._with(textwrap.indent(whole, indent).split("\n"))
        _refuse_unparsable(varied, "with this code in place of the solution the cell")
        return varied


def region_of(body: str, blank: str | None) -> Region:
    """Return the parts of an exercise's cell.

    blank: what students get, where the author says so. Raises HeaderError.
    """
    lines = body.strip("\n").split("\n")
    above = len(body) - len(body.lstrip("\n"))
    begins = [number for number, line in enumerate(lines) if _BEGIN.match(line)]
    ends = [number for number, line in enumerate(lines) if _END.match(line)]
    marked = [number for number, (_, comment) in enumerate(_comments(lines)) if comment]
    if len(begins) + len(marked) != 1 or len(begins) != len(ends):
        raise HeaderError(
            "an exercise has one solution: `### BEGIN SOLUTION` and `### END SOLUTION`,"
            " or one line that ends in `# SOLUTION`"
        )
    if begins:
        first, last = begins[0], ends[0]
        if last <= first + 1:
            raise HeaderError("the solution is empty")
        before, solution, after = lines[:first], lines[first + 1 : last], lines[last + 1 :]
    else:
        first = marked[0]
        code, _ = next(item for n, item in enumerate(_comments(lines)) if n == first)
        before, solution, after = lines[:first], [code], lines[first + 1 :]
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    try:
        region = Region(before, solution, _blank(solution, blank, indent), after)
    except SyntaxError as error:
        line = above + first + bool(begins) + (error.lineno or 1)
        raise HeaderError(f"the solution does not parse ({error.msg})", body_line=line) from error
    _refuse_unparsable(region.released(), "give the exercise a `blank`: the released cell")
    _refuse_unparsable(region.solved(), "the cell with its solution")
    return region


def region_lines(body: str) -> tuple[list[str], list[str], list[str]]:
    """Return the lines of prose above its solution, the solution, and what stands below.

    Without marks all of it is the solution. Raises HeaderError.
    """
    lines = body.strip("\n").split("\n")
    begins = [number for number, line in enumerate(lines) if _BEGIN.match(line)]
    ends = [number for number, line in enumerate(lines) if _END.match(line)]
    if not begins and not ends:
        return [], lines, []
    if len(begins) != 1 or len(ends) != 1 or ends[0] < begins[0]:
        raise HeaderError(
            "a text has one solution: all of it, or what stands between `### BEGIN SOLUTION` and"
            " `### END SOLUTION`"
        )
    return lines[: begins[0]], lines[begins[0] + 1 : ends[0]], lines[ends[0] + 1 :]


def _refuse_unparsable(source: str, what: str) -> None:
    if (error := fault(without_magics(source))) is not None:
        raise HeaderError(f"{what} does not parse ({error.msg})") from error


def _comments(lines: list[str]) -> Iterator[tuple[str, bool]]:
    for line in lines:
        code, hash_, comment = line.rpartition("#")
        is_mark = bool(hash_ and code.strip() and _ONE_LINE.match(hash_ + comment))
        yield (code.rstrip() if is_mark else line), is_mark


def _blank(solution: list[str], blank: str | None, indent: str) -> list[str]:
    if blank is not None:
        return textwrap.indent(textwrap.dedent(blank).strip("\n"), indent).split("\n")
    name = sole_target(textwrap.dedent("\n".join(solution)))
    if name is not None:
        return [f"{indent}{name} = ...  {PLACEHOLDER}"]
    return [f"{indent}{PLACEHOLDER}", f"{indent}..."]


def has_mark(body: str) -> bool:
    """Whether a cell marks a part of itself as a solution."""
    lines = body.split("\n")
    return any(map(_BEGIN.match, lines)) or any(mark for _, mark in _comments(lines))


def _completed(code: str, solution: str) -> str:
    """Return code with what it leaves out of a solution, each function and name in its place."""
    whole, changed = {**parts(solution)}, parts(code)
    if not changed or not changed.keys() < whole.keys():
        return code
    for name, part in changed.items():
        above = re.match(r"\n*", whole[name])
        whole[name] = (above[0] if above else "") + part.strip("\n")
    return "\n".join(whole.values())
