"""What code uses by name, of what is forbidden, and which helpers it reads.

Names are followed to what they stand for (`meanings`), aliases, texts and imports too; who asks for
names alone takes `names`.
"""

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from grader.syntax import parsing
from grader.syntax.meanings import IMPORTERS, INSIDE, LONGEST, Meanings, is_text, joined
from grader.syntax.names import bound_anywhere
from grader.syntax.nodes import children, walk

# Parts of PyTorch that hold others: no tensor has a method of such a name.
_MODULES = frozenset(
    (
        *("torch.nn", "torch.optim", "torch.func", "torch.autograd", "torch.special"),
        *("torch.linalg", "torch.fft", "torch.utils", "torch.distributions", "torch.random"),
    )
)
_MAGICS = ("run_line_magic", "run_cell_magic")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef


@dataclass(slots=True)
class Body:
    """What is used in the functions or classes of one name: by what forbids it, and helpers."""

    uses: dict[str, str] = field(default_factory=dict)
    reads: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Found:
    """What is used in a cell: names by line and by what forbids them, and helpers with a line.

    bodies: what the cell's own functions and classes use, by their names.
    """

    uses: dict[tuple[int, str], str] = field(default_factory=dict)
    reads: dict[str, int] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)

    def add(self, line: int, banned: str, name: str) -> None:
        """Keep a use; the longest name on a line says most: SGD, not the module it came from."""
        self.uses[line, banned] = max(self.uses.get((line, banned), ""), name, key=len)


def found_in(
    trees: Sequence[ast.Module | None], forbidden: Collection[str], helpers: Collection[int]
) -> list[Found]:
    """Return what each cell uses. helpers: places of those whose functions others may call.

    Each cell is gone through once with what its names stand for there, and each helper once more
    with what they stood for at any time.
    """
    own = {place: tree for place in sorted(helpers) if (tree := trees[place]) is not None}
    defined = {
        node.name for tree in own.values() for node in walk(tree) if isinstance(node, Definition)
    }
    names = _Names(forbidden, defined, {one for tree in trees if tree for one in _members(tree)})
    found = [names.cell(tree) if tree is not None else Found() for tree in trees]
    names.meanings.recall()
    for place, tree in own.items():
        names.again(tree, found[place])
    return found


def mentioned(text: str, forbidden: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield the forbidden names that a text holds, and their lines, comments left out."""
    pattern = re.compile(rf"\b(?:{_either(forbidden)})\b")
    for number, line in enumerate(text.split("\n"), start=1):
        for found in pattern.finditer(line.split("#")[0]):
            yield number, found[0]


def _either(forbidden: Collection[str]) -> str:
    return "|".join(map(re.escape, sorted(forbidden, key=len, reverse=True)))


def _members(tree: ast.AST) -> Iterator[str]:
    """Yield what the classes of some code define, and what is set of things."""
    for node in walk(tree):
        match node:
            case ast.ClassDef(body=body):
                yield from (one.name for one in body if isinstance(one, Function))
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def _outermost(tree: ast.AST) -> Iterator[Definition]:
    """Yield the functions and classes of some code that stand in no other."""
    left = [tree]
    while left:
        node = left.pop()
        if isinstance(node, Definition):
            yield node
        else:
            left.extend(children(node))


class _Names(ast.NodeVisitor):
    """Goes through cells in the order in which they run; visiting code returns its meaning."""

    def __init__(
        self, forbidden: Collection[str], helpers: Collection[str], members: Collection[str]
    ) -> None:
        self.meanings = Meanings(forbidden)
        self._forbidden, self._helpers = forbidden, helpers
        # `torch.exp` forbids the method of a tensor, too, unless a student's class has one.
        self._methods = {
            name.removeprefix("torch."): name
            for name in forbidden
            if name.startswith("torch.") and name.count(".") == 1 and name not in _MODULES
        }
        for name in members:
            self._methods.pop(name, None)
        self._imported: set[str] = set()
        self._text = re.compile(rf"(?:{_either(forbidden)})(?:\.\w+)*+(?:\(.*)?+")
        self._found = Found()
        self._body: Body | None = None
        self._line: int | None = None

    def cell(self, tree: ast.Module) -> Found:
        self._found = Found()
        self.meanings.has(bound_anywhere(tree))
        self.visit(tree)
        return self._found

    def again(self, tree: ast.Module, found: Found) -> None:
        self._found = Found(bodies=found.bodies)
        for node in _outermost(tree):
            self.visit(node)

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
            self._use(alias.name, node.lineno)
            if alias.asname:
                self.meanings.bind(alias.asname, self.meanings.kept(alias.name), known=True)
            else:
                self.meanings.bind(alias.name.split(".")[0])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        for alias in node.names:
            if alias.name == "*":
                self._use(module, node.lineno)
                self.meanings.star(module)
            else:
                name = f"{module}.{alias.name}"
                self._imported.add(alias.asname or alias.name)
                self._use(name, node.lineno)
                self.meanings.bind(alias.asname or alias.name, self.meanings.kept(name), known=True)

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
        return meaning

    def visit_Global(self, node: ast.Global) -> None:
        self.meanings.share(node.names)

    def visit_FunctionDef(self, node: Function) -> None:
        for decorator in node.decorator_list:
            self.visit(decorator)
        self.meanings.bind(node.name)
        self._define(node, node.args, [*node.body, *([node.returns] if node.returns else ())])

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        self.meanings.bind(node.name)
        self._define(node, None, node.body)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._scope(node.args, [node.body])

    def visit_Name(self, node: ast.Name) -> str:
        name = node.id
        if not isinstance(node.ctx, ast.Load):
            self.meanings.bind(name)
            return ""
        if name in self._helpers:
            self._found.reads.setdefault(name, self._line or node.lineno)
            if self._body is not None:
                self._body.reads.add(name)
        return self._used(self.meanings.of(name), node.lineno)

    def visit_Attribute(self, node: ast.Attribute) -> str:
        return self._used(self.meanings.at(self.visit(node.value), node.attr), node.lineno)

    def visit_Subscript(self, node: ast.Subscript) -> str:
        base, key = self.visit(node.value), self.visit(node.slice)
        if not is_text(base) and base.endswith(INSIDE) and is_text(key):
            return self._used(self.meanings.at(base.removesuffix(INSIDE), key[1:]), node.lineno)
        return ""

    def visit_Call(self, node: ast.Call) -> str:
        name = self.visit(node.func).removeprefix("builtins.")
        given = [self.visit(part) for part in node.args]
        for keyword in node.keywords:
            self.visit(keyword)
        match node:
            case ast.Call(func=ast.Attribute(attr=attr), args=[*_, ast.Constant(value=str(text))]):
                if attr in _MAGICS:
                    self._behind_magic(text, node.lineno)
        if not name and isinstance(node.func, ast.Attribute):
            self._use_method(node.func)
        if name in IMPORTERS and given and is_text(given[0]):
            self._use(given[0][1:], node.lineno)
            return self.meanings.kept(given[0][1:])
        if name == "getattr" and len(given) > 1 and is_text(given[1]):
            return self._used(self.meanings.at(given[0], given[1][1:]), node.lineno)
        if name == "vars" and given and not is_text(given[0]):
            return given[0] and given[0] + INSIDE
        return ""

    def visit_Constant(self, node: ast.Constant) -> str:
        if not isinstance(node.value, str):
            return ""
        if self._text.fullmatch(node.value):
            self._use(node.value.split("(")[0], node.lineno)
        return f"'{node.value}" if len(node.value) < LONGEST else ""

    def visit_BinOp(self, node: ast.BinOp) -> str:
        one, two = self.visit(node.left), self.visit(node.right)
        return joined([one, two]) if isinstance(node.op, ast.Add) else ""

    def visit_JoinedStr(self, node: ast.JoinedStr) -> str:
        return joined([self.visit(part) for part in node.values])

    def visit_FormattedValue(self, node: ast.FormattedValue) -> str:
        meaning = self.visit(node.value)
        if node.format_spec is not None:
            self.visit(node.format_spec)
            return ""
        return meaning

    def _use_method(self, called: ast.Attribute) -> None:
        """Collect a method that is forbidden as a function, of what is no module."""
        name = self._methods.get(called.attr.removesuffix("_"))
        base = called.value
        is_module = isinstance(base, ast.Name) and base.id in self._imported
        if name is not None and not is_module:
            self._use(name, called.lineno)

    def _behind_magic(self, text: str, line: int) -> None:
        """Collect what code in a text uses, as if it stood on this line."""
        tree = parsing.plain(text) if self._line is None else None
        if tree is None:
            for _, name in mentioned(text, self._forbidden):
                self._use(name, line)
        else:
            self._line = line
            self.visit(tree)
            self._line = None

    def _meanings(self, value: ast.expr) -> str | list[str]:
        """Return the meaning of a value, or those of the parts of a tuple."""
        if isinstance(value, ast.Tuple | ast.List):
            return [self.visit(part) for part in value.elts]
        return self.visit(value)

    def _assign(self, target: ast.expr, meaning: str | list[str]) -> None:
        self.visit(target)
        match target, meaning:
            case ast.Name(id=name), str():
                self.meanings.bind(name, meaning)
            case ((ast.Tuple(elts=parts) | ast.List(elts=parts)), list()):
                for part, one in zip(parts, meaning, strict=False):
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

    def _scope(self, args: ast.arguments | None, body: Sequence[ast.AST]) -> None:
        """Visit what has names of its own."""
        meanings = self._defaults(args) if args is not None else []
        self.meanings.enter()
        for name, meaning in meanings:
            self.meanings.bind(name, meaning)
        for part in body:
            self.visit(part)
        self.meanings.leave()

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

    def _used(self, name: str, line: int) -> str:
        self._use(name, line)
        return name

    def _use(self, name: str, line: int) -> None:
        banned = self.meanings.banned(name) if name else None
        if banned is not None:
            name = name.removesuffix(INSIDE)[:LONGEST]
            self._found.add(self._line or line, banned, name)
            if self._body is not None:
                uses = self._body.uses
                uses[banned] = max(uses.get(banned, ""), name, key=len)
