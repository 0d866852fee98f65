"""The marks in an exercise's cell that say which of its lines are the solution.

`### BEGIN SOLUTION` and `### END SOLUTION` stand around lines, `# SOLUTION` at the end of one. A
name may stand behind each.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from grader.authoring.header import HeaderError

NAME = r"[^\W\d][\w.-]*"
_AROUND = re.compile(rf"\s*### (?P<kind>BEGIN|END) SOLUTION(?:\s+(?P<name>{NAME}))?\s*$")
_AT_END = re.compile(rf"\s*#\s*SOLUTION(?:\s+(?P<name>{NAME}))?\s*$")
_ALIKE = re.compile(r"\s*#+\s*(BEGIN|END) SOLUTION\b|[^#]*[^#\s][^#]*#\s*SOLUTION\b[^#]*$")


class Marked(NamedTuple):
    """Lines of a cell that are marked as a solution.

    first: the place of the first line that is no longer given code, from 0; after: of the next that
    is; code: the lines of the solution, which begin `skipped` lines below the first.
    """

    name: str
    first: int
    after: int
    code: list[str]
    skipped: int


def marked(lines: Sequence[str]) -> Iterator[Marked]:
    """Yield what is marked as a solution, in order. Raises HeaderError with the line, from 1."""
    begun: tuple[int, str] | None = None
    for place, line in enumerate(lines):
        kind, name = _mark(line)
        if kind == "":
            if _ALIKE.match(line):
                problem = "is not written as one: `### BEGIN SOLUTION` and `### END SOLUTION` in"
                problem += " lines of their own, or `# SOLUTION`, with one word behind it, or none"
                raise _misplaced(place, problem)
        elif kind == "END":
            if begun is None:
                raise _misplaced(place, "has no `### BEGIN SOLUTION` above it")
            first, own = begun
            if name not in ("", own):
                raise _misplaced(place, f"ends `{name}`, and the one above begins `{own}`")
            begun = None
            yield Marked(own, first, place + 1, [*lines[first + 1 : place]], 1)
        elif begun is not None:
            raise _misplaced(place, "stands in a solution that has no `### END SOLUTION` above it")
        elif kind == "BEGIN":
            begun = place, name
        else:
            yield Marked(name, place, place + 1, [line.rpartition("#")[0].rstrip()], 0)
    if begun is not None:
        raise _misplaced(begun[0], "has no `### END SOLUTION` below it")


def has_mark(body: str) -> bool:
    """Whether a cell marks a part of itself as a solution."""
    return any(_mark(line)[0] for line in body.split("\n"))


def without_marks(body: str) -> str:
    """Return a cell without its marks."""
    lines = []
    for line in body.split("\n"):
        kind, _ = _mark(line)
        if kind == "LINE":
            lines.append(line.rpartition("#")[0].rstrip())
        elif not kind:
            lines.append(line)
    return "\n".join(lines)


def _mark(line: str) -> tuple[Literal["", "BEGIN", "END", "LINE"], str]:
    """Return what a line marks, and the name behind the mark."""
    if found := _AROUND.match(line):
        return ("BEGIN" if found["kind"] == "BEGIN" else "END"), found["name"] or ""
    code, hash_, comment = line.rpartition("#")
    if hash_ and code.strip() and (found := _AT_END.match(hash_ + comment)):
        return "LINE", found["name"] or ""
    return "", ""


def _misplaced(place: int, problem: str) -> HeaderError:
    return HeaderError(f"this mark {problem}", body_line=place + 1)
