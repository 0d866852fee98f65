"""The statements of a cell, one by one: what each binds, and what it reads from elsewhere.

Parts that are set count as bound, and reads are told apart by when they happen: what has to be
known to run some statements without the others.
"""

import ast
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from grader.syntax.nodes import walk
from grader.syntax.parsing import parse

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_MOVABLE = (*_FUNCTIONS, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
_AT_ONCE = frozenset({"listcomp", "setcomp", "dictcomp", "genexpr"})
_CHANGED = (ast.Attribute, ast.Subscript)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement at the top level of a cell.

    binds: names that it binds, or whose parts it sets; reads: names that it reads as it runs;
    later: names that functions in it read when they are called. movable: whether it only imports,
    defines or assigns, so that it says the same elsewhere.
    """

    source: str
    binds: frozenset[str]
    reads: frozenset[str]
    later: frozenset[str]
    movable: bool


@lru_cache(maxsize=150)  # several rules ask, and given cells are the same in each hand-in
def statements(source: str) -> tuple[Statement, ...]:
    """Return the statements of a cell; none where it is no Python, or not looked through."""
    tree = parse(source)
    return tuple(map(_statement, tree.body)) if tree is not None else ()


def reads(source: str, names: Iterable[str] = (), *, line: int = 0) -> frozenset[str]:
    """Return what some names of a cell are made of that other cells bind; or what a line reads.

    What functions read from the cell counts as well.
    """
    tree = parse(source)
    made = [] if tree is None else [(node, _statement(node)) for node in tree.body]
    waiting = list(names)
    for node, one in made:
        if node.lineno <= line <= (node.end_lineno or node.lineno):
            waiting += one.reads | one.later
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [
                read for _, one in made if name in one.binds for read in one.reads | one.later
            ]
    return frozenset(found) - bound(one for _, one in made)


def bound(found: Iterable[Statement]) -> frozenset[str]:
    """Return all names that statements bind."""
    return frozenset(name for one in found for name in one.binds)


def _statement(node: ast.stmt) -> Statement:
    binds, reads, later = set[str](), set[str](), set[str]()
    try:
        text = ast.unparse(node)
        table = symtable.symtable(text, "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError):
        text = ""  # `nonlocal` at the top level, say: it does not run either
        table = symtable.symtable(text, "<cell>", "exec")
    for symbol in table.get_symbols():
        if symbol.is_assigned() or symbol.is_imported():
            binds.add(symbol.get_name())
        if symbol.is_referenced():
            reads.add(symbol.get_name())
    for inner in table.get_children():
        _free(inner, reads, later)
    changed = set() if isinstance(node, _FUNCTIONS) else set(_changed(node))
    if not isinstance(node, _MOVABLE):
        reads -= binds  # a loop most often binds its names before it reads them
    return Statement(
        source=text,
        binds=frozenset(binds | changed),
        reads=frozenset(reads | changed),
        later=frozenset(later),
        movable=isinstance(node, _MOVABLE),
    )


def _free(table: symtable.SymbolTable, now: set[str], later: set[str]) -> None:
    """Collect what an inner scope reads from the cell: now, or when a function is called."""
    is_function = table.get_type() == "function" and table.get_name() not in _AT_ONCE
    into = later if is_function else now
    into.update(
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_global() and symbol.is_referenced()
    )
    for inner in table.get_children():
        _free(inner, later if is_function else now, later)


def _changed(node: ast.stmt) -> Iterator[str]:
    """Yield the names whose values a statement changes without binding them anew."""
    for part in walk(node):
        if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name):
            yield part.target.id
        elif isinstance(part, _CHANGED) and isinstance(part.ctx, ast.Store):
            base: ast.expr = part
            while isinstance(base, _CHANGED):
                base = base.value
            if isinstance(base, ast.Name):
                yield base.id
