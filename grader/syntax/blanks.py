"""What is left to fill in: the `...` that stand where an answer should."""

import ast
import re
from collections.abc import Iterator

from grader.syntax.nodes import children
from grader.syntax.parsing import parse

_AT_END = re.compile(r"\.\.\.(?=[ \t]*(?:#.*)?$)", re.MULTILINE)


def blanks(source: str) -> tuple[int, ...]:
    """Return the lines (from 1) of the `...` of a cell, but for those in brackets of an index."""
    tree = parse(source)
    return () if tree is None else tuple(sorted({*_lines(tree)}))


def emptied(source: str) -> str:
    """Return a released cell with None in each blank: it parses, and the rest is as given."""
    return _AT_END.sub("None", source)


def _lines(tree: ast.AST) -> Iterator[int]:
    left = [tree]
    while left:
        node = left.pop()
        if isinstance(node, ast.Constant) and node.value is ...:
            yield node.lineno
        # `table[..., 0]` and `tuple[int, ...]` mean something
        left += [node.value] if isinstance(node, ast.Subscript) else children(node)
