"""What differs by student in an assignment: names of given code, and what each is drawn from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from grader.syntax.literals import Scalar

USUAL = 20  # variants of an assignment that says nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """The whole numbers from one to another, both included."""

    low: int
    high: int

    def __len__(self) -> int:
        """Return how many there are."""
        return self.high - self.low + 1

    def __getitem__(self, place: int) -> int:
        """Return the one at a place, from 0."""
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self.low + place


Choices = tuple[Scalar, ...] | Between


@dataclass(frozen=True, slots=True, kw_only=True)
class Varied:
    """The names that a cell of given code binds to a literal, and what each may be.

    cell: its id; number: its place in the source; choices: by name; count: how many variants
    students are spread over; example: the values that the source has, those of the notebook that is
    nobody's.
    """

    cell: str
    number: int
    choices: Mapping[str, Choices]
    count: int
    example: Mapping[str, Scalar]

    @property
    def size(self) -> int:
        """How many variants there can be."""
        size = 1
        for choices in self.choices.values():
            size *= len(choices)
        return size

    def at(self, place: int) -> dict[str, Scalar]:
        """Return the values at a place of all that there can be, from 0."""
        values: dict[str, Scalar] = {}
        for name, choices in self.choices.items():
            place, own = divmod(place, len(choices))
            values[name] = choices[own]
        return values

    def is_example(self, values: Mapping[str, Scalar]) -> bool:
        """Whether values are those of the source."""
        return told(values) == told(self.example)


def told(values: Mapping[str, Scalar]) -> str:
    """Return values as code has them: `seed = 4711, rate = 0.1`."""
    return ", ".join(f"{name} = {value!r}" for name, value in sorted(values.items()))


def digest_with(digest: str, values: Mapping[str, Scalar]) -> str:
    """Return the digest of an assignment with these values, whose own is this."""
    return hashlib.sha256(f"{digest} {told(values)}".encode()).hexdigest()
