"""What a student made of a released cell, by its statements."""

import ast
import re
from collections import Counter
from functools import lru_cache

from grader.syntax.names import bound_anywhere
from grader.syntax.parsing import parse

_HEADER = re.compile(
    r"#[ \t]*\|[ \t]*exercise[ \t]*:[ \t]*['\"]?([a-z0-9][a-z0-9-]*)", re.IGNORECASE
)


def header(source: str) -> str | None:
    """Return the exercise that a cell's header names; the header may have slipped down a line."""
    found = _HEADER.search(source)
    return found[1].lower() if found else None


def is_blank(source: str, released: str) -> bool:
    """Whether an exercise's cell holds nothing but what was released, or less.

    Comments, layout and magics do not count.
    """
    if source.strip() in ("", released.strip()):
        return True
    own, template = statements(source), _known_statements(released)
    return own is not None and template is not None and not set(own) - set(template)


def is_same(source: str, other: str) -> bool:
    """Whether two cells differ in layout and comments at most."""
    if source.strip() == other.strip():
        return True
    one, two = parse(source), parse(other)
    if one is None or two is None or len(one.body) != len(two.body):
        return False
    return ast.dump(one) == ast.dump(two)


def additions(source: str, released: str) -> str:
    """Return the statements that a student added to a given cell; changed ones do not count."""
    old, new = parse(released), parse(source)
    if old is None or new is None or len(new.body) <= len(old.body):
        return ""
    left = {ast.dump(node) for node in old.body}
    bound_by_old = {name for node in old.body for name in bound_anywhere(node)}
    lines, added = source.split("\n"), set[int]()
    for node in new.body:
        # What binds a released name is an edit of given code, not an addition to it.
        if ast.dump(node) not in left and not bound_anywhere(node) & bound_by_old:
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
            added.update(range(first - 1, node.end_lineno or first))
    return "\n".join(lines[number] for number in sorted(added))


def _is_filler(node: ast.stmt) -> bool:
    """Whether a statement does nothing: `pass`, or `...` alone."""
    match node:
        case ast.Expr(value=ast.Constant(value=value)):
            return value is ...
        case _:
            return isinstance(node, ast.Pass)


@lru_cache(maxsize=1_000)
def _known_statements(source: str) -> Counter[str] | None:
    """Return the statements of a cell of the assignment's own, the same for each submission."""
    return statements(source)


def statements(source: str) -> Counter[str] | None:
    """Return the statements of a cell, in a form that leaves out comments and layout.

    What does nothing, and magics, are left out. None where the cell does not parse.
    """
    tree = parse(source)
    if tree is None:
        return None
    dumped = (ast.dump(node) for node in tree.body if not _is_filler(node))
    return Counter(text for text in dumped if "Name(id='get_ipython'" not in text)
