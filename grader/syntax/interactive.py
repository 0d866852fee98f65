"""Calls that a student left in the code and that somebody would have to answer."""

import ast

from grader.syntax.nodes import walk
from grader.syntax.parsing import parse

_STOPS = frozenset({"breakpoint", "set_trace"})
_ASKS = frozenset({"input", "getpass"})
_METHODS = frozenset({"set_trace", "getpass"})  # of modules; `layer.input()` is somebody's own


def stops(source: str) -> bool:
    """Whether a cell would stop for a debugger: by `breakpoint()`, or `set_trace()` of any."""
    return bool(_called(source) & _STOPS)


def asks(source: str) -> bool:
    """Whether a cell would ask for input, or a password."""
    return bool(_called(source) & _ASKS)


def _called(source: str) -> set[str]:
    tree = parse(source)
    found = set[str]()
    for node in walk(tree) if tree is not None else ():
        match node:
            case ast.Call(func=ast.Name(id=name)):
                found.add(name)
            case ast.Call(func=ast.Attribute(attr=name)) if name in _METHODS:
                found.add(name)
    return found
