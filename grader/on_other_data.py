"""What is right is run once more, on other data: only what is right there, too, counts."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from grader.comparing.distance import ROOM, distance
from grader.marked_run import MarkedRun
from grader.marking.checks import Judged
from grader.model.assignment import Exercise
from grader.model.other_data import seeds
from grader.model.submission import Step
from grader.reference import Reference
from grader.running.plan import SEED
from grader.syntax.seeds import shift


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherData:
    """The reference on other data. offset: by how much the seeds of given code are shifted."""

    reference: Reference
    offset: int


def confirmed(
    shown: MarkedRun,
    released: Sequence[Step],
    reference: Reference,
    other: OtherData,
    mark_run_here: Callable[..., MarkedRun],
) -> dict[str, list[Judged]]:
    """Return the looks on other data that decide, by exercise; what has no mark has none to lose.

    What is right there only given an answer that is wrong there, though right on the shown data, is
    run again with the reference's answer in its place: else typed-in answers vouch for each other.
    """
    found: dict[str, list[Judged]] = {}
    steps = _shifted(released, reference, other.offset)
    pending = earning = _earning(reference.gradable, shown)
    while pending:
        again = mark_run_here(steps, earning, other.reference, seed=SEED + other.offset)
        fooled = {e.name for e in pending if shown.is_right(e) and not again.is_right(e)}
        unsure = _resting_on(fooled, pending, again)
        found |= {
            exercise.name: again.looks(exercise)
            for exercise in pending
            if exercise not in unsure
            and (again.is_right(exercise) or _tells_right_from_wrong(exercise, other.reference))
        }
        steps, pending = _mended(steps, fooled, other.reference), unsure
        del again  # and what was seen there, before there is more
    return found


def _earning(exercises: Sequence[Exercise], shown: MarkedRun) -> list[Exercise]:
    return [one for one in exercises if any(look.score > 0 for look in shown.looks(one))]


def _resting_on(
    fooled: Collection[str], pending: Sequence[Exercise], again: MarkedRun
) -> list[Exercise]:
    """Return what follows from answers that are right only for the data shown.

    Such an answer does not change with the data, so what follows from it need not either: it may
    be typed in too.
    """
    doubtful, found = set(fooled), []
    for exercise in pending:
        best = [look for look in again.looks(exercise) if look.right]
        if doubtful & set(exercise.builds_on) and best and all(look.given for look in best):
            doubtful.add(exercise.name)
            found.append(exercise)
    return found


def _mended(steps: Sequence[Step], fooled: Collection[str], other: Reference) -> list[Step]:
    """Return steps in which these exercises have the reference's answer."""
    solutions = {cell.exercise: cell.solution for cell in other.assignment.cells}
    return [
        replace(step, source=solutions[step.exercise]) if step.exercise in fooled else step
        for step in steps
        if step.exercise not in fooled or step.role == "exercise"
    ]


def _shifted(steps: Sequence[Step], reference: Reference, offset: int) -> list[Step]:
    calls = seeds(reference.assignment)
    return [replace(step, source=shift(step.source, calls, offset)) for step in steps]


def _tells_right_from_wrong(exercise: Exercise, other: Reference) -> bool:
    """Whether on other data every known right answer is still right, with room to spare.

    With an unlucky seed a long training can be so sensitive to rounding that none is; then these
    data say nothing about a student's.
    """
    expected = other.expected[exercise.name]
    return all(
        distance(check, actual=values, expected=expected) < 1 / ROOM
        for alternative in exercise.alternatives
        for values in [other.variant(exercise, alternative.solution)]
        for check in exercise.checks
    )
