"""From the code of an exercise's cell to the parts that it has."""

import textwrap
from collections.abc import Mapping

from grader.authoring.header import HeaderError
from grader.authoring.marks import Marked, marked
from grader.authoring.region import Region, SolvedCell, refuse_unparsable
from grader.syntax.definitions import sole_target

PLACEHOLDER = "# YOUR CODE HERE"
EVERY = ""  # stands for all regions, in place of the name of one


def solved_cell(body: str, blanks: Mapping[str, str], top: str = "") -> SolvedCell:
    """Return the parts of an exercise's cell.

    body: below the header; blanks: what students get, where the author says so, by the name of a
    region; top: what stands above all code. Raises HeaderError.
    """
    lines = body.strip("\n").split("\n")
    skipped = len(body) - len(body.lstrip("\n"))
    try:
        found = [*marked(lines)]
        _refuse(found, blanks)
        regions, end = list[Region](), 0
        for one in found:
            indent = lines[one.first][: len(lines[one.first]) - len(lines[one.first].lstrip())]
            blank = _blank(one, blanks.get(one.name or EVERY, blanks.get(EVERY)), indent)
            regions.append(Region(one.name, lines[end : one.first], one.code, blank))
            end = one.after
    except HeaderError as error:
        if error.body_line is not None:
            error.body_line += skipped
        raise
    cell = SolvedCell(top.split("\n") if top else [], regions, lines[end:])
    refuse_unparsable(cell.released(), "give the exercise a `blank`: the released cell")
    refuse_unparsable(cell.solved(), "the cell with its solution")
    return cell


def _refuse(found: list[Marked], blanks: Mapping[str, str]) -> None:
    """Raise HeaderError where there is no solution, or names fit nothing."""
    if not found:
        raise HeaderError(
            "an exercise has a solution: lines between `### BEGIN SOLUTION` and `### END SOLUTION`,"
            " or a line that ends in `# SOLUTION`"
        )
    names = [one.name for one in found]
    for place, one in enumerate(found):
        if not "".join(one.code).strip():
            raise HeaderError("the solution is empty", body_line=one.first + 1)
        if one.name and one.name in names[:place]:
            problem = f"two solutions are named `{one.name}`"
            raise HeaderError(problem, body_line=one.first + 1)
    for name in blanks:
        if name not in (EVERY, *names):
            known = ", ".join(f"`{one}`" for one in names if one)
            problem = f"`blank`: no solution is named `{name}`; "
            problem += f"there are: {known}" if known else "write it behind the mark"
            raise HeaderError(problem, at=["blank", name])


def _blank(region: Marked, blank: str | None, indent: str) -> list[str]:
    """Return what students get in place of a region. Raises HeaderError."""
    if blank is not None:
        return textwrap.indent(textwrap.dedent(blank).strip("\n"), indent).split("\n")
    try:
        name = sole_target(textwrap.dedent("\n".join(region.code)))
    except SyntaxError as error:
        line = region.first + region.skipped + (error.lineno or 1)
        raise HeaderError(f"the solution does not parse ({error.msg})", body_line=line) from error
    if name is not None:
        return [f"{indent}{name} = ...  {PLACEHOLDER}"]
    return [f"{indent}{PLACEHOLDER}", f"{indent}..."]
