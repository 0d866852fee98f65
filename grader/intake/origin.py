"""Whether a notebook was made from a release at all: names alone are anybody's."""

import ast
from collections.abc import Collection, Sequence

from grader.model.assignment import Cell
from grader.model.submission import Notebook, NotebookCell
from grader.syntax import code, parsing

SHORT = 20  # characters; prose of fewer, a title, may be another notebook's too


def stems_from(notebook: Notebook, released: Sequence[Cell], *, matched: Collection[str]) -> bool:
    """Whether anything in a notebook is the release's.

    That is what its metadata say, an exercise's cell or header, or a text of the release: a
    paragraph, or given code that does more than import.

    matched: the ids of the released cells that it has.
    """
    if isinstance(notebook.about.get("assignment"), str):
        return True
    exercises = {cell.exercise for cell in released if cell.role == "exercise"}
    ids = {cell.id for cell in released if cell.role == "exercise"}
    if ids.intersection(matched):
        return True
    texts = {cell.source.strip() for cell in released if _is_its_own(cell)}
    return any(
        code.header(cell.source) in exercises or _named(cell) in ids or cell.source.strip() in texts
        for cell in notebook.cells
    )


def _named(cell: NotebookCell) -> str | None:
    named = cell.about.get("cell")
    return named if isinstance(named, str) else cell.id


def _is_its_own(cell: Cell) -> bool:
    """Whether nobody else would write a cell like this one."""
    if len(cell.source.strip()) < SHORT:
        return False
    if not cell.is_code:
        return True
    tree = parsing.parse(cell.source)
    return tree is None or any(
        not isinstance(one, ast.Import | ast.ImportFrom) for one in tree.body
    )
