"""What happens to the names of some code when it runs: which are bound and read, and when.

The walk to take where order or scope decides; `names` asks it for whole cells.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from symtable import SymbolTable
from typing import Literal, NamedTuple

from grader.syntax.nodes import children, walk

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Event(NamedTuple):
    """What happens to a name; one that is caught goes when its `except` ends."""

    name: str
    kind: Literal["read", "bound", "caught"]


def events(body: Iterable[ast.stmt]) -> list[Event]:
    """Return what happens to names at the top level, in the order in which the code runs.

    Where there is a branch, all its sides count. The bodies of functions are left out.
    """
    walk = _Walk()
    for node in body:
        walk.visit(node)
    return walk.events


def bound_by(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node binds by itself."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            for alias in aliases:
                if alias.name != "*":
                    yield (alias.asname or alias.name).split(".")[0]
        case (
            ast.ExceptHandler(name=str(name))
            | ast.MatchAs(name=str(name))
            | ast.MatchStar(name=str(name))
            | ast.MatchMapping(rest=str(name))
        ):
            yield name


def read_in_functions(table: SymbolTable) -> Iterator[str]:
    """Yield the global names that the functions read which stand in some code."""
    for child in table.get_children():
        if child.get_type() == "function":
            for one in child.get_symbols():
                if one.is_global() and one.is_referenced():
                    yield one.get_name()
        yield from read_in_functions(child)


class _Class(set[str]):
    """The names that the body of a class has bound so far; `shared` are global all the same."""

    def __init__(self) -> None:
        self.shared = set[str]()


class _Walk(ast.NodeVisitor):
    """Goes through code as it runs, the bodies of functions left out."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._scopes: list[set[str]] = []  # of classes and comprehensions, the innermost last

    def generic_visit(self, node: ast.AST) -> None:
        for child in children(node):
            self.visit(child)
        for name in bound_by(node):
            self._bind(name)

    def _visit_all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._read(node.id)
        elif isinstance(node.ctx, ast.Store):
            self._bind(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._visit_all([node.value, *node.targets])

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._read(node.target.id)
        self._visit_all([node.value, node.target])

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        is_bare = node.value is None and isinstance(node.target, ast.Name)  # binds nothing
        self._visit_all([node.value, None if is_bare else node.target, node.annotation])

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._bind(node.target.id, walrus=True)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._visit_all([node.iter, node.target, *node.body, *node.orelse])

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self.visit_For(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._visit_all([node.type])
        if node.name is not None:
            self._bind(node.name, kind="caught")
        self._visit_all(node.body)

    def visit_FunctionDef(self, node: _Function) -> None:
        arguments = [one for one in children(node.args) if isinstance(one, ast.arg)]
        self._visit_all([*node.decorator_list, *_defaults(node.args)])
        self._visit_all([*(one.annotation for one in arguments), node.returns])
        self._bind(node.name)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_all(_defaults(node.args))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit_all([*node.decorator_list, *node.bases, *node.keywords])
        self._scopes.append(_Class())
        self._visit_all(node.body)
        self._scopes.pop()
        self._bind(node.name)

    def visit_Global(self, node: ast.Global) -> None:
        if self._scopes and isinstance(scope := self._scopes[-1], _Class):
            scope.shared.update(node.names)

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._comprehend(node.generators, [node.elt])

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._comprehend(node.generators, [node.elt])

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._comprehend(node.generators, [node.elt])

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehend(node.generators, [node.key, node.value])

    def _comprehend(self, parts: Sequence[ast.comprehension], made: Sequence[ast.expr]) -> None:
        first, *others = parts
        self.visit(first.iter)
        self._scopes.append({name for one in parts for name in _targets(one)})
        self._visit_all([first.target, *first.ifs])
        for one in others:
            self._visit_all([one.iter, one.target, *one.ifs])
        self._visit_all(made)
        self._scopes.pop()

    def _read(self, name: str) -> None:
        for depth, scope in enumerate(reversed(self._scopes)):
            # The names of a class are seen in its own body alone, not in what stands in that.
            if name in scope and (depth == 0 or not isinstance(scope, _Class)):
                return
        self.events.append(Event(name, "read"))

    def _bind(
        self, name: str, *, walrus: bool = False, kind: Literal["bound", "caught"] = "bound"
    ) -> None:
        for scope in reversed(self._scopes):
            if isinstance(scope, _Class):
                if name in scope.shared:
                    break
                scope.add(name)
                return
            if not walrus:
                return  # the target of a comprehension
        self.events.append(Event(name, kind))


def _defaults(args: ast.arguments) -> Sequence[ast.expr | None]:
    return [*args.defaults, *args.kw_defaults]


def _targets(part: ast.comprehension) -> Iterator[str]:
    for node in walk(part.target):
        yield from bound_by(node)
