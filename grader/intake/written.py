"""Which submitted text answers which released Markdown cell, by numbered rules.

1. A part of a cell below the mark of an exercise, `<!-- exercise: name -->`, is its answer, up to
   the next mark, or to prose of the release with which the cell was merged.
2. Else it is the cell with the id of the released one, or whose metadata name that.
3. Else it is the Markdown that stands between its neighbours in the release, and is not released.
4. Markdown of the student's own right below the answer belongs to it.
5. Of several copies the last one counts that is not blank.
6. An answer is blank where it holds no word but those that were released, and missing where none of
   the rules finds a cell.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.model.assignment import Cell
from grader.model.submission import Notebook, NotebookCell, State
from grader.model.text import Text, concerning, say
from grader.syntax import answer_mark, code
from grader.syntax.words import words

# What Jupytext writes around a cell of prose in Markdown.
_OF_FORMATS = re.compile(r"(?m)^(<!-- #(end)?region\b.*-->|\+\+\+.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text that answers an exercise. notes: what was guessed."""

    state: State
    text: str = ""
    notes: tuple[Text, ...] = ()


def written(notebook: Notebook, released: Sequence[Cell]) -> dict[str, Written]:
    """Return, by exercise, what answers each released Markdown cell that asks for a text."""
    asked = [cell for cell in released if cell.role == "text" and cell.exercise is not None]
    if not asked:
        return {}
    reader = _Reader(notebook, released)
    return {cell.exercise or "": reader.answer(cell) for cell in asked}


class _Reader:
    def __init__(self, notebook: Notebook, released: Sequence[Cell]) -> None:
        self._cells = notebook.cells
        self._released = {cell.id: cell for cell in released}
        self._prose = [cell.source.strip() for cell in released if cell.role == "prose"]
        by_text = {cell.source.strip(): cell.id for cell in released if cell.source.strip()}
        by_header = {cell.exercise: cell.id for cell in released if cell.role == "exercise"}
        self._ids = [self._id(cell, by_text, by_header) for cell in self._cells]

    def answer(self, asked: Cell) -> Written:
        """Return what answers a released cell."""
        found = [*self._by_mark(asked)] or [*self._by_id(asked)]
        notes: tuple[Text, ...] = ()
        if not found and (guess := self._between(asked)):
            found = [guess]
            notes = (_guessed(asked),)
        if not found:
            return Written(state="missing")
        texts = [_own(text, asked) for text in found]
        filled = [text for text in texts if words(text)]
        if not filled:
            return Written(state="blank", notes=notes)
        return Written(state="filled", text=filled[-1], notes=notes)

    def _id(
        self, cell: NotebookCell, by_text: dict[str, str], by_header: dict[str | None, str]
    ) -> str | None:
        """Return the released cell that a submitted one stems from, as far as it says so itself."""
        named = cell.about.get("cell")
        header = by_header.get(code.header(cell.source)) if cell.kind == "code" else None
        marks = [f"exercise-{name}" for name in answer_mark.names(cell.source)]
        clues = (*marks[:1], named if isinstance(named, str) else None, cell.id, header)
        known = (clue for clue in clues if clue is not None and clue in self._released)
        return next(known, by_text.get(cell.source.strip()))

    def _by_mark(self, asked: Cell) -> Iterator[str]:
        for place, cell in enumerate(self._cells):
            parts = [*answer_mark.parts(cell.source)]
            for number, (name, text) in enumerate(parts):
                if name == asked.exercise:
                    kept = self._before_prose(text)
                    is_last = number == len(parts) - 1 and kept == text
                    yield "\n\n".join([kept, *self._below(place)] if is_last else [kept])

    def _by_id(self, asked: Cell) -> Iterator[str]:
        for place, id in enumerate(self._ids):
            if id == asked.id:
                kept = self._before_prose(self._cells[place].source)
                yield "\n\n".join([kept, *self._below(place)])

    def _below(self, place: int) -> Iterator[str]:
        """Yield the student's own Markdown right below a cell."""
        for cell, id in zip(self._cells[place + 1 :], self._ids[place + 1 :], strict=True):
            if cell.kind != "markdown" or id is not None:
                return
            yield cell.source

    def _between(self, asked: Cell) -> str:
        """Return the Markdown between the neighbours of a released cell that is nobody's."""
        order = [*self._released]
        place = order.index(asked.id)
        places = {id: number for number, id in enumerate(self._ids) if id is not None}
        above = [places[id] for id in order[:place] if id in places]
        below = [places[id] for id in order[place + 1 :] if id in places]
        if not above and not below:
            return ""
        start = max(above, default=-1) + 1
        end = min((number for number in below if number >= start), default=len(self._cells))
        own = (
            cell.source
            for cell, id in zip(self._cells[start:end], self._ids[start:end], strict=True)
            if cell.kind == "markdown" and id is None
        )
        return "\n\n".join(own)

    def _before_prose(self, text: str) -> str:
        """Return a text up to prose of the release that stands in it as lines of their own."""
        starts = (_line_start(text, prose) for prose in self._prose)
        return text[: min((one for one in starts if one is not None), default=len(text))]


def _line_start(text: str, prose: str) -> int | None:
    found = re.search(rf"(?m)^{re.escape(prose)}[ \t]*$", text) if prose in text else None
    return found.start() if found else None


def _own(text: str, asked: Cell) -> str:
    """Return a text without the lines that were released."""
    (released,) = (part for name, part in answer_mark.parts(asked.source) if name is not None)
    given = {line.strip() for line in released.split("\n") if line.strip()}
    lines = _OF_FORMATS.sub("", text).split("\n")
    return "\n".join(line for line in lines if line.strip() not in given).strip()


def _guessed(asked: Cell) -> Text:
    note = say(
        "the mark of exercise {exercise} was deleted: the text that stands in its place was taken"
        " for the answer",
        exercise=asked.exercise or "",
    )
    return concerning(note, "guessed cell")


def as_code(cells: Iterable[NotebookCell], released: Sequence[Cell]) -> Iterator[int]:
    """Yield the places of code cells that are Markdown in the release: they are read, not run."""
    asked = {cell.exercise for cell in released if cell.role == "text"}
    for place, cell in enumerate(cells):
        if cell.kind == "code" and asked & {*answer_mark.names(cell.source)}:
            yield place
