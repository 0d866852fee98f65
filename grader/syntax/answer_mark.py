"""The mark by which a Markdown cell is known that answers an exercise.

A comment of HTML, since a heading would be seen, and since no tool drops what stands in the text.
"""

import re
from collections.abc import Iterator

_MARK = re.compile(
    r"<!--[ \t]*exercise[ \t]*:[ \t]*(?P<name>[a-z0-9][a-z0-9-]{0,47})[ \t]*-->[ \t]*\n?",
    re.IGNORECASE,
)


def marked(exercise: str, text: str) -> str:
    """Return the text of an answer with the mark of its exercise above it."""
    return f"<!-- exercise: {exercise} -->\n{text}"


def parts(source: str) -> Iterator[tuple[str | None, str]]:
    """Yield the parts of a cell: what stands above the first mark, then each exercise's."""
    name, start = None, 0
    for mark in _MARK.finditer(source):
        yield name, source[start : mark.start()]
        name, start = mark["name"].lower(), mark.end()
    yield name, source[start:]


def names(source: str) -> list[str]:
    """Return the exercises whose marks stand in a cell."""
    return [name for name, _ in parts(source) if name is not None]
