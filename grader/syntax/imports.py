"""Which modules code imports, by the statements that do it."""

import ast

from grader.syntax.nodes import walk
from grader.syntax.parsing import parse


def imported(source: str) -> frozenset[str]:
    """Return the first names of the modules that a student's cell imports, in functions too."""
    tree = parse(source)
    found = set[str]()
    for node in walk(tree) if tree is not None else ():
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return frozenset(found)


def import_lines(source: str) -> frozenset[int]:
    """Return the lines of a cell on which statements begin that all are imports."""
    tree = parse(source)
    found: dict[bool, set[int]] = {True: set(), False: set()}
    for node in walk(tree) if tree is not None else ():
        if isinstance(node, ast.stmt):
            found[isinstance(node, ast.Import | ast.ImportFrom)].add(node.lineno)
    return frozenset(found[True] - found[False])
