"""What changed in a hand-in since the one before it, and points as the course rounds them."""

from collections.abc import Mapping
from dataclasses import replace

from grader.course.rounding import Rounding, exact, written
from grader.model.difference import ExerciseChange, Judged
from grader.model.in_course import ALONE, InCourse
from grader.model.standing import ExerciseStanding, Standing


def compared(before: Standing | None, after: Standing, rounding: Rounding) -> InCourse:
    """Return which attempt a hand-in is, and how it was judged otherwise than the one before.

    before: that one, as the grader found it; None where it is the first; after: with its number.
    """
    found = replace(ALONE, attempt=after.attempt, attempts=after.attempts)
    if before is None or before.score is None or after.score is None:
        return found
    earlier = {one.exercise: _judged(one, rounding) for one in before.exercises}
    both = [(earlier.get(one.exercise), _judged(one, rounding), one) for one in after.exercises]
    changes = tuple(
        ExerciseChange(exercise=one.exercise, before=old, after=new)
        for old, new, one in both
        if old is not None and old != new
    )
    return replace(found, changes=changes)


def rounded(standing: Standing, rounding: Rounding) -> Mapping[str, float]:
    """Return the points of exercises as the course rounds them; those of a person's stay."""
    if rounding.step is None:
        return {}
    return {
        one.exercise: score
        for one in standing.exercises
        if not one.is_decided and (score := _judged(one, rounding).score) is not None
    }


def _judged(one: ExerciseStanding, rounding: Rounding) -> Judged:
    score = one.score
    if score is not None:
        score = written(rounding.rounded(exact(score), exact(one.max_score)))
    return Judged(outcome=one.outcome, score=score, max_score=one.max_score)
