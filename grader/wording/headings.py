"""What an exercise is called: as the notebook that its student has in hand calls it.

In a source's prose `## {name}` is the heading of an exercise: its number, its title and, in the
notebook, its points.
"""

import re
from collections.abc import Iterator

from grader.model.assignment import Assignment
from grader.model.result import points_text
from grader.model.text import counted, say
from grader.wording.catalogue import translated

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?P<text>.*?)[ \t]*#*[ \t]*")
_FENCE = re.compile(r" {0,3}(```|~~~)")
# By its lines: no other text of a notebook has a heading that is nothing but a name in braces.
MARK = re.compile(r"(?m)^(?P<level> {0,3}#{1,6}[ \t]+)\{(?P<name>[\w-]+)\}[ \t]*$")
_NUMBERED = re.compile(r"(?P<number>\d+(?:\.\d+)*[.)]?)[ \t]+\S.*")


def heading(assignment: Assignment, exercise: str, language: str) -> str:
    """Return the numbered heading above an exercise; its own title where there is none.

    An exercise that stands under the heading of an earlier one has its number, and its own title.
    """
    title = assignment.exercise(exercise).title_in(language)
    above, is_used = "", False
    for cell in assignment.cells:
        if cell.role == "prose" and cell.language in (None, _of(assignment, language)):
            for text in _headings(_titled(cell.source, assignment, language)):
                above, is_used = text, False
        if cell.exercise is None or cell.role not in ("exercise", "text"):
            continue
        if cell.exercise == exercise:
            break
        is_used = True
    numbered = _NUMBERED.fullmatch(above)
    if numbered is None:
        return title
    return f"{numbered['number']} {title}" if is_used else above


def with_headings(prose: str, assignment: Assignment, language: str) -> str:
    """Return prose of a source with the headings of exercises, as a notebook has them."""
    return MARK.sub(
        lambda mark: (
            f"{mark['level']}{_title(mark['name'], assignment, language)}"
            f" ({_points(mark['name'], assignment, language)})"
        ),
        prose,
    )


def _titled(prose: str, assignment: Assignment, language: str) -> str:
    return MARK.sub(
        lambda mark: f"{mark['level']}{_title(mark['name'], assignment, language)}", prose
    )


def _title(name: str, assignment: Assignment, language: str) -> str:
    """Return the number and the title of an exercise."""
    number = [one.name for one in assignment.exercises].index(name) + 1
    return f"{number}. {assignment.exercise(name).title_in(language)}"


def _points(name: str, assignment: Assignment, language: str) -> str:
    points = assignment.exercise(name).points
    if points == int(points):
        return translated(counted("{number} point", "{number} points", int(points)), language)
    return translated(say("{points} points", points=points_text(points)), language)


def _of(assignment: Assignment, language: str) -> str:
    """Return the language of the notebook that was handed in."""
    return language if language in assignment.languages else assignment.languages[0]


def _headings(source: str) -> Iterator[str]:
    """Yield the headings of a cell of prose; a comment in a block of code is none."""
    is_code = False
    for line in source.split("\n"):
        if _FENCE.match(line):
            is_code = not is_code
        elif not is_code and (found := _HEADING.fullmatch(line)):
            yield found["text"]
