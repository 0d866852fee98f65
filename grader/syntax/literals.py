"""Names that code binds to a literal, each on its own: `rate = 0.1`; and the same with others.

The text of each literal is edited where it stands, so that lines keep their numbers.
"""

import ast
from collections.abc import Iterator, Mapping

from grader.syntax.magics import tree_of
from grader.syntax.nodes import walk

Scalar = bool | int | float | str


def literals(source: str) -> dict[str, Scalar]:
    """Return, by name, the number, text or truth that a cell of the assignment's binds it to.

    A name is left out that is bound anywhere else in the cell. Raises SyntaxError.
    """
    return literals_in(tree_of(source))


def literals_in(tree: ast.Module) -> dict[str, Scalar]:
    """Return the same of code that was parsed."""
    return {name: value for name, value, _ in _bindings(tree)}


def rebound(source: str, values: Mapping[str, Scalar]) -> str:
    """Return code in which these names, of those that `literals` finds, have other values."""
    lines = source.split("\n")
    found = [(node, name) for name, _, node in _bindings(tree_of(source)) if name in values]
    for node, name in sorted(found, key=lambda one: _place(one[0]), reverse=True):
        line = lines[node.lineno - 1].encode()  # columns count bytes
        new = repr(values[name]).encode()
        line = line[: node.col_offset] + new + line[node.end_col_offset :]
        lines[node.lineno - 1] = line.decode()
    return "\n".join(lines)


def _place(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _bindings(tree: ast.Module) -> Iterator[tuple[str, Scalar, ast.expr]]:
    bound = [node.id for node in walk(tree) if isinstance(node, ast.Name) and _is_bound(node)]
    for statement in tree.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if bound.count(name) == 1 and value.lineno == value.end_lineno:
                found = _value(value)
                if found is not None:
                    yield name, found, value


def _value(node: ast.expr) -> Scalar | None:
    match node:
        case ast.Constant(value=bool() | int() | float() | str() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
        case _:
            return None


def _is_bound(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)
