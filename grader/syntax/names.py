"""The names that code binds and reads.

Those of its top level are known by the order in which it runs (`grader.syntax.events`). What
functions read from outside, the standard library's `symtable` knows.
"""

import ast
import builtins
from collections.abc import Iterable
from functools import lru_cache
from itertools import takewhile
from symtable import symtable

from grader.syntax.events import bound_by, events, read_in_functions
from grader.syntax.magics import tree_of, without_magics
from grader.syntax.nodes import children, walk
from grader.syntax.parsing import parse

_Scope = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)


def bound(source: str) -> frozenset[str]:
    """Return the names that a cell of the assignment's binds at its top level at any time.

    What its functions declare `global` is left out: nobody knows whether they are called.
    Raises SyntaxError.
    """
    return frozenset(one.name for one in events(tree_of(source).body) if one.kind != "read")


@lru_cache(maxsize=1_000)  # the given cells are the same for each submission
def bound_after(source: str) -> frozenset[str]:
    """Return those names that are still bound after it: not those of exceptions.

    Raises SyntaxError.
    """
    return _left(tree_of(source).body)


def bound_from(source: str, line: int) -> frozenset[str] | None:
    """Return the names that a student's cell leaves at its top level, from a line's statement on.

    None where the cell does not parse, so that it binds nothing at all, or is opaque.
    """
    tree = parse(source)
    if tree is None:
        return None
    return _left(one for one in tree.body if (one.end_lineno or 0) >= line)


def bound_anywhere(tree: ast.AST) -> set[str]:
    """Return the names that code binds, inner scopes and arguments included."""
    return {name for node in walk(tree) for name in bound_by(node)}


def bound_around(source: str, line: int | None) -> frozenset[str]:
    """Return the names that a student's cell binds and that the code of a line may read.

    Those of its top level, and of the functions around that line. None where it does not parse.
    """
    if (tree := parse(source)) is None:
        return frozenset()
    around = (
        node
        for node in walk(tree)
        if line is not None
        and isinstance(node, _Scope)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
    )
    return _left(tree.body).union(*map(_bound_in, around))


def bound_below(released: str, solved: str) -> frozenset[str]:
    """Return the names that a released cell binds from where its solution begins to differ.

    What is added to in place is bound above already. Raises SyntaxError.
    """
    body = tree_of(released).body
    one, two = map(ast.unparse, body), map(ast.unparse, tree_of(solved).body)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False)))
    later = [node for node in body[same:] if not isinstance(node, ast.AugAssign)]
    return frozenset(one.name for one in events(later) if one.kind != "read")


def bound_between(released: str, solved: str) -> frozenset[str]:
    """Return the names that given code of a cell binds for what stands below it there.

    A solution reads them, or given code that binds others. Raises SyntaxError.
    """
    given = {*map(ast.dump, tree_of(released).body)}
    bound, found = set[str](), set[str]()
    for node in tree_of(solved).body:
        is_given = ast.dump(node) in given
        binds = {one.name for one in events([node]) if one.kind != "read"}
        if binds or not is_given:
            found |= bound.intersection(names_read(ast.unparse(node)))
        bound |= binds if is_given else set()
    return frozenset(found)


def names_read(source: str) -> list[str]:
    """Return the names that a cell of the assignment's reads and that cells above have to bind.

    Raises SyntaxError.
    """
    return [name for name in read_from_outside(source) if not hasattr(builtins, name)]


def read_from_outside(source: str) -> list[str]:
    """Return the names that code reads before it binds them, Python's own among them.

    Raises SyntaxError.
    """
    own, found = set[str](), dict[str, None]()
    for name, kind in events(tree_of(source).body):
        if kind != "read":
            own.add(name)
        elif name not in own:
            found[name] = None
    # What a function reads, it reads when it is called: at the earliest after the whole cell.
    later = read_in_functions(symtable(without_magics(source), "<cell>", "exec"))
    found.update(dict.fromkeys(name for name in later if name not in own))
    return [*found]


def _bound_in(scope: ast.AST) -> set[str]:
    """Return the names that a function binds, but for those of the functions inside it."""
    found, waiting = set[str](), [*children(scope)]
    for part in waiting:  # it grows meanwhile
        found.update(bound_by(part))
        waiting += () if isinstance(part, _Scope) else children(part)
    return found


def _left(body: Iterable[ast.stmt]) -> frozenset[str]:
    return frozenset(one.name for one in events(body) if one.kind == "bound")
