"""Tests with loops, branches and functions, made into code that notes what they assert."""

import ast
from collections.abc import Collection, Sequence
from typing import Any

from grader.authoring.importers.assertions import Raises, assertion, fails, is_print
from grader.authoring.importers.claims import Claim, Reads
from grader.authoring.importers.slices import Statement
from grader.syntax.nodes import walk


def asserts_inside(node: ast.stmt) -> bool:
    """Whether a statement holds others that assert, or that are there to fail."""
    inner = (one for one in walk(node) if isinstance(one, ast.stmt) and one is not node)
    return any(_asserts(one) for one in inner)


def made_inside(body: Sequence[ast.stmt], students: Collection[str]) -> set[str]:
    """Return names of what students make, with what statements and those inside make of it.

    What the functions among them are given counts as made by students, too.
    """
    found = set(students)
    inside = [Statement(one) for node in body for one in walk(node) if isinstance(one, ast.stmt)]
    for one in inside:
        if isinstance(one.node, ast.FunctionDef):
            found |= {arg.arg for arg in walk(one.node.args) if isinstance(arg, ast.arg)}
    while True:
        new = {name for one in inside if one.reads & found for name in one.binds} - found
        if not new:
            return found
        found |= new


def recording(node: ast.stmt, reads: Reads, name: str) -> tuple[ast.stmt | None, int]:
    """Return a statement that appends what it asserts to a list, and how many places do.

    name: of the list.
    """
    recorder = _Recorder(reads, name)
    made = recorder.visit(ast.parse(ast.unparse(node)).body[0])
    if isinstance(made, list):
        made = made[0] if made else None
    return made and ast.fix_missing_locations(made), recorder.places


def _asserts(node: ast.stmt) -> bool:
    return fails(node) or assertion(node, lambda _: True) is not None


class _Recorder(ast.NodeTransformer):
    def __init__(self, reads: Reads, name: str) -> None:
        self.places = 0
        self._reads, self._name = reads, name

    def visit_Try(self, node: ast.Try) -> Any:
        """Have a handler that is there for an error that is due note that it came."""
        if any(fails(one) for one in walk(node) if isinstance(one, ast.stmt)):
            for handler in node.handlers:
                if all(isinstance(one, ast.Pass) or is_print(one) for one in handler.body):
                    handler.body = [self._append(ast.Constant(value=True))]
        return self._filled(self.generic_visit(node))

    def generic_visit(self, node: ast.AST) -> Any:
        """Go through a node; what is left without a statement gets one."""
        if isinstance(node, ast.stmt):
            if is_print(node):
                return None
            if fails(node):
                return self._append(ast.Constant(value=None))
            if not isinstance(node, ast.Try) and (said := assertion(node, self._reads)) is not None:
                return self._noted(node, said)
        return self._filled(super().generic_visit(node))

    def _noted(self, node: ast.stmt, said: list[Claim] | Raises) -> Any:
        if isinstance(said, Raises):
            self.places += 1
            return ast.parse(_ERROR.format(call=said.text, name=self._name)).body[0]
        return [self._append(claim.noted) for claim in said]

    def _append(self, value: ast.expr) -> ast.stmt:
        self.places += 1
        adding = ast.Attribute(
            value=ast.Name(id=self._name, ctx=ast.Load()), attr="append", ctx=ast.Load()
        )
        return ast.Expr(value=ast.Call(func=adding, args=[value], keywords=[]))

    def _filled(self, node: ast.AST) -> ast.AST:
        for field in ("body", "handlers"):
            if isinstance(node, ast.stmt | ast.ExceptHandler) and getattr(node, field, None) == []:
                setattr(node, field, [ast.Pass()])
        return node


_ERROR = """\
try:
    {call}
except Exception as error:
    {name}.append(type(error).__name__)
else:
    {name}.append(None)
"""
