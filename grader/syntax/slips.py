"""Lines that certainly do not what they seem to: results thrown away, `=+`, `^` for a power."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from grader.syntax.parsing import parse
from grader.syntax.returns import functions

Slip = Literal["compared", "discarded", "assigned", "xor", "twice"]

# Methods of tensors that make a new one; those that layers have too, and change them, are left out.
_NEW = frozenset(
    {
        *("relu", "unsqueeze", "squeeze", "reshape", "view", "permute", "transpose", "flatten"),
        *("clamp", "exp", "log", "sqrt", "abs", "mean", "sum", "sigmoid", "softmax", "tanh"),
        *("clone", "detach", "contiguous", "ravel", "movedim", "swapaxes", "flip", "matmul"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A slip, its line (from 1), and the function that it stands in, if any.

    name: what is called there in vain, or bound.
    """

    kind: Slip
    line: int
    function: str = ""
    name: str = ""


def slips(source: str, solution: str) -> list[Place]:
    """Return the slips of a cell, but for the kinds that the solution has, too."""
    meant = {one.kind for one in _slips(solution, powers=True)}
    powers = any(isinstance(part, ast.Pow) for part in _walk(solution))
    return [one for one in _slips(source, powers=powers) if one.kind not in meant]


def _slips(source: str, *, powers: bool) -> Iterator[Place]:
    tree, lines = parse(source), source.split("\n")
    if tree is None:
        return
    outer = {id(part): name for name, body in functions(source).items() for part in ast.walk(body)}
    shown = tree.body[-1:]  # what a cell ends with is displayed
    for node in ast.walk(tree):
        function = outer.get(id(node), "")
        match node:
            case ast.Expr(value=ast.Compare(ops=[ast.Eq()])) if node not in shown:
                yield Place(kind="compared", line=node.lineno, function=function)
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name, value=value))) if (
                name in _NEW and node not in shown and ast.unparse(value) != "self"
            ):
                yield Place(kind="discarded", line=node.lineno, function=function, name=name)
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.UnaryOp(op=ast.UAdd()) as value
            ) if _begins(lines, value).endswith("="):
                yield Place(kind="assigned", line=node.lineno, function=function, name=name)
            case ast.BinOp(op=ast.BitXor()) if powers:
                yield Place(kind="xor", line=node.lineno, function=function)
        for block in _blocks(node):
            for line, name in _back_twice(block):
                yield Place(kind="twice", line=line, function=function, name=name)


def _begins(lines: list[str], value: ast.expr) -> str:
    """Return what stands in a line before an expression."""
    line = lines[value.lineno - 1] if value.lineno <= len(lines) else ""
    return line.encode()[: value.col_offset].decode(errors="replace")


def _back_twice(block: list[ast.stmt]) -> Iterator[tuple[int, str]]:
    """Yield where the same loss goes back again, with nothing but that between."""
    last = ""
    for statement in block:
        match statement:
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(attr="backward", value=ast.Name(id=name)))
            ):
                if name == last:
                    yield statement.lineno, name
                last = name
            case _:
                last = ""


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        block = getattr(node, field, None)
        if isinstance(block, list):
            yield block


def _walk(source: str) -> Iterator[ast.AST]:
    tree = parse(source)
    return ast.walk(tree) if tree is not None else iter(())
