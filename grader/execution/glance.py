"""Looks at an exercise; a glance is one whose calls wait until the last cell has ended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from grader.execution.definitions import defined, words
from grader.execution.kernel import Kernel
from grader.model.assignment import Exercise
from grader.model.observation import Value, Values
from grader.model.result import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The values of an exercise's checks, by expression, at one moment of the run.

    moment: right after the exercise's own cell, after the student's cells below it, or at the end.
    told: whether hidden inputs had been given to the student's code before: what it then says may
    be what it was told.
    """

    exercise: Exercise
    moment: Moment
    values: Values
    told: bool = False


@dataclass(slots=True)
class Glance:
    """The values of an exercise's names at one moment, and the state to call its functions in.

    place: how many steps had been run; copy: the kernel as it was then, where it can be forked.
    Looks share one where what ran between them cannot be told from their calls.
    """

    exercise: Exercise
    moment: Moment
    values: dict[str, Value]
    place: int
    copy: Kernel | None = None

    def words(self) -> set[str]:
        """Return the words of its calls and of the data that they get."""
        checks = self.exercise.checks
        return words("\n".join(f"{check.expression}\n{check.given}" for check in checks))


def is_unseen(source: str, said: Collection[str], glances: Sequence[Glance]) -> bool:
    """Whether a cell only defines functions whose names no earlier code and no call has.

    said: the words of all earlier code.
    """
    new = defined(source)
    return new is not None and all(
        new.isdisjoint(seen) for seen in (said, *(glance.words() for glance in glances))
    )
