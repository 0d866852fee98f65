"""Debuggers that a student left in the code."""

import ast

from grader.syntax.parsing import parse

_STOPS = {"breakpoint", "set_trace"}


def stops(source: str) -> bool:
    """Whether a cell would stop for a debugger: by `breakpoint()`, or `set_trace()` of any."""
    tree = parse(source)
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call)) if tree else ()
    return any(
        (isinstance(one, ast.Name) and one.id in _STOPS)
        or (isinstance(one, ast.Attribute) and one.attr == "set_trace")
        for one in called
    )
