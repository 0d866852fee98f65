"""What an exercise is compared with once more, on what the student's earlier answers lead to.

The reference's solution gives that, in a snapshot. Known mistakes are run there only where they
could be taken for right, or somebody asks what they give.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache

from grader.comparing.examine import examine
from grader.marking.follow_through import Carried, carried, is_usable, tells_apart
from grader.marking.self_contained import code_of
from grader.model.assignment import Exercise, Mistake
from grader.model.facts import Unfollowed
from grader.model.values import Values
from grader.reference import AGAIN, Reference

Gives = Callable[[str], Values]  # by the name of a known mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What the solution gives on a student's values; owners: the exercises whose answers they are.

    gives: what a known mistake gives on them, by its name; nothing where it fails there.
    """

    expected: Values
    owners: tuple[str, ...]
    gives: Gives


def follow(
    exercise: Exercise, *, actual: Values, right: Collection[str], reference: Reference
) -> Followed | Unfollowed | None:
    """Return what to compare an exercise with, or why it cannot be followed through.

    actual: what it builds on, as it was before its cell; right: the exercises that are right. None
    where nothing of it differs.
    """
    usual, start = reference.expected[exercise.name], reference.started[exercise.name]
    found = carried(exercise, actual=actual, expected=start, right=right)
    if not isinstance(found, Carried):
        return found
    solution = reference.assignment.cell_of(exercise).solution
    limit = exercise.limit or AGAIN
    expected = reference.run_again(exercise, solution, found.values, limit=limit)
    if expected is None or not is_usable(exercise, expected):
        return Unfollowed(why="reference fails")
    solutions = {one.name: one.solution for one in exercise.mistakes}

    @cache
    def gives(mistake: str) -> Values:
        return reference.run_again(exercise, solutions[mistake], found.values) or {}

    if not tells_apart(
        exercise,
        usual=usual,
        carried=expected,
        inputs=(start, {**start, **found.values}),
        mistakes=(gives(name) for name in _may_be_right(exercise, reference)),
    ):
        return Unfollowed(why="tells nothing apart")
    return Followed(expected=expected, owners=found.owners, gives=gives)


def _may_be_right(exercise: Exercise, reference: Reference) -> Iterator[str]:
    """Yield the known mistakes that might pass all checks on other values of earlier exercises.

    One that fails a call which hangs on its own data alone fails it there, too.
    """
    for mistake in exercise.mistakes:
        if not _fails_anyway(exercise, mistake, reference):
            yield mistake.name


def _fails_anyway(exercise: Exercise, mistake: Mistake, reference: Reference) -> bool:
    cells = (cell for cell in reference.assignment.cells if cell.is_code)
    code = code_of(
        tuple(
            mistake.solution if cell.exercise == exercise.name else cell.solution for cell in cells
        )
    )
    alone = [check for check in exercise.checks if code.is_self_contained(check)]
    if not alone:
        return False
    values = reference.variant(exercise, mistake.solution)
    expected = reference.expected[exercise.name]
    return any(not examine(check, actual=values, expected=expected).right for check in alone)
