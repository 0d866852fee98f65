"""What a student's code uses, by name, so that an exercise can forbid it.

A static look: a name that is put together while the code runs is not found.
"""

import ast
import builtins
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from grader.intake import code

_IMPORTERS = {"__import__", "importlib.import_module", "import_module"}
_MAGICS = {"run_line_magic", "run_cell_magic"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A forbidden name and the line, from 1, where it is used."""

    name: str
    line: int


def uses(source: str, forbidden: Sequence[str]) -> list[Use]:
    """Return where a cell that stands alone uses a forbidden dotted name, as `uses_in` does."""
    return uses_in([source], [0], forbidden)[0]


def uses_in(
    cells: Sequence[str],
    places: Collection[int],
    forbidden: Sequence[str],
    *,
    helpers: Sequence[int] = (),
) -> dict[int, list[Use]]:
    """Return, by place, where cells use a forbidden dotted name, or anything inside it.

    cells: in the order in which they run; what earlier ones import and bind is known. places: of
    those that are asked about; helpers: of the student's cells: what a function or class in one
    uses, its caller in another uses.
    Followed are aliases, `from` and star imports, lookups by a literal (`getattr`, `vars`,
    `__dict__`), names in strings, and what stands behind a magic. In a cell that cannot be looked
    through, the name itself is searched for.
    """
    if not forbidden:
        return {place: [] for place in places}
    defined = {
        node.name: (place, node)
        for place in helpers
        for node in ast.walk(code.parse(cells[place]) or ast.Module([], []))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    names = _Names(forbidden)
    found: dict[int, list[Use]] = {}
    for place in range(max(places, default=-1) + 1):
        names.uses.clear()
        names.helpers.clear()
        if place in places:
            elsewhere = {name: node for name, (home, node) in defined.items() if home != place}
            names.helpers.update(elsewhere)
        looked_through = names.look(code.parse(cells[place]))
        if place in places:
            found[place] = _longest(names.uses, forbidden)
            if not looked_through:
                found[place] = list(_searched(cells[place], forbidden))
    return found


def _longest(used: Sequence[tuple[str, int]], forbidden: Sequence[str]) -> list[Use]:
    """Return what is forbidden of what is used, one use a line.

    The longest name on a line says most: SGD, not the module that it came from.
    """
    found = [
        Use(name=name, line=line)
        for name, line in dict.fromkeys(used)
        if any(name == banned or name.startswith(banned + ".") for banned in forbidden)
    ]
    longest = {use.line: use for use in sorted(found, key=lambda use: len(use.name))}
    return sorted(longest.values(), key=lambda use: use.line)


def _searched(source: str, forbidden: Sequence[str]) -> Iterator[Use]:
    for number, line in enumerate(source.split("\n"), start=1):
        for banned in forbidden:
            if re.search(rf"\b{re.escape(banned)}\b", line.split("#")[0]):
                yield Use(name=banned, line=number)


class _Names(ast.NodeVisitor):
    """Collects the full dotted names that code uses, with what each local name stands for."""

    def __init__(self, forbidden: Sequence[str]) -> None:
        banned = "|".join(map(re.escape, forbidden))
        self.text = re.compile(rf"({banned})(\.\w+)*(\(.*)?")
        self.helpers: dict[str, ast.AST] = {}
        self.known: dict[str, str] = {}
        self.bound: set[str] = set()
        self.stars: list[str] = []
        self.uses: list[tuple[str, int]] = []

    def look(self, tree: ast.Module | None) -> bool:
        """Collect what a cell uses; whether it could be looked through."""
        if tree is None:
            return False
        self.bound |= code.bound(tree)
        try:
            self.visit(tree)
        except RecursionError:  # helpers that call helpers that call helpers
            return False
        return True

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.uses.append((alias.name, node.lineno))
            self.known[alias.asname or alias.name] = alias.name

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        for alias in node.names:
            if alias.name == "*":
                self.uses.append((module, node.lineno))
                self.stars.append(module)
            else:
                self.uses.append((f"{module}.{alias.name}", node.lineno))
                self.known[alias.asname or alias.name] = f"{module}.{alias.name}"

    def visit_Assign(self, node: ast.Assign) -> None:
        self._assign(node.targets, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._assign([node.target], node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._assign([node.target], node.value)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._use(node)
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._use(node)
            if (helper := self.helpers.pop(node.id, None)) is not None:
                self._inside(helper, node.lineno)
        else:
            self.known.pop(node.id, None)

    def visit_Call(self, node: ast.Call) -> None:
        self._use(node)
        match node:
            case ast.Call(func=ast.Attribute(attr=attr), args=[*_, ast.Constant(value=str(text))]):
                if attr in _MAGICS and (tree := code.parse(text)) is not None:
                    self._inside(tree, node.lineno)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and self.text.fullmatch(node.value):
            self.uses.append((node.value.split("(")[0], node.lineno))

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._use(node)
        self.generic_visit(node)

    def _inside(self, tree: ast.AST, line: int) -> None:
        """Collect what other code uses, as if it stood on this line."""
        start = len(self.uses)
        self.visit(tree)
        self.uses[start:] = [(name, line) for name, _ in self.uses[start:]]

    def _assign(self, targets: Sequence[ast.expr], value: ast.expr | None) -> None:
        if value is None:
            return
        self.visit(value)
        name = self._full(value)
        for target in targets:
            self.visit(target)
            if isinstance(target, ast.Name) and name:
                self.known[target.id] = name
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                for inner, part in zip(target.elts, value.elts, strict=False):
                    self._assign([inner], part)

    def _use(self, node: ast.expr) -> None:
        name = self._full(node)
        if name is None:
            return
        self.uses.append((name, node.lineno))
        root = name.split(".")[0]
        if root not in self.bound and not hasattr(builtins, root):
            # A name that nothing binds may have come with any of the star imports.
            self.uses.extend((f"{star}.{name}", node.lineno) for star in self.stars)

    def _full(self, node: ast.AST) -> str | None:
        match node:
            case ast.Name(id=name):
                return self.known.get(name, name)
            case ast.Attribute(value=inner, attr=attr):
                base = self._full(inner)
                return f"{base}.{attr}" if base else None
            case ast.Call(func=func, args=[ast.Constant(value=str(name))]) if (
                self._full(func) in _IMPORTERS
            ):
                return name
            case ast.Call(
                func=ast.Name(id="getattr"), args=[inner, ast.Constant(value=str(attr)), *_]
            ):
                base = self._full(inner)
                return f"{base}.{attr}" if base else None
            case ast.Subscript(
                value=ast.Call(func=ast.Name(id="vars"), args=[inner])
                | ast.Attribute(value=inner, attr="__dict__"),
                slice=ast.Constant(value=str(attr)),
            ):
                base = self._full(inner)
                return f"{base}.{attr}" if base else None
        return None
