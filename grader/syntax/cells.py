"""What a cell does when it runs, as its code tells: what it binds, reads and keeps for later."""

import ast
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from symtable import SymbolTable, symtable

from grader.syntax import parsing
from grader.syntax.events import bound_by, events
from grader.syntax.harmless import is_harmless
from grader.syntax.harmless_names import ATTRIBUTES
from grader.syntax.nodes import walk

_MAGICS = frozenset(("matplotlib", "config", "precision", "time", "timeit"))  # that bind nothing
_BINDING = frozenset(
    ("exec", "eval", "globals", "locals", "vars", "setattr", "__import__", "get_ipython")
)
_Later = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | ast.GeneratorExp
_PLAIN = (ast.Constant, ast.UnaryOp, ast.USub, ast.Tuple, ast.Load)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What a cell does when it runs.

    binds: the names that it may bind or unbind at the top level; functions: of them, those of plain
    functions, with what each reads from outside; values: those of anything else but imports that
    are listed; statements: what each of the others binds, and all names in it.
    reads: all names in it; kept: those in what may run later; reads_displayed: whether IPython's
    names for what it displays are among them. is_harmless: the whole of it; keeps_harmless: what
    may run later.
    """

    binds: frozenset[str] = frozenset()
    functions: Mapping[str, frozenset[str]]
    values: frozenset[str] = frozenset()
    statements: Sequence[tuple[frozenset[str], frozenset[str]]] = ()
    reads_displayed: bool = False
    reads: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    is_harmless: bool = True
    keeps_harmless: bool = True


@lru_cache(maxsize=150)  # so are given cells
def read_cell(source: str) -> Cell | None:
    """Return what a cell does; None where nobody knows."""
    tree = None if source.lstrip().startswith("%%") else parsing.parse(source)
    if tree is None:
        # Nothing runs of what cannot be read, but what awaits at its top level, and magics.
        runs = parsing.is_opaque(source) or "%%" in source or "await" in source
        return None if runs or "async" in source else Cell(functions={})
    nodes = walk(tree)
    if any(map(_of_magic, nodes)):
        source = ast.unparse(tree)
        tree = ast.parse(source)
        nodes = walk(tree)
    if not _are_known(nodes):
        return None
    later = [node for node in nodes if isinstance(node, _Later)]
    functions, makers = _functions(tree, source)
    others = [node for node in tree.body if node not in makers and not _modules(node)]
    elsewhere = _bound(others)
    harmless = is_harmless(tree)
    return Cell(
        binds=_bound(tree.body),
        functions={name: read for name, read in functions.items() if name not in elsewhere},
        values=elsewhere,
        statements=tuple(map(_names_in, others)),
        reads=_names(nodes),
        kept=_names(part for node in later for part in walk(node)),
        reads_displayed=any(map(_is_displayed, nodes)),
        is_harmless=harmless,
        keeps_harmless=harmless or all(map(is_harmless, later)),
    )


def _names_in(node: ast.stmt) -> tuple[frozenset[str], frozenset[str]]:
    """Return what a statement binds, and all names in it."""
    binds = _bound([node])
    return binds, binds | _names(walk(node))


def _is_displayed(node: ast.AST) -> bool:
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            return name.startswith("_") and name != "__name__"
        case _:
            return False


def _are_known(nodes: Sequence[ast.AST]) -> bool:
    """Whether all that some code may bind stands in it."""
    magics = {id(name) for node in nodes for name in _of_magic(node)}
    return all(id(node) in magics or _is_known(node) for node in nodes)


def _is_known(node: ast.AST) -> bool:
    match node:
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            return False
        case ast.Name(id=name):
            return name not in _BINDING
        case ast.Attribute(attr=name):
            return not name.startswith("__") or name in ATTRIBUTES
        case _:
            return True


def _of_magic(node: ast.AST) -> list[ast.Name]:
    """Return `get_ipython` of a call that stands for a magic which binds nothing."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython") as name)),
            args=[ast.Constant(value), *_],
        ) if value in _MAGICS:
            return [name]
        case _:
            return []


def _bound(body: Sequence[ast.stmt]) -> frozenset[str]:
    """Return the names that code may bind or unbind at its top level."""
    found = {one.name for one in events(body) if one.kind != "read"}
    for node in (part for statement in body for part in walk(statement)):
        match node:
            case ast.Name(id=name, ctx=ast.Del()):
                found.add(name)
            case ast.Global(names=names):
                found.update(names)
    return frozenset(found)


def _modules(node: ast.stmt) -> list[str]:
    """Return the names by which a statement imports what is listed, and nothing else."""
    is_import = isinstance(node, ast.Import | ast.ImportFrom)
    return [*bound_by(node)] if is_import and is_harmless(node) else []


def _names(nodes: Iterable[ast.AST]) -> frozenset[str]:
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name))


def _functions(
    tree: ast.Module, source: str
) -> tuple[Mapping[str, frozenset[str]], list[ast.stmt]]:
    """Return what the plain functions at the top level read from outside, and what makes them.

    A decorator, or a default that is no constant, is code that runs and a value that stays.
    """
    found: dict[str, frozenset[str]] = {}
    makers: list[ast.stmt] = []
    tables: dict[tuple[str, int], list[SymbolTable]] = {}
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name, decorator_list=[], args=args):
                key = name, node.lineno
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(args=args) as made):
                key = "lambda", made.lineno
            case _:
                continue
        tables = tables or _tables(source)
        here = tables.get(key, [])
        if len(here) == 1 and _has_plain_defaults(args):
            found[name] = found.get(name, frozenset()) | {*_outside(here[0])}
            makers.append(node)
    return found, makers


def _has_plain_defaults(args: ast.arguments) -> bool:
    values = [one for one in (*args.defaults, *args.kw_defaults) if one is not None]
    return all(isinstance(part, _PLAIN) for value in values for part in walk(value))


def _tables(source: str) -> dict[tuple[str, int], list[SymbolTable]]:
    """Return the scopes right below the top level, by their names and lines."""
    found: dict[tuple[str, int], list[SymbolTable]] = {}
    with warnings.catch_warnings(action="ignore"):  # a student's "\\d" is not our concern
        top = symtable(source, "<cell>", "exec")
    for table in top.get_children():
        found.setdefault((table.get_name(), table.get_lineno()), []).append(table)
    return found


def _outside(table: SymbolTable) -> Iterator[str]:
    """Yield the global names that a scope reads, with those inside of it."""
    for one in table.get_symbols():
        if one.is_global() and one.is_referenced():
            yield one.get_name()
    for child in table.get_children():
        yield from _outside(child)
