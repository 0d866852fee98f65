"""Names of Python's own that code binds to something else."""

import ast
import builtins

from grader.syntax.nodes import walk
from grader.syntax.parsing import parse

BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))


def called(line: str) -> set[str]:
    """Return the names that a line calls like functions."""
    tree = parse(line.strip().rstrip(":") if line.strip().endswith(":") else line.strip())
    if tree is None:
        tree = parse(f"{line.strip()} pass")
    return {
        node.func.id
        for node in (walk(tree) if tree is not None else ())
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def bound_at(source: str, name: str) -> int:
    """Return the line in which some code first binds a name; 0 where it does not."""
    tree = parse(source)
    lines = [
        node.lineno
        for node in (walk(tree) if tree is not None else ())
        if _binds(node, name) and isinstance(node, ast.Name | ast.FunctionDef | ast.ClassDef)
    ]
    return min(lines, default=0)


def _binds(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Name(id=bound, ctx=ast.Store()):
            return bound == name
        case ast.FunctionDef(name=bound) | ast.ClassDef(name=bound):
            return bound == name
        case _:
            return False
