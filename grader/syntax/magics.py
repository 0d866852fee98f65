"""An author's code as Python sees it."""

import ast


def without_magics(source: str) -> str:
    """Return a cell's code with its magics blanked, so that lines keep their numbers.

    A cell magic whose cell is no Python (`%%bash`) leaves nothing.
    """
    lines = ["" if line[:1] in ("%", "!") else line for line in source.split("\n")]
    plain = "\n".join(lines)
    if source.lstrip().startswith("%%"):
        try:
            ast.parse(plain)
        except SyntaxError:
            return ""
    return plain


def tree_of(source: str) -> ast.Module:
    """Return the syntax tree of a cell of the assignment's, without its magics.

    Its author is trusted: nothing bounds it. Raises SyntaxError.
    """
    return ast.parse(without_magics(source))
