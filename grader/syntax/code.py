"""Looking at a student's code without running it."""

import ast
import re
from collections import Counter
from functools import lru_cache

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
    bound_by_old = {name for node in old.body for name in bound(node)}
    lines, added = source.split("\n"), set[int]()
    for node in new.body:
        # What binds a released name is an edit of given code, not an addition to it.
        if ast.dump(node) not in left and not bound(node) & bound_by_old:
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
            added.update(range(first - 1, node.end_lineno or first))
    return "\n".join(lines[number] for number in sorted(added))


def bound(tree: ast.AST) -> set[str]:
    """Return the names that code binds, inner scopes included."""
    names = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.ClassDef(name=name) | ast.arg(arg=name):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names |= {(alias.asname or alias.name).split(".")[0] for alias in aliases}
    return names


def bound_from(source: str, line: int) -> frozenset[str] | None:
    """Return the names that a cell binds at its top level, from the statement of a line on.

    None where the cell does not parse, so that it binds nothing at all.
    """
    tree = parse(source)
    if tree is None:
        return None
    functions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return frozenset(
        name
        for node in tree.body
        if (node.end_lineno or 0) >= line
        for name in ({node.name} if isinstance(node, functions) else bound(node))
    )


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
