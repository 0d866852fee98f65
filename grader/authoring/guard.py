"""Given code that needs answers above it, as it stands in the released notebook.

There it does not raise as long as these are blank, so that "Run all" goes to the end. With answers
it does what it does as its author wrote it.
"""

import ast
import json

from grader.authoring.header import HeaderError
from grader.model.text import say
from grader.syntax.magics import without_magics
from grader.wording.catalogue import translated

_INDENT = "    "
_LAST = "_shown"  # keeps what the last line shows, which only shows at the top level
_ERROR = "{type(error).__name__}: {error}"
_MESSAGE = say("this cell needs the answers above it ({error})", error=_ERROR)


def guarded(source: str, language: str) -> str:
    """Return given code in a guard that catches what it raises, and says so.

    source: such as `refuse_unguardable` lets pass.
    """
    lines, above = source.rstrip().split("\n"), _magics(source)
    body = ast.parse(without_magics(source)).body
    shown = _shown(body[-1], lines)
    if shown is not None:
        line, column = shown
        lines[line] = f"{lines[line][:column]}{_LAST} = {lines[line][column:]}"
    inside = {
        line
        for node in ast.walk(ast.Module(body=body, type_ignores=[]))
        if isinstance(node, ast.JoinedStr)
        or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))
        for line in range(node.lineno, node.end_lineno or node.lineno)
    }
    indented = (
        line if place in inside or not line else _INDENT + line
        for place, line in enumerate(lines[above:], start=above)
    )
    message = json.dumps("– " + translated(_MESSAGE, language), ensure_ascii=False)
    said = f"print(f{message})"
    return "\n".join(
        [
            *lines[:above],
            "try:",
            *indented,
            "except Exception as error:",
            f"{_INDENT}{_LAST} = {said}" if shown else _INDENT + said,
            *([_LAST] if shown else []),
        ]
    )


def refuse_unguardable(magics: str, body: str) -> None:
    """Raise HeaderError for code that cannot be guarded. magics: those above its header."""
    source = f"{magics}\n{body}"
    if not ast.parse(without_magics(source)).body:
        raise HeaderError(
            "`needs_answer` is for Python code, and there is none", at=["needs_answer"]
        )
    for number, line in enumerate(body.split("\n"), start=1):
        if line[:1] in ("%", "!"):
            raise HeaderError(
                "a magic cannot stand in code that needs an answer: write it above the header, or"
                " in a cell of its own",
                body_line=number,
            )


def _magics(source: str) -> int:
    """Return how many lines stand above the code: magics, which are no part of it."""
    lines = source.split("\n")
    return next(n for n, line in enumerate(lines) if line.strip() and line[:1] not in ("%", "!"))


def _shown(last: ast.stmt, lines: list[str]) -> tuple[int, int] | None:
    """Return the line, and the column in it, of an expression whose value the cell shows.

    None where there is none, or it is a call of `print`, which shows nothing of its own.
    """
    if not isinstance(last, ast.Expr) or ";" in _behind(last, lines):
        return None
    match last.value:
        case ast.Call(func=ast.Name(id="print" | "display")):
            return None
    line = last.lineno - 1
    return line, len(lines[line].encode()[: last.col_offset].decode())


def _behind(last: ast.stmt, lines: list[str]) -> str:
    """Return what stands behind a statement in its last line, but for a comment."""
    line = lines[(last.end_lineno or last.lineno) - 1]
    return line.encode()[last.end_col_offset :].decode().partition("#")[0]
