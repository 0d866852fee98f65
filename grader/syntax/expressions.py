"""What a Python expression is made of."""

import ast
from symtable import symtable

from grader.syntax.events import read_in_functions
from grader.syntax.nodes import walk

_LOOKUP = (ast.Expression, ast.Name, ast.Attribute, ast.Load)


def is_lookup(expression: str) -> bool:
    """Whether an expression is a name and attributes alone, so that it calls nothing.

    Raises SyntaxError.
    """
    return all(isinstance(node, _LOOKUP) for node in walk(ast.parse(expression, mode="eval")))


def free_names(expression: str) -> tuple[str, ...]:
    """Return the names that an expression reads from outside, in order of appearance.

    Those of Python's own are among them. Raises SyntaxError.
    """
    tree = ast.parse(expression, mode="eval")
    # In a function, what the expression itself binds is known from what stands outside.
    table = symtable(f"lambda: (\n{expression}\n)", "<expression>", "eval")
    free = {*read_in_functions(table)}
    nodes = (node.id for node in walk(tree) if isinstance(node, ast.Name))
    return tuple(dict.fromkeys(name for name in nodes if name in free))
