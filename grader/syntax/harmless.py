"""Code that changes nothing but values at hand: no setting, library, class, file or process.

Known by its names alone, all of which have to be listed. Neither a student who renames what is
listed is looked through, nor one who sets out to deceive: whoever relies on it says what that may
cost.
"""

import ast
import builtins
from typing import TypeGuard

from grader.syntax.harmless_names import ATTRIBUTES, BUILTINS, PACKAGES, SET
from grader.syntax.nodes import walk

_OWN = frozenset(dir(builtins)) - BUILTINS | {"get_ipython", "exit", "quit", "In", "Out"}
_METHODS = frozenset(
    ("__init__", "__call__", "__repr__", "__str__", "__len__", "__getitem__", "__iter__")
)
_NEVER = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)
_SELF = "self"


def is_harmless(tree: ast.AST) -> bool:
    """Whether some code, and all that is defined in it, uses nothing but what is listed."""
    nodes = walk(tree)
    members = {name for node in nodes for name in _members(node)}
    known = {id(node.func) for node in nodes if _looks_up(node)}
    return all(id(node) in known or _is_harmless(node, members) for node in nodes)


def _looks_up(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether a call looks for an attribute that is listed."""
    match node:
        case ast.Call(func=ast.Name(id="getattr" | "hasattr"), args=[_, ast.Constant(value), *_]):
            return value in ATTRIBUTES
        case _:
            return False


def _is_harmless(node: ast.AST, members: set[str]) -> bool:
    match node:
        case ast.Name(id=name):
            return name not in _OWN
        case ast.Attribute(attr=name, ctx=ast.Load()):
            return name in members or name.removesuffix("_") in ATTRIBUTES or name in ATTRIBUTES
        case ast.Attribute(attr=name, value=value):
            is_own = isinstance(value, ast.Name) and value.id == _SELF and not name.startswith("_")
            return is_own or name in SET
        case ast.Call(func=ast.Name(id="type"), args=args):
            return len(args) == 1
        case ast.Import(names=names):
            return all(_is_listed(one.name) for one in names)
        case ast.ImportFrom(module=str(module), names=names, level=0):
            return _is_listed(module) and all(one.name in ATTRIBUTES for one in names)
        case ast.ImportFrom():
            return False
        case ast.FunctionDef(name=name):
            return not name.startswith("__") or name in _METHODS
        case _:
            return not isinstance(node, _NEVER)


def _members(node: ast.AST) -> set[str]:
    """Return what a class defines, and what is set of its instances."""
    match node:
        case ast.ClassDef(body=body):
            return {one.name for one in body if isinstance(one, ast.FunctionDef)}
        case ast.Attribute(attr=name, ctx=ast.Store(), value=ast.Name(id=one)) if one == _SELF:
            return {name}
        case _:
            return set()


def _is_listed(path: str) -> bool:
    package, *parts = path.split(".")
    return package in PACKAGES and ATTRIBUTES.issuperset(parts)
