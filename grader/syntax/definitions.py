"""What a cell binds, and whether it only defines functions: what was there is there after it."""

import ast
import re
import warnings
from functools import lru_cache

from grader.syntax.magics import without_magics

_PLAIN = (ast.Name, ast.Attribute, ast.Constant, ast.expr_context)


def defined(source: str) -> set[str] | None:
    """Return the names that a cell binds; None where it does more than define functions.

    A decorator, a default or an annotation that is more than a name or a constant is code that
    runs, and so is a magic.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not all(isinstance(node, ast.FunctionDef) and _only_defines(node) for node in body):
        return None
    return {node.name for node in body if isinstance(node, ast.FunctionDef)}


@lru_cache(maxsize=1_000)
def bound(source: str) -> frozenset[str]:
    """Return the names that a cell of the assignment's binds at its top level."""
    names: set[str] = set()
    waiting: list[ast.AST] = list(ast.parse(without_magics(source)).body)
    while waiting:
        node = waiting.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.ClassDef(name=name):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names |= {(alias.asname or alias.name).split(".")[0] for alias in aliases}
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case _:
                waiting.extend(ast.iter_child_nodes(node))
    return frozenset(names - {"*"})


def words(source: str) -> set[str]:
    """Return every word of some code, in strings and comments too."""
    return set(re.findall(r"\w+", source))


def _only_defines(node: ast.FunctionDef) -> bool:
    found = node.args
    arguments = [*found.posonlyargs, *found.args, *found.kwonlyargs, found.vararg, found.kwarg]
    notes = [argument.annotation for argument in arguments if argument is not None]
    run = [*found.defaults, *found.kw_defaults, *notes, node.returns]
    plain = all(isinstance(part, _PLAIN) for one in run if one for part in ast.walk(one))
    return plain and not node.decorator_list
