"""Looking at a student's code without running it."""

import ast
import re
import warnings
from collections import Counter
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager

MAX_DEPTH = 150  # of a syntax tree; real code stays far below, and walking deeper ones may fail

_HEADER = re.compile(
    r"#[ \t]*\|[ \t]*exercise[ \t]*:[ \t]*['\"]?([a-z0-9][a-z0-9-]*)", re.IGNORECASE
)
MAX_MAGIC = 1_000_000  # characters, times magics, of a cell that is looked through
_MAGIC = re.compile(r"^[ \t]*[%!?/,;]|=[ \t]*[%!]|\?[ \t]*$", re.MULTILINE)
_CELL_MAGIC = re.compile(r"\s*%%")


def header(source: str) -> str | None:
    """Return the exercise that a cell's header names; the header may have slipped down a line."""
    found = _HEADER.search(source)
    return found[1].lower() if found else None


@lru_cache(maxsize=4096)  # a cell is looked at for several exercises, and nothing changes its tree
def parse(source: str) -> ast.Module | None:
    """Return the syntax tree of a cell; None where it has none, or too deep a one.

    Magics are what IPython makes of them, calls of `get_ipython()`; a cell magic on top is left
    out. Lines keep their numbers.
    """
    lines = source.split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if _CELL_MAGIC.match(lines[start]):
        lines[start] = ""
    # IPython drops blank lines at the top, and the numbers would be off.
    source = "\n".join([*(line or "#" for line in lines[: start + 1]), *lines[start + 1 :]])
    with warnings.catch_warnings(action="ignore"):  # a student's "\\d" is not our concern
        tree = _parsed(source) or _parsed_with_magics(source)
    return None if tree is None or _depth(tree) > MAX_DEPTH else tree


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _parsed_with_magics(source: str) -> ast.Module | None:
    # IPython looks through the whole cell anew for each magic.
    if len(_MAGIC.findall(source)) * len(source) > MAX_MAGIC:
        return None
    try:
        return _parsed(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError, RuntimeError):
        return None  # RuntimeError: IPython gives up


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
    return one is not None and two is not None and ast.dump(one) == ast.dump(two)


def additions(source: str, released: str) -> str:
    """Return the statements that a student added to a given cell; changed ones do not count."""
    old, new = parse(released), parse(source)
    if old is None or new is None or len(new.body) <= len(old.body):
        return ""
    left = {ast.dump(node) for node in old.body}
    bound_by_old = {name for node in old.body for name in bound(node)}
    lines, added = source.split("\n"), list[str]()
    for node in new.body:
        # What binds a released name is an edit of given code, not an addition to it.
        if ast.dump(node) not in left and not bound(node) & bound_by_old:
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
            added.extend(lines[first - 1 : node.end_lineno])
    return "\n".join(added)


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


@lru_cache(maxsize=4096)
def bound_from(source: str, line: int) -> frozenset[str] | None:
    """Return the names that a cell binds at its top level, from the statement of a line on.

    None where the cell does not parse, so that it binds nothing at all.
    """
    tree = parse(source)
    if tree is None:
        return None
    later = [node for node in tree.body if (node.end_lineno or 0) >= line]
    functions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return frozenset(
        name
        for node in later
        for name in ({node.name} if isinstance(node, functions) else bound(node))
    )


def _depth(tree: ast.AST) -> int:
    level, depth = [tree], 0
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return depth


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
