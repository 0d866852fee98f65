"""Tests in functions, as code that runs by itself."""

import ast
import re
from collections.abc import Iterator
from typing import Any

from grader.syntax.nodes import walk


def flat(body: list[ast.stmt]) -> tuple[list[ast.stmt], str]:
    """Return the statements of a test, also where they are functions that are called; its title.

    What such a function is given has the name of what it stands for, as Otter has it.
    """
    title = ""
    if body and (text := _docstring(body[0])):
        title, body = text, body[1:]
    functions = [one for one in body if isinstance(one, ast.FunctionDef)]
    names = {one.name for one in functions}
    is_test = all(one.name.startswith("test") for one in functions)
    if not functions or not is_test or any(_is_given_values(one, names) for one in body):
        return body, title
    found: list[ast.stmt] = []
    for one in body:
        if isinstance(one, ast.FunctionDef):
            title = title or (_docstring(one.body[0]) if one.body else "") or _words(one.name)
            found += _statements(one)
        elif not _runs(one, names):
            found.append(one)
    return found, title


def _statements(function: ast.FunctionDef) -> Iterator[ast.stmt]:
    """Yield the statements of a function, or itself and its call where it goes back on the way."""
    inner = [_Environment().visit(one) for one in function.body if not _docstring(one)]
    if inner and isinstance(inner[-1], ast.Return):
        inner = inner[:-1]
    if not any(isinstance(node, ast.Return) for one in inner for node in walk(one)):
        yield from inner
        return
    plain = ast.parse(f"def {function.name}():\n    pass\n\n{function.name}()").body
    assert isinstance(plain[0], ast.FunctionDef)
    plain[0].body = inner
    for one in plain:
        yield ast.copy_location(one, function)


class _Environment(ast.NodeTransformer):
    """Puts names in place of `env["name"]`."""

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        """Return the name, or the node as it is."""
        match node:
            case ast.Subscript(value=ast.Name(id="env"), slice=ast.Constant(value=str(name))):
                return ast.copy_location(ast.Name(id=name, ctx=node.ctx), node)
        return self.generic_visit(node)


def _docstring(node: ast.stmt) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return " ".join(text.split())
    return ""


def _words(name: str) -> str:
    return re.sub(r"^test[\s_]*", "", name).replace("_", " ").strip()


def _is_given_values(node: ast.stmt, names: set[str]) -> bool:
    """Whether a statement calls one of some functions with more than what has the same name."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id=name), args=args)) if name in names:
            return not all(isinstance(one, ast.Name) for one in args)
    return False


def _runs(node: ast.stmt, names: set[str]) -> bool:
    """Whether a statement runs such functions, and does no more."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))):
            return name in names
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
    return False
