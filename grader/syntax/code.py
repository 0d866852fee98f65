"""What a student made of a released cell, by its statements."""

import re
from collections import Counter

from grader.syntax import parsing
from grader.syntax.names import bound_anywhere
from grader.syntax.parsing import parse

_HEADER = re.compile(
    r"#[ \t]*\|[ \t]*exercise[ \t]*:[ \t]*['\"]?([a-z0-9][a-z0-9-]*)", re.IGNORECASE
)
_MARK = re.compile(r"^#[ \t]*\|[ \t]*variant[ \t]*:[ \t]*([\w-]+)[ \t]*\n?", re.MULTILINE)

_FILLER = frozenset(parsing.statements("pass\n...") or ())  # what does nothing


def header(source: str) -> str | None:
    """Return the exercise that a cell's header names; the header may have slipped down a line."""
    found = _HEADER.search(source)
    return found[1].lower() if found else None


def mark(source: str) -> str | None:
    """Return the mark in a cell that tells whose numbers are in it."""
    found = _MARK.search(source)
    return found[1] if found else None


def without_mark(source: str) -> str:
    """Return a cell without such marks, which no other student's has."""
    return _MARK.sub("", source)


def is_blank(source: str, released: str) -> bool:
    """Whether an exercise's cell holds nothing but what was released, or less.

    Comments, layout and magics do not count.
    """
    if source.strip() in ("", released.strip()):
        return True
    own, template = statements(source), statements(released)
    return own is not None and template is not None and not set(own) - set(template)


def is_same(source: str, other: str) -> bool:
    """Whether two cells differ in layout and comments at most."""
    if source.strip() == other.strip():
        return True
    own = parsing.statements(source)
    return own is not None and own == parsing.statements(other)


def additions(source: str, released: str) -> str:
    """Return the statements that a student added to a given cell; changed ones do not count."""
    old, new = parse(released), parse(source)
    if old is None or new is None or len(new.body) <= len(old.body):
        return ""
    left, made = parsing.statements(released) or (), parsing.statements(source) or ()
    bound_by_old = {name for node in old.body for name in bound_anywhere(node)}
    lines, added = source.split("\n"), set[int]()
    for node, statement in zip(new.body, made, strict=True):
        # What binds a released name is an edit of given code, not an addition to it.
        if statement not in left and not bound_anywhere(node) & bound_by_old:
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
            added.update(range(first - 1, node.end_lineno or first))
    return "\n".join(lines[number] for number in sorted(added))


def statements(source: str) -> Counter[str] | None:
    """Return the statements of a cell, in a form that leaves out comments and layout.

    What does nothing, and magics, are left out. None where the cell does not parse.
    """
    found = parsing.statements(source)
    if found is None:
        return None
    return Counter(
        text for text in found if text not in _FILLER and "Name(id='get_ipython'" not in text
    )
