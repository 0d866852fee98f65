"""Code that a tool on the way has damaged: put right before anything else looks at it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.errors import DamagedNotebook
from grader.formats import invisible, language, lines
from grader.model.submission import NotebookCell
from grader.model.text import Text, counted, few, say


def mended(
    cells: tuple[NotebookCell, ...], metadata: Mapping[str, Any], notes: list[Text]
) -> tuple[NotebookCell, ...]:
    """Return cells whose code can be read where it could not; what was mended becomes a note.

    Raises OtherLanguage and DamagedNotebook.
    """
    cells = _without_unseen(_with_line_ends(cells, notes), notes)
    code = _code(cells)
    notes += language.check(metadata, code)
    _refuse_lost_lines(code)
    return cells


def _with_line_ends(cells: tuple[NotebookCell, ...], notes: list[Text]) -> tuple[NotebookCell, ...]:
    """Return cells with line ends where they had something else."""
    if mended := lines.mended(_code(cells)):
        notes.append(
            counted(
                "the line ends of {number} cell were escaped or replaced, and were put back",
                "the line ends of {number} cells were escaped or replaced, and were put back",
                len(mended),
            )
        )
    return _replaced(cells, mended)


def _without_unseen(cells: tuple[NotebookCell, ...], notes: list[Text]) -> tuple[NotebookCell, ...]:
    """Return cells without characters that nobody sees, where those keep code from being read."""
    mended = invisible.mended(_code(cells))
    if mended:
        notes.append(
            say(
                "characters that nobody sees were taken out of the code (cells: {cells})",
                cells=few([str(place + 1) for place in mended], 10),
            )
        )
    return _replaced(cells, mended)


def _code(cells: Sequence[NotebookCell]) -> list[str]:
    """Return the code of each cell, empty for prose."""
    return [cell.source if cell.kind == "code" else "" for cell in cells]


def _replaced(
    cells: tuple[NotebookCell, ...], sources: Mapping[int, str]
) -> tuple[NotebookCell, ...]:
    return tuple(
        replace(cell, source=sources[place]) if place in sources else cell
        for place, cell in enumerate(cells)
    )


def _refuse_lost_lines(sources: Sequence[str]) -> None:
    """Raise DamagedNotebook where code has lost its line ends for good."""
    if lost := lines.lost(sources):
        raise DamagedNotebook(
            counted(
                "the line ends of {number} cell are lost (cells: {cells}); save the notebook"
                " again from Jupyter",
                "the line ends of {number} cells are lost (cells: {cells}); save the notebook"
                " again from Jupyter",
                len(lost),
                cells=few([str(place + 1) for place in lost], 10),
            )
        )
