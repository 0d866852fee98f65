"""The variants of an assignment under a key, and which of them is whose.

Which values there are, who gets them, and the marks that tell both follow from the key and from
what the source says they are drawn from; nothing of it has to be kept. Who has no key can tell
neither another's values from his own, nor make up a mark.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from grader.model.assignment import Assignment
from grader.model.varied import Varied, digest_with, told
from grader.syntax.literals import Scalar, rebound

_DIGITS = 10  # of each half of a mark
MARK = re.compile(rf"[0-9a-f]{{{_DIGITS}}}-[0-9a-f]{{{_DIGITS}}}")
EXAMPLE = 0  # the number of the source's own values


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """A variant: its number, from 1, and its values."""

    number: int
    values: Mapping[str, Scalar]


class Deck:
    """All variants of an assignment. key: of this assignment alone."""

    def __init__(self, varied: Varied, key: bytes) -> None:
        self._varied, self._key = varied, key

    @cached_property
    def dealt(self) -> tuple[Dealt, ...]:
        """The variants in order of their numbers, no two with the same values, none the example."""
        found: dict[str, Dealt] = {}
        turn = 0
        while len(found) < self._varied.count:
            place = int.from_bytes(self._drawn(f"values {turn}")) % self._varied.size
            turn += 1
            values = self._varied.at(place)
            if not self._varied.is_example(values) and told(values) not in found:
                found[told(values)] = Dealt(number=len(found) + 1, values=values)
        return tuple(found.values())

    @property
    def example(self) -> Dealt:
        """The source's own values."""
        return Dealt(number=EXAMPLE, values=self._varied.example)

    def of(self, id: str) -> Dealt:
        """Return the variant of a student."""
        place = int.from_bytes(self._drawn(f"student {_plain(id)}")) % len(self.dealt)
        return self.dealt[place]

    def mark(self, id: str) -> str:
        """Return what stands in a student's notebook: whose it is, and of which variant."""
        return f"{self._code(self.of(id))}-{self.owner(id)}"

    def owner(self, id: str) -> str:
        """Return the half of a mark that tells a student."""
        return self._drawn(f"owner {_plain(id)}").hex()[:_DIGITS]

    def marked(self, mark: str) -> Dealt | None:
        """Return the variant that a mark tells; None where there is none such under this key."""
        return self._by_code.get(mark[:_DIGITS])

    def found(self, values: Mapping[str, Scalar]) -> Dealt | None:
        """Return the variant with these values, or the example; None where there is none."""
        known = (*self.dealt, self.example)
        return next((one for one in known if told(one.values) == told(values)), None)

    @cached_property
    def _by_code(self) -> dict[str, Dealt]:
        return {self._code(one): one for one in self.dealt}

    def _code(self, one: Dealt) -> str:
        return self._drawn(f"variant {one.number} {told(one.values)}").hex()[:_DIGITS]

    def _drawn(self, what: str) -> bytes:
        return hmac.digest(self._key, what.encode("utf-8", "surrogatepass"), hashlib.sha256)


def with_values(assignment: Assignment, values: Mapping[str, Scalar]) -> Assignment:
    """Return an assignment in which the values that differ by student are these."""
    varied = assignment.varied
    if varied is None or varied.is_example(values):
        return assignment
    cells = (
        replace(cell, source=rebound(cell.source, values), solution=rebound(cell.solution, values))
        if cell.id == varied.cell
        else cell
        for cell in assignment.cells
    )
    return replace(assignment, cells=tuple(cells), digest=digest_with(assignment.digest, values))


def _plain(id: str) -> str:
    """Return what an id has in common wherever it is written."""
    return id.strip().casefold()
