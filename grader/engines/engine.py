"""The seam between who wants submissions graded and the processes that grade them."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Protocol

from grader.engines.done import Done
from grader.model.submission import Handin


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A hand-in that was graded. number: its place among the hand-ins, from 0."""

    number: int
    done: Done


class Engine(Protocol):
    """Grades what is handed in, until it is closed. Marks do not depend on which one does."""

    @property
    def isolation(self) -> str:
        """What keeps student code in, as results say it."""
        ...

    def grade(self, handins: Sequence[Handin]) -> Generator[Finished]:
        """Grade what was handed in, and yield what was found in each as it is done.

        Hand-ins under one name come in their order. Raises GraderError or OSError where nothing
        can be graded any more.
        """
        ...

    def close(self) -> None:
        """End every process that it started."""
        ...
