"""What an exercise is called: as the notebook that its student has in hand calls it."""

import re
from collections.abc import Iterator

from grader.model.assignment import Assignment

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?P<text>.*?)[ \t]*#*[ \t]*")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_NUMBERED = re.compile(r"(?P<number>\d+(?:\.\d+)*[.)]?)[ \t]+\S.*")


def heading(assignment: Assignment, exercise: str, language: str) -> str:
    """Return the numbered heading above an exercise; its own title where there is none.

    An exercise that stands under the heading of an earlier one has its number, and its own title.
    """
    title = assignment.exercise(exercise).title_in(language)
    above, is_used = "", False
    for cell in assignment.cells:
        if cell.role == "prose" and cell.language in (None, _of(assignment, language)):
            for text in _headings(cell.source):
                above, is_used = text, False
        if cell.exercise is None or cell.role != "exercise":
            continue
        if cell.exercise == exercise:
            break
        is_used = True
    numbered = _NUMBERED.fullmatch(above)
    if numbered is None:
        return title
    return f"{numbered['number']} {title}" if is_used else above


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
