"""How similar a submitted and a released cell are, within a budget for each notebook."""

from difflib import Match, SequenceMatcher

from grader.model.assignment import Cell

ALIKE = 0.6  # the least similarity that makes a match, from 0 to 1
_COMPARED = 2_000  # characters of a cell
_BUDGET = 200_000_000  # pairs of characters, of all comparisons of one notebook's cells
_EACH = 100_000  # pairs, as which each comparison counts at least
_LINE = 20  # pairs, as which each character counts whose line is looked for


class Similarity:
    """Compares the cells of one notebook with released ones, until the budget is used up."""

    def __init__(self) -> None:
        self._left = _BUDGET
        self.stopped = False

    def of(self, source: str, released: Cell) -> float:
        """Return the similarity of two cells, 0 to 1: of their text, or the share of given lines.

        It is 0 past the budget.
        """
        if source.strip() == released.source.strip():
            return 1.0
        self._left -= _EACH + _LINE * len(source)
        if self._left < 0:
            self.stopped = True
            return 0.0
        given = given_lines(released)
        kept = set(_lines(source))
        part = sum(line in kept for line in given) / len(given) if len(given) > 1 else 0.0
        matcher = _Matcher(source[:_COMPARED], released.source[:_COMPARED], self._left)
        if matcher.quick_ratio() < ALIKE:
            return part
        alike = max(part, matcher.ratio())
        self._left = matcher.left
        return alike


class _Matcher(SequenceMatcher[str]):
    """Finds no further match once it has looked at so many pairs of characters."""

    def __init__(self, one: str, two: str, left: int) -> None:
        super().__init__(None, one, two, autojunk=False)
        self.left, self._ends = left, (len(one), len(two))

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        ahi = self._ends[0] if ahi is None else ahi
        bhi = self._ends[1] if bhi is None else bhi
        self.left -= (ahi - alo) * (bhi - blo)
        if self.left < 0:
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)


def given_lines(released: Cell) -> list[str]:
    """Return the lines of code that a released cell and its solution share, without indentation."""
    solved = set(_lines(released.solution))
    return [line for line in _lines(released.source) if line in solved]


def _lines(source: str) -> list[str]:
    lines = (line.strip() for line in source.split("\n"))
    return [line for line in lines if line and not line.startswith("#")]
