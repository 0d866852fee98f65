"""Expressions in which what a test has made of answers stands for its name."""

import ast
from collections.abc import Collection, Sequence

from grader.authoring.importers.slices import Statement
from grader.syntax.names import bound_anywhere

MOST = 80  # characters of what becomes of an expression


def inlined(
    expression: ast.expr, setup: Sequence[Statement], students: Collection[str]
) -> tuple[ast.expr, list[Statement]] | None:
    """Return an expression that needs none of the statements that run answers, and the others.

    students: names of answers, and of what is made of them. None where it cannot be: a statement
    does more than to name a value, or a name is bound twice.
    """
    names = set(students)
    made = [one for one in setup if (one.binds | one.reads) & names]
    others = [one for one in setup if one not in made]
    bound = [name for one in setup for name in one.binds]
    if any(not one.target for one in made) or len({*bound}) < len(bound):
        return None
    for one in reversed(made):
        if not isinstance(one.node, ast.Assign) or one.target in bound_anywhere(expression):
            return None
        if one.target not in _names(expression):  # it is there for what it changes
            return None
        copy = ast.parse(ast.unparse(expression), mode="eval").body
        expression = _Replacing(one.target, one.node.value).visit(copy)
        if len(ast.unparse(expression)) > MOST:
            return None
    return expression, others


def _names(expression: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}


class _Replacing(ast.NodeTransformer):
    def __init__(self, name: str, value: ast.expr) -> None:
        self._name, self._value = name, value

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._value if node.id == self._name and isinstance(node.ctx, ast.Load) else node
