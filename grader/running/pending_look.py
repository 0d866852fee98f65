"""Looks at an exercise; a pending is one whose calls wait until the last cell has ended."""

from collections.abc import Collection
from dataclasses import dataclass

from grader.kernels.kernel import Kernel
from grader.model.assignment import Exercise
from grader.model.facts import Moment
from grader.model.values import Value, Values
from grader.running.questions import calls
from grader.syntax.definitions import defined, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The values of an exercise's checks, by expression, at one moment of the run.

    moment: right after the exercise's own cell, after the student's cells below it, or at the end.
    knows_hidden_inputs: whether the student's code had been given hidden inputs before: what it
    then says may be made of them.
    """

    exercise: Exercise
    moment: Moment
    values: Values
    knows_hidden_inputs: bool = False


@dataclass(slots=True)
class PendingLook:
    """The values of an exercise's names at one moment, and the state to call its functions in.

    place: how many steps had been run; copy: the kernel as it was then, where it can be forked.
    Looks share one where what ran between them cannot be told from their calls.
    """

    exercise: Exercise
    moment: Moment
    values: dict[str, Value]
    place: int
    copy: Kernel | None = None

    def calls(self) -> list[tuple[str, str]]:
        """Return the code of its calls, each with that which makes what it is given."""
        checks = (one.check for one in calls(self.exercise))
        return [
            (text, check.given)
            for check in checks
            if check is not None
            for text in filter(None, (check.code, check.valid))
        ]

    def words(self) -> set[str]:
        """Return the words of its calls and of the data that they get."""
        checks = self.exercise.checks
        return words("\n".join(f"{check.code}\n{check.given}" for check in checks))


def is_unseen(source: str, said: Collection[str]) -> bool:
    """Whether a cell only defines functions whose names no earlier code and no call has.

    said: the words of all of these.
    """
    new = defined(source)
    return new is not None and new.isdisjoint(said)
