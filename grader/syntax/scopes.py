"""What names are bound to where code runs from its top: scopes, loops, imports and assignments."""

# ruff: noqa: D102 - how such methods are called, and what they do, `ast` says

import ast
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from grader.syntax.captures import captured
from grader.syntax.found import Body, Found
from grader.syntax.meanings import (
    BOUND,
    FILE,
    NAMES,
    NO_HOMES,
    RETURNS,
    Meanings,
    held,
    holding,
)
from grader.syntax.nodes import children

_MOST_TURNS = 50  # of loops over texts, each of which is gone through once more
# What files use, by module and name: by what forbids it.
Files = Mapping[str, Mapping[str, Mapping[str, str]]]
NO_FILES: Files = MappingProxyType({})

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef


class Scopes(ast.NodeVisitor):
    """Goes through cells in the order in which they run; visiting code returns its meaning.

    files: what can be imported from beside the notebook, by module and name, with what it uses;
    homes: other names of what is forbidden, each with the name that forbids it.
    """

    def __init__(
        self, forbidden: Collection[str], files: Files, homes: Mapping[str, str] = NO_HOMES
    ) -> None:
        self.meanings = Meanings(forbidden, files, homes)
        self._files = files
        self._imported: set[str] = set()
        self._found = Found()
        self._body: Body | None = None
        self._returned: list[str] = []
        self._in_class = False
        self._attributes: dict[str, str] = {}  # what was bound to one of this name, of anything
        self._late: list[list[tuple[str, str]]] = []  # what comprehensions bind around them
        self._turns = 0

    def _use(self, name: str, line: int) -> None:
        """Collect a name that may be forbidden."""
        raise NotImplementedError

    def visit(self, node: ast.AST) -> str:
        method = getattr(self, f"visit_{type(node).__name__}", None)
        if method is not None:
            meaning: str = method(node) or ""
            return meaning
        for child in children(node):
            self.visit(child)
        return ""

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._imported.add((alias.asname or alias.name).split(".")[0])
            if alias.asname:
                self.meanings.bind(alias.asname, self._imports(alias.name), known=True)
            else:
                first = alias.name.split(".")[0]
                self.meanings.bind(first, FILE + first if first in self._files else "")
            self._use(self._imports(alias.name), node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        for alias in node.names:
            if alias.name == "*":
                self.meanings.star(FILE + module if module in self._files else module)
            else:
                name = f"{module}.{alias.name}"
                self._imported.add(alias.asname or alias.name)
                self._use(name, node.lineno)
                self.meanings.bind(alias.asname or alias.name, self._imports(name), known=True)
        self._use(self._imports(module), node.lineno)

    def _imports(self, name: str) -> str:
        """Return the meaning of what is imported by this name."""
        return FILE + name if name.split(".")[0] in self._files else self.meanings.kept(name)

    def visit_Assign(self, node: ast.Assign) -> None:
        meaning = self._meanings(node.value)
        for target in node.targets:
            self._assign(target, meaning)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self._assign(node.target, self._meanings(node.value))

    def visit_NamedExpr(self, node: ast.NamedExpr) -> str:
        meaning = self.visit(node.value)
        self._assign(node.target, meaning)
        if self._late:
            self._late[-1].append((node.target.id, meaning))
        return meaning

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        for one in self._turned(self.visit(node.iter)):
            self._assign(node.target, one)
            for part in node.body:
                self.visit(part)
        for part in node.orelse:
            self.visit(part)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self.visit_For(node)

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self._assign(item.optional_vars, self._entered(item.context_expr))
        for part in node.body:
            self.visit(part)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> None:
        self.visit_With(node)

    def _entered(self, manager: ast.expr) -> str:
        """Return what is bound where `with` enters something, as far as that is known."""
        match manager:
            case ast.Call(
                func=ast.Name(id="nullcontext") | ast.Attribute(attr="nullcontext"), args=[one]
            ):
                return self.visit(one)
        return ""

    def visit_Match(self, node: ast.Match) -> None:
        subject = self._meanings(node.subject)
        for case in node.cases:
            for name, meaning in captured(case.pattern, subject, self.visit):
                self.meanings.bind(name, meaning)
            for part in (case.guard, *case.body):
                if part is not None:
                    self.visit(part)

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> str:
        return holding(self._comprehended(node.generators, [node.elt]))

    def visit_SetComp(self, node: ast.SetComp) -> str:
        return self.visit_ListComp(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> str:
        return self.visit_ListComp(node)

    def visit_DictComp(self, node: ast.DictComp) -> str:
        return holding(self._comprehended(node.generators, [node.key, node.value]))

    def _comprehended(
        self, generators: Sequence[ast.comprehension], parts: Sequence[ast.expr]
    ) -> list[str]:
        """Return what the last part is, in each turn that is told apart."""
        first, *others = generators
        found = []
        turns = self._turned(self.visit(first.iter))
        self.meanings.enter()
        self._late.append([])
        for one in turns:
            self._assign(first.target, one)
            for test in first.ifs:
                self.visit(test)
            for other in others:
                self._assign(other.target, next(iter(held(self.visit(other.iter))), ""))
                for test in other.ifs:
                    self.visit(test)
            found.append([self.visit(part) for part in parts][-1])
        self.meanings.leave()
        late = self._late.pop()
        for name, meaning in late:
            self.meanings.bind(name, meaning)
        return found

    def _turned(self, meaning: str) -> list[str]:
        """Return what is bound in the turns of a loop, as far as they are told apart."""
        parts = held(meaning)
        if len(parts) > 1:
            self._turns += len(parts)
        return parts if parts and self._turns <= _MOST_TURNS else [""]

    def visit_List(self, node: ast.List | ast.Tuple | ast.Set) -> str:
        return holding([self.visit(part) for part in node.elts])

    def visit_Tuple(self, node: ast.Tuple) -> str:
        return self.visit_List(node)

    def visit_Set(self, node: ast.Set) -> str:
        return self.visit_List(node)

    def visit_Dict(self, node: ast.Dict) -> str:
        for key in node.keys:
            if key is not None:
                self.visit(key)
        return holding([self.visit(part) for part in node.values])

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None:
            self._returned.append(self.visit(node.value))

    def visit_Global(self, node: ast.Global) -> None:
        self.meanings.share(node.names)

    def visit_FunctionDef(self, node: Function) -> None:
        for decorator in node.decorator_list:
            self.visit(decorator)
        self.meanings.bind(node.name)
        outer, self._returned = (self._returned, self._in_class), []
        self._in_class = False
        self._define(node, node.args, [*node.body, *([node.returns] if node.returns else ())])
        if meaning := next(filter(None, self._returned), ""):
            self.meanings.bind(node.name, RETURNS + meaning)
        self._returned, self._in_class = outer

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        self.meanings.bind(node.name)
        outer, self._in_class = self._in_class, True
        self._define(node, None, node.body)
        self._in_class = outer

    def visit_Lambda(self, node: ast.Lambda) -> str:
        meaning = self._scope(node.args, [node.body])
        return meaning and RETURNS + meaning

    def _meanings(self, value: ast.expr) -> str | list[str]:
        """Return the meaning of a value, or those of the parts of a tuple."""
        if isinstance(value, ast.Tuple | ast.List):
            return [self.visit(part) for part in value.elts]
        return self.visit(value)

    def _assign(self, target: ast.expr, meaning: str | list[str]) -> None:
        self.visit(target)
        whole = meaning if isinstance(meaning, str) else holding(meaning)
        match target:
            case ast.Name(id=name):
                self.meanings.bind(name, whole)
                if self._in_class and whole and whole[0] != BOUND:
                    self._attributes[name] = whole
            case ast.Attribute(attr=name) if whole and whole[0] != BOUND:
                self._attributes[name] = whole
            case ast.Subscript(value=ast.Call(func=ast.Name(id=called)), slice=key):
                if called == NAMES and isinstance(key, ast.Constant):
                    self.meanings.bind(str(key.value), whole)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                found = held(meaning) if isinstance(meaning, str) else meaning
                for part, one in zip(parts, found, strict=False):
                    if isinstance(part, ast.Name):
                        self.meanings.bind(part.id, one)

    def _define(
        self, node: Definition, args: ast.arguments | None, body: Sequence[ast.AST]
    ) -> None:
        outer = self._body
        if outer is not None:
            outer.reads.add(node.name)
        self._body = self._found.bodies.setdefault(node.name, Body())
        self._scope(args, body)
        self._body = outer

    def _scope(self, args: ast.arguments | None, body: Sequence[ast.AST]) -> str:
        """Visit what has names of its own; returns the meaning of its last part."""
        meanings = self._defaults(args) if args is not None else []
        self.meanings.enter()
        for name, meaning in meanings:
            self.meanings.bind(name, meaning)
        last = ""
        for part in body:
            last = self.visit(part)
        self.meanings.leave()
        return last

    def _defaults(self, args: ast.arguments) -> list[tuple[str, str]]:
        """Return the names of arguments, each with what it stands for where nothing is given."""
        placed = [*args.posonlyargs, *args.args]
        values = [*[None] * (len(placed) - len(args.defaults)), *args.defaults, *args.kw_defaults]
        named = [*placed, *args.kwonlyargs]
        found = [
            (one.arg, self.visit(value) if value is not None else "")
            for one, value in zip(named, values, strict=True)
        ]
        rest = [one for one in (args.vararg, args.kwarg) if one is not None]
        for one in (*named, *rest):
            if one.annotation is not None:
                self.visit(one.annotation)
        return [*found, *((one.arg, "") for one in rest)]
