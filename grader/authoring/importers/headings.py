"""What exercises and assignments are called: names from names, titles from headings."""

import re

from grader.syntax.definitions import first_name
from grader.syntax.magics import without_magics

MOST_NAME, MOST_TITLE = 48, 80  # characters
_GENERATED = re.compile(r"cell[-_]?[0-9a-f]{6,}|[0-9a-f]{8,}", re.IGNORECASE)
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(?P<text>.+?)\s*#*\s*$")
_BOLD = re.compile(r"^\s*(\*\*|__)(?P<text>.+?)\1")
_POINTS = re.compile(r"[\[(]\s*[\d.,]+\s*(points?|pts?|marks?|балл\w*)\.?\s*[\])]", re.IGNORECASE)
_FENCE = re.compile(r"^\s*(```|~~~)")


def name_of(called: str, code: str, title: str, number: int) -> str:
    """Return a name for an exercise: as the other system calls it, or as what its code makes.

    title, number: its place among the exercises, where neither gives one.
    """
    plain = "" if is_generated(called) else _slug(called)
    first = _slug(first_name(without_magics(code)))
    return plain or first or _slug(title) or f"exercise-{number}"


def is_generated(called: str) -> bool:
    """Whether a name tells nothing: a tool has made it up."""
    return _GENERATED.fullmatch(called.strip()) is not None


def distinct(name: str, taken: set[str]) -> str:
    """Return a name that is not taken, and take it."""
    found, number = name, 2
    while found in taken:
        tail = f"-{number}"
        found, number = f"{name[: MOST_NAME - len(tail)]}{tail}", number + 1
    taken.add(found)
    return found


def heading(prose: str) -> str:
    """Return the last heading of some prose, without numbers of points; empty for none."""
    found, is_code = "", False
    for line in prose.split("\n"):
        if _FENCE.match(line):
            is_code = not is_code
        mark = None if is_code else _HEADING.match(line) or _BOLD.match(line)
        if mark and (text := _plain(mark["text"])):
            found = text
    return found


def first_heading(prose: str) -> str:
    """Return the first heading of some prose; empty for none."""
    lines = prose.split("\n")
    return next(
        filter(None, (_plain(m["text"]) for line in lines if (m := _HEADING.match(line)))), ""
    )


def file_name(name: str) -> str:
    """Return a name for a file that is a name of an assignment, too."""
    return re.sub(r"[^\w-]+", "_", name).strip("_-")[:60] or "imported"


def _plain(text: str) -> str:
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"[*`]|<[^>]+>|\$", "", _POINTS.sub("", text))
    text = " ".join(text.split()).strip(" :.-–—")
    return text if len(text) <= MOST_TITLE else f"{text[: MOST_TITLE - 1].rstrip()}…"


def _slug(text: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return plain[:MOST_NAME].strip("-")
