"""What changed in a hand-in since the one before it, and points as the course rounds them."""

from collections.abc import Mapping
from dataclasses import replace

from grader.course.rounding import Rounding, exact, written
from grader.model.difference import ExerciseChange, Judged
from grader.model.in_course import ALONE, InCourse
from grader.model.standing import ExerciseStanding, Standing


def compared(before: Standing | None, after: Standing) -> InCourse:
    """Return which attempt a hand-in is, and how it was judged otherwise than the one before.

    before: that one, as the grader found it; None where it is the first; after: with its number.
    """
    found = replace(ALONE, attempt=after.attempt, attempts=after.attempts)
    if before is None or before.score is None or after.score is None:
        return found
    earlier = {one.exercise: one for one in before.exercises}
    changes = tuple(
        ExerciseChange(exercise=one.exercise, before=_judged(old), after=_judged(one))
        for one in after.exercises
        if (old := earlier.get(one.exercise)) is not None and _judged(old) != _judged(one)
    )
    return replace(found, changes=changes)


def rounded(standing: Standing, rounding: Rounding) -> Mapping[str, float]:
    """Return the points of exercises as the course rounds them; those of a person's stay."""
    if rounding.step is None:
        return {}
    return {
        one.exercise: written(rounding.rounded(exact(one.score), exact(one.max_score)))
        for one in standing.exercises
        if one.score is not None and not one.is_decided
    }


def _judged(one: ExerciseStanding) -> Judged:
    return Judged(outcome=one.outcome, score=one.score, max_score=one.max_score)
