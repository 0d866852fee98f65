"""Whether a text is Python at all."""

import ast
from symtable import symtable


def is_expression(text: str) -> bool:
    """Whether a text is one Python expression."""
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, ValueError):
        return False
    return True


def fault(code: str) -> SyntaxError | None:
    """Return what Python finds wrong with code; None where it can be run."""
    try:
        symtable(code, "<code>", "exec")
    except SyntaxError as error:
        return error
    return None
