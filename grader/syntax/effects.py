"""Which values the calls of a cell may change, that stand for what they do and not for a value."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from grader.syntax.nodes import walk
from grader.syntax.parsing import parse
from grader.syntax.returns import inside

_HARMLESS = frozenset({"print", "display"})


@lru_cache(maxsize=150)  # it is asked of all cells for each exercise
def touched(source: str) -> frozenset[str]:
    """Return the names whose values such calls may change: all that stand in them.

    What functions do shows where they are called.
    """
    tree = parse(source)
    found = (name for call in _calls(tree) for name in _names(call)) if tree is not None else ()
    return frozenset(found)


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in inside(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            if not (isinstance(function, ast.Name) and function.id in _HARMLESS):
                yield node.value


def _names(call: ast.Call) -> Iterator[str]:
    return (node.id for node in walk(call) if isinstance(node, ast.Name))
