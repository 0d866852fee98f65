"""What code uses by name, of what is forbidden, and which helpers it reads.

Names are followed to what they stand for (`meanings`), aliases, texts and imports too; who asks for
names alone takes `names`.
"""

# ruff: noqa: N802 - how such methods are called, and what they do, `ast` says

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from grader.syntax import parsing, texts
from grader.syntax.found import Found, either, mentioned
from grader.syntax.meanings import (
    BOUND,
    FILE,
    GETTER,
    IMPORTERS,
    INSIDE,
    LONGEST,
    METHOD,
    MODULES,
    NAMES,
    NO_HOMES,
    OF_METHODS,
    RETURNS,
    RUNNERS,
    held,
    is_text,
    joined,
)
from grader.syntax.names import bound_anywhere
from grader.syntax.nodes import children, walk
from grader.syntax.scopes import NO_FILES, Definition, Files, Function, Scopes

# Parts of PyTorch that hold others: no tensor has a method of such a name.
_MODULES = frozenset(
    (
        *("torch.nn", "torch.optim", "torch.func", "torch.autograd", "torch.special"),
        *("torch.linalg", "torch.fft", "torch.utils", "torch.distributions", "torch.random"),
    )
)
# What calls its first argument: Python's own, and imported ones.
_CALLING, _IMPORTED_CALLING = ("map", "filter"), ("partial", "reduce", "starmap")
_MAGICS = ("run_line_magic", "run_cell_magic")

_SHELLS = frozenset(
    ("system", "getoutput", "popen", "Popen", "run", "call", "check_call", "check_output")
)


def found_in(
    trees: Sequence[ast.Module | None],
    forbidden: Collection[str],
    helpers: Collection[int],
    files: Files = NO_FILES,
    homes: Mapping[str, str] = NO_HOMES,
) -> list[Found]:
    """Return what each cell uses. helpers: places of those whose functions others may call.

    files: what can be imported from beside the notebook, by module and name, with what it uses;
    homes: other names of what is forbidden, each with the name that forbids it.

    Each cell is gone through once with what its names stand for there, and each helper once more
    with what they stood for at any time.
    """
    own = {place: tree for place in sorted(helpers) if (tree := trees[place]) is not None}
    defined = {
        node.name for tree in own.values() for node in walk(tree) if isinstance(node, Definition)
    }
    members = {one for tree in trees if tree for one in _members(tree)}
    names = _Names(forbidden, defined, members, files, homes)
    found = [names.cell(tree) if tree is not None else Found() for tree in trees]
    names.meanings.recall()
    for place, tree in own.items():
        names.again(tree, found[place])
    return found


def _members(tree: ast.AST) -> Iterator[str]:
    """Yield what the classes of some code define, and what is set of things."""
    for node in walk(tree):
        match node:
            case ast.ClassDef(body=body):
                yield from (one.name for one in body if isinstance(one, Function))
                yield from (name for one in body for name in _assigned(one))
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def _assigned(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.Assign(targets=targets):
            yield from (one.id for one in targets if isinstance(one, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
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


class _Names(Scopes):
    """Collects what is used of what is forbidden."""

    def __init__(
        self,
        forbidden: Collection[str],
        helpers: Collection[str],
        members: Collection[str],
        files: Files,
        homes: Mapping[str, str],
    ) -> None:
        # `torch.exp` forbids the method of a tensor, too, unless a student's class has one.
        self._methods = {
            name.removeprefix("torch.").removeprefix("Tensor."): name
            for name in sorted(forbidden)
            if re.fullmatch(r"torch\.(Tensor\.)?\w+", name) and name not in _MODULES
        }
        of_tensors = {f"torch.Tensor.{name}": banned for name, banned in self._methods.items()}
        super().__init__(forbidden, files, {**homes, **of_tensors})
        self._forbidden, self._helpers = forbidden, helpers
        for name in members:
            self._methods.pop(name, None)
        self._text = re.compile(rf"(?:{either(forbidden)})(?:\.\w+)*+(?:\(.*)?+")
        self._line: int | None = None

    def cell(self, tree: ast.Module) -> Found:
        self._found, self._turns = Found(), 0
        self.meanings.has(bound_anywhere(tree))
        self.visit(tree)
        return self._found

    def again(self, tree: ast.Module, found: Found) -> None:
        self._found = Found(bodies=found.bodies)
        for node in _outermost(tree):
            self.visit(node)

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
        base = self.visit(node.value)
        if not base and isinstance(node.ctx, ast.Load):
            if (known := self._attributes.get(node.attr, "")) or not (name := self._method(node)):
                return self._used(known, node.lineno)
            return self.meanings.method(name)
        return self._used(self.meanings.at(base, node.attr), node.lineno)

    def visit_Subscript(self, node: ast.Subscript) -> str:
        base, key = self.visit(node.value), self.visit(node.slice)
        found = ""
        if is_text(base):
            return texts.of_slice(base, node.slice)
        if base == NAMES + INSIDE and is_text(key):
            found = self.meanings.of(key[1:])
        elif base.endswith(INSIDE) and is_text(key):
            found = self.meanings.at(base.removesuffix(INSIDE), key[1:])
        elif base == MODULES and is_text(key):
            found = self.meanings.kept(key[1:])
        elif parts := held(base):
            match node.slice:
                case ast.Constant(value=int(place)) if place < len(parts):
                    found = parts[place]
                case _:
                    found = parts[0]
        return self._used(found, node.lineno)

    def visit_Call(self, node: ast.Call) -> str:
        name = self.visit(node.func).removeprefix("builtins.")
        given = [self.visit(part) for part in node.args]
        for keyword in node.keywords:
            self.visit(keyword)
        if isinstance(node.func, ast.Attribute):
            self._behind(node.func.attr, node, given)
        self._use(self.meanings.bound(name), node.lineno)
        if given and self._is_calling(node.func):
            self._use(self.meanings.bound(given[0]), node.lineno)
        if name[:1] == RETURNS:
            return self._used(name[1:], node.lineno)
        if name[:1] == METHOD:
            return texts.of_method(name, given)
        if name == "chr":
            return texts.of_number(node)
        if name in (NAMES, "locals", "vars") and not given:
            return NAMES + INSIDE
        return self._looked_up(name, node, given)

    def _looked_up(self, name: str, node: ast.Call, given: Sequence[str]) -> str:
        """Return what a call finds by a text."""
        said = [one[1:] if is_text(one) else "" for one in given]
        match name, given:
            case _, [_, *_] if name in IMPORTERS and said[0]:
                self._use(said[0], node.lineno)
                return self._imports(said[0])
            case _, [_, *_] if name in RUNNERS:
                self._run(node.args[0], said[0], node.lineno)
            case _, [_, *_] if name in OF_METHODS and said[0] in self._methods:
                self._use(self._methods[said[0]], node.lineno)
            case _, [_] if name.endswith(GETTER) and said[0]:
                return self._used(self.meanings.at(name.removesuffix(GETTER), said[0]), node.lineno)
            case "getattr", [base, _, *_] if said[1]:
                if not base and said[1] in self._methods and not self._is_module(node.args[0]):
                    self._use(self._methods[said[1]], node.lineno)
                return self._used(self.meanings.at(base, said[1]), node.lineno)
            case "setattr", [_, _, meaning] if said[1] and meaning and meaning[0] != BOUND:
                self._attributes[said[1]] = meaning
            case "vars", [base] if base and not said[0]:
                return base + INSIDE
        return ""

    def _run(self, argument: ast.expr, known: str, line: int) -> None:
        """Collect what `exec` and the like run, where its text can be told."""
        match argument:
            case ast.Constant(value=str(text)):
                self._behind_magic(text, line)
            case _ if known:
                self._behind_magic(known, line)

    def _behind(self, method: str, node: ast.Call, given: Sequence[str]) -> None:
        """Collect what stands in the text behind a magic, or in a line for the shell."""
        match node.args:
            case [*_, ast.Constant(value=str(text))] if method in _MAGICS:
                self._behind_magic(text, node.lineno)
                if (module := text.strip().removesuffix(".py")) in self._files:
                    self.meanings.star(FILE + module)  # %run
        if method in _SHELLS and given:
            words = set(re.findall(r"\w+", " ".join(held(given[0]) or [given[0]])))
            for banned in self._forbidden if any("python" in word for word in words) else ():
                if words.issuperset(banned.split(".")):
                    self._use(banned, node.lineno)

    def visit_Constant(self, node: ast.Constant) -> str:
        if not isinstance(node.value, str):
            return ""
        if self._text.fullmatch(node.value):
            self._use(node.value.split("(")[0], node.lineno)
        return texts.text(node.value)

    def visit_BinOp(self, node: ast.BinOp) -> str:
        one, two = self.visit(node.left), self.visit(node.right)
        return texts.of_operation(node, one, two)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> str:
        return joined([self.visit(part) for part in node.values])

    def visit_FormattedValue(self, node: ast.FormattedValue) -> str:
        meaning = self.visit(node.value)
        if node.format_spec is not None:
            self.visit(node.format_spec)
            return ""
        match node.value:
            case ast.Constant(value=bool() | int() as value):
                return texts.text(str(value))
        return meaning

    def _method(self, node: ast.Attribute) -> str:
        """Return the method that is forbidden as a function, of what is no module; else nothing."""
        name = self._methods.get(node.attr.removesuffix("_"), "")
        return name if name and not self._is_module(node.value) else ""

    def _is_calling(self, called: ast.expr) -> bool:
        """Whether something calls what it is given first."""
        match called:
            case ast.Name(id=name) if name in _CALLING:
                return not self.meanings.binds(name)
            case ast.Name(id=name):
                return name in _IMPORTED_CALLING and name in self._imported
            case ast.Attribute(attr=name):
                return name in _IMPORTED_CALLING and self._is_module(called.value)
        return False

    def _is_module(self, base: ast.expr) -> bool:
        """Whether something may be a module: an imported name, or what it has in small letters.

        What a file beside the notebook has may be a tensor.
        """
        inner = base
        while isinstance(inner, ast.Attribute) and inner.attr.islower():
            inner = inner.value
        if not isinstance(inner, ast.Name) or inner.id not in self._imported:
            return False
        return inner is base or self.meanings.of(inner.id)[:1] != FILE

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

    def _used(self, name: str, line: int) -> str:
        self._use(name, line)
        return name

    def _use(self, name: str, line: int) -> None:
        name = self.meanings.at_home(name)
        if name[:1] == FILE:
            module, _, part = name[1:].partition(".")
            for banned, used in self._files.get(module, {}).get(part, {}).items():
                self._add(banned, used, line)
        elif name and (found := self.meanings.banned(name)) is not None:
            self._add(found, name.removesuffix(INSIDE)[:LONGEST], line)

    def _add(self, banned: str, name: str, line: int) -> None:
        self._found.add(self._line or line, banned, name)
        if self._body is not None:
            uses = self._body.uses
            uses[banned] = max(uses.get(banned, ""), name, key=len)
