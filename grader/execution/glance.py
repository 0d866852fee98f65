"""A look that is not complete: its calls are evaluated once the last cell has ended."""

from dataclasses import dataclass

from grader.execution.definitions import words
from grader.execution.kernel import Kernel
from grader.model.assignment import Exercise
from grader.model.observation import Value
from grader.model.result import Moment


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
