"""What a student's code uses, by name, so that an exercise can forbid it."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from grader.intake import code


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A forbidden name and the line, from 1, where it is used."""

    name: str
    line: int


def uses(source: str, forbidden: Sequence[str], *, before: Sequence[str] = ()) -> list[Use]:
    """Return where code uses a forbidden dotted name, or anything inside it.

    Aliases, `from` and star imports and `getattr` with a literal are followed, those of the cells
    `before` it too. Code that does not parse uses nothing, since it does not run either.
    """
    tree = code.parse(source)
    if tree is None or not forbidden:
        return []
    names = _Names()
    for earlier in before:
        if (known := code.parse(earlier)) is not None:
            names.visit(known)
    names.uses.clear()
    names.visit(tree)
    found: dict[tuple[str, int], Use] = {}
    for name, line in names.uses:
        for banned in forbidden:
            if name == banned or name.startswith(banned + "."):
                found.setdefault((banned, line), Use(name=name, line=line))
    return sorted(found.values(), key=lambda use: (use.line, use.name))


class _Names(ast.NodeVisitor):
    """Collects the full dotted names that code uses, with what each local name stands for."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self.stars: list[str] = []
        self.uses: list[tuple[str, int]] = []

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.uses.append((alias.name, node.lineno))
            if alias.asname:
                self.known[alias.asname] = alias.name

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        for alias in node.names:
            if alias.name == "*":
                self.uses.append((module, node.lineno))
                self.stars.append(module)
                continue
            full = f"{module}.{alias.name}"
            self.uses.append((full, node.lineno))
            self.known[alias.asname or alias.name] = full

    def visit_Assign(self, node: ast.Assign) -> None:
        name = self._full(node.value)
        for target in node.targets:
            if isinstance(target, ast.Name) and name:
                self.known[target.id] = name
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if name := self._full(node):
            self._use(name, node.lineno)
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._use(self.known.get(node.id, node.id), node.lineno)

    def visit_Call(self, node: ast.Call) -> None:
        if name := self._full(node):
            self._use(name, node.lineno)
        self.generic_visit(node)

    def _use(self, name: str, line: int) -> None:
        self.uses.append((name, line))
        # A name that nothing binds may have come with any of the star imports.
        self.uses.extend((f"{star}.{name}", line) for star in self.stars)

    def _full(self, node: ast.AST) -> str | None:
        match node:
            case ast.Name(id=name):
                return self.known.get(name, name)
            case ast.Attribute(value=inner, attr=attr):
                base = self._full(inner)
                return f"{base}.{attr}" if base else None
            case ast.Call(
                func=ast.Name(id="getattr"), args=[inner, ast.Constant(value=str(attr)), *_]
            ):
                base = self._full(inner)
                return f"{base}.{attr}" if base else None
        return None
