"""What will be graded of a hand-in, as far as reading it tells, without running any of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.errors import CannotGrade
from grader.formats import notebook
from grader.intake import tree
from grader.intake.align import states
from grader.intake.identify_assignment import identify_assignment
from grader.model.assignment import Assignment
from grader.model.submission import Handin
from grader.model.text import Text, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A hand-in, read.

    assignment: that it answers, empty where that is not known; filled: how many of its exercises
    hold an answer, of so many in all; problem: why it will not be graded as it is.
    """

    handin: Handin
    assignment: str = ""
    filled: int = 0
    exercises: int = 0
    problem: Text | None = None


def preview(handin: Handin, assignments: Sequence[Assignment], *, chosen: bool) -> Preview:
    """Return what will be graded of a hand-in.

    assignments, chosen: as in `identify_assignment`. A hand-in that cannot be read never raises.
    """
    try:
        data = tree.read(handin.path, at_most=notebook.MAX_BYTES, problem=handin.problem)
        read = notebook.read(data)
        assignment = identify_assignment(read, assignments, chosen=chosen)
        found = [*states(read, assignment.cells, assignment.exercises).values()]
    except CannotGrade as error:
        return Preview(handin=handin, problem=error.reason)
    except Exception as error:  # noqa: BLE001 - a fault of the grader's own is shown in the row
        return Preview(handin=handin, problem=listed([type(error).__name__, str(error)], ": "))
    return Preview(
        handin=handin,
        assignment=assignment.name,
        filled=found.count("filled"),
        exercises=len(found),
        problem=handin.doubt,
    )
