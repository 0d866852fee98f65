"""Calls that reach nothing which can be changed, and cells that can therefore not be told from.

A call is closed where it reaches nothing but data of its own, plain functions, Python's own names
and what is imported, be it by way of these functions. A cell that uses nothing but what is listed
(`grader.syntax.harmless`), and binds none of the names that are reached, changes no such call.

Who deceives this, as by a function behind another name, gains nothing: the calls find what there
was some cells later.
"""

import ast
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from symtable import SymbolTable, symtable

from grader.syntax import parsing
from grader.syntax.events import bound_by, events
from grader.syntax.expressions import free_names
from grader.syntax.harmless import is_harmless
from grader.syntax.names import bound_after, names_read

_IPYTHON = frozenset(("In", "Out", "exit", "quit", "get_ipython"))
_MAGICS = frozenset(("matplotlib", "config", "precision", "time", "timeit"))  # that bind nothing
_Later = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | ast.GeneratorExp
_PLAIN = (ast.Constant, ast.UnaryOp, ast.USub, ast.Tuple, ast.Load)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """What a cell does when it runs.

    binds: the names that it may bind or unbind at the top level; functions: of them, those of plain
    functions, with what each reads from outside; modules: those of imports that are listed.
    reads: all names in it; kept: those in what may run later. is_harmless: the whole of it;
    keeps_harmless: what may run later.
    """

    binds: frozenset[str] = frozenset()
    functions: Mapping[str, frozenset[str]]
    modules: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    is_harmless: bool = True
    keeps_harmless: bool = True


class Definitions:
    """What the cells of a notebook have defined so far."""

    def __init__(self) -> None:
        self._reads: dict[str, frozenset[str]] = {}
        self._changeable: set[str] = set()
        self._kept: set[str] = set()
        self._foreign: set[str] = set()  # names of what nobody knows what it does
        self._is_known = True

    def add(self, source: str) -> None:
        """Add a cell that has been run."""
        cell = _cell(source)
        if cell is None or not cell.keeps_harmless:
            self._is_known = False
            return
        for name, reads in cell.functions.items():
            self._reads[name] = self._reads.get(name, frozenset()) | reads
        others = cell.binds - cell.functions.keys() - cell.modules
        self._changeable |= others
        self._kept |= cell.kept
        if not cell.is_harmless:
            self._foreign |= others

    def keep(self, source: str, calls: Iterable[tuple[str, str]]) -> bool:
        """Whether a cell that runs next changes no call.

        calls: expressions, each with the code that makes what it is given.
        """
        cell = _cell(source) if self._is_known else None
        if cell is None or not cell.is_harmless:
            return False
        if not self._foreign.isdisjoint(cell.reads | self._kept):
            return False
        reached = self._reached(calls)
        return reached is not None and reached.isdisjoint(cell.binds)

    def _reached(self, calls: Iterable[tuple[str, str]]) -> set[str] | None:
        """Return all names that calls reach; None where one of them can be changed."""
        found: set[str] = set()
        waiting: list[str] = []
        for expression, given in calls:
            read = _read_by(expression, given)
            if read is None:
                return None
            waiting += read
        while waiting:
            name = waiting.pop()
            if name in self._changeable or name.startswith("_") or name in _IPYTHON:
                return None
            if name not in found:
                found.add(name)
                waiting += self._reads.get(name, ())
        return found


@lru_cache(maxsize=1_000)  # calls are the same for each submission
def _read_by(expression: str, given: str) -> frozenset[str] | None:
    """Return the names that a call reads from outside; None where it may do anything."""
    trees = [parsing.plain(source) for source in (expression, given)]
    if not all(tree is not None and is_harmless(tree) for tree in trees):
        return None
    return frozenset(free_names(expression)) - bound_after(given) | {*names_read(given)}


@lru_cache(maxsize=500)  # so are given cells
def _cell(source: str) -> _Cell | None:
    """Return what a cell does; None where nobody knows."""
    tree = None if source.lstrip().startswith("%%") else parsing.parse(source)
    if tree is None:
        # Nothing runs of what cannot be read, but what awaits at its top level, and magics.
        runs = parsing.is_opaque(source) or "%%" in source or "await" in source
        return None if runs or "async" in source else _Cell(functions={})
    if parsing.plain(source) is None:
        source = ast.unparse(tree)  # with calls in the place of magics
        tree = ast.parse(source)
    nodes = [*ast.walk(tree)]
    if not all(map(_is_known, nodes)):
        return None
    later = [node for node in nodes if isinstance(node, _Later)]
    functions, makers = _functions(tree, source)
    imported = {name for node in tree.body for name in _modules(node)}
    elsewhere = _bound([node for node in tree.body if node not in makers])
    harmless = is_harmless(tree)
    return _Cell(
        binds=_bound(tree.body),
        functions={name: read for name, read in functions.items() if name not in elsewhere},
        modules=frozenset(imported - _bound([one for one in tree.body if not _modules(one)])),
        reads=_names(nodes),
        kept=_names(part for node in later for part in ast.walk(node)),
        is_harmless=harmless,
        keeps_harmless=harmless or all(map(is_harmless, later)),
    )


def _is_known(node: ast.AST) -> bool:
    """Whether all that a node may bind stands in it."""
    match node:
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            return False
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython")))):
            first = node.args[0] if node.args else None
            return isinstance(first, ast.Constant) and first.value in _MAGICS
        case _:
            return True


def _bound(body: Sequence[ast.stmt]) -> frozenset[str]:
    """Return the names that code may bind or unbind at its top level."""
    found = {one.name for one in events(body) if one.kind != "read"}
    for node in (part for statement in body for part in ast.walk(statement)):
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
    return all(isinstance(part, _PLAIN) for value in values for part in ast.walk(value))


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
