"""Looking at a student's code without running it."""

import ast
import re
import warnings
from collections import Counter

_LINE_MAGIC = re.compile(r"\s*([%!?]|[\w, ]+=\s*[%!]|[\w.]+\?{1,2}\s*$)")
_HEADER = re.compile(r"#\s?\|\s*exercise:\s*['\"]?([a-z0-9][a-z0-9-]*)")


def header(source: str) -> str | None:
    """Return the exercise that a cell's header names; the header may have slipped down a line."""
    found = _HEADER.search(source)
    return found[1] if found else None


def is_blank(source: str, released: str, solution: str) -> bool:
    """Whether an exercise's cell still holds what was released where the solution should be.

    Given statements, which the released cell and the solution share, do not count: they may be
    moved or deleted. Comments, layout and magics do not count either.
    """
    if source.strip() == released.strip():
        return True
    statements, given = _statements(source), _statements(solution)
    template = _statements(released)
    if statements is None or given is None or template is None:
        return False
    given = template & given
    return statements - given == template - given


def additions(source: str, released: str) -> str:
    """Return the statements that a student added to a given cell; changed ones do not count."""
    old, new = parse(released), parse(source)
    if old is None or new is None:
        return ""
    left = [ast.dump(node) for node in old.body]
    lines = _plain(source)
    added: list[str] = []
    extra = len(new.body) - len(old.body)
    for node in new.body:
        if ast.dump(node) not in left and extra > 0 and not _rebinds(node, old):
            added.extend(lines[node.lineno - 1 : node.end_lineno])
    return "\n".join(added)


def _rebinds(node: ast.stmt, released: ast.Module) -> bool:
    """Whether a statement binds a name that the released code binds: an edit, not an addition."""
    return bool(_bound(node) & {name for old in released.body for name in _bound(old)})


def _bound(node: ast.stmt) -> set[str]:
    names = {
        child.id
        for child in ast.walk(node)
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store)
    }
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        names.add(node.name)
    if isinstance(node, ast.Import | ast.ImportFrom):
        names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return names


def _plain(source: str) -> list[str]:
    # A magic becomes a pass of the same indentation, so that line numbers stay.
    return [
        line[: len(line) - len(line.lstrip())] + "pass" if _LINE_MAGIC.match(line) else line
        for line in source.split("\n")
    ]


def parse(source: str) -> ast.Module | None:
    """Return the syntax tree of a cell, magics aside; None where it does not parse."""
    try:
        with warnings.catch_warnings(action="ignore"):  # a student's "\\d" is not our concern
            return ast.parse("\n".join(_plain(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _statements(source: str) -> Counter[str] | None:
    tree = parse(source)
    if tree is None:
        return None
    return Counter(ast.dump(node) for node in tree.body if not isinstance(node, ast.Pass))
