"""The seam between who hands out work and the processes that grade."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from grader.engines.done import Done
from grader.model.submission import Handin


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A hand-in that was graded. number: its place among the hand-ins, from 0."""

    number: int
    done: Done


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A hand-in that has to be handed out again.

    is_suspect: whether it may be the reason, since it was being graded as its process ended.
    """

    number: int
    is_suspect: bool


class Executor(Protocol):
    """Takes hand-ins, a few at once, and gives what was found in each, in any order.

    Marks do not depend on which executor does it, nor on what else it takes.
    """

    @property
    def isolation(self) -> str:
        """What keeps student code in, as results say it; the least where that differs."""
        ...

    def secured(self, handins: Sequence[Handin]) -> Sequence[Handin]:
        """Return what was handed in, so that no student code that it runs can change it."""
        ...

    def room(self) -> int:
        """Return how many more hand-ins it takes now; one at least, where nothing is under way.

        Raises GraderError where nothing can be graded any more.
        """
        ...

    def submit(self, number: int, handin: Handin, *, lost: str) -> None:
        """Take a hand-in. lost: why it is not to be graded, but left for a person to look at."""
        ...

    def result(self) -> Finished | Lost:
        """Wait for one of those that were taken.

        Raises GraderError or OSError where nothing can be graded any more.
        """
        ...

    def close(self) -> None:
        """End every process that it started, whatever it was doing."""
        ...
