"""What is judged otherwise after a run than before it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from sqlalchemy import Engine

from grader.course.marks import Counted, CourseMarks
from grader.course.store import past
from grader.course.store.past import PastExercise
from grader.model.difference import CheckChange, Difference, ExerciseChange, Judged, RunChange

_AT_ONCE = 200  # students whose checks are in memory
_Pair = tuple[Counted | None, Counted | None]


def between(engine: Engine, marks: CourseMarks, before: int, after: int) -> Iterator[Difference]:
    """Yield what is judged otherwise after one run than after an earlier one, student by student.

    What people decided, and what policies make of a score, is not in it. Raises NotKept.
    """
    yield from _judged_otherwise(
        engine, _pairs(marks.found(until=before), marks.found(until=after))
    )


def of_last_run(engine: Engine, marks: CourseMarks) -> RunChange | None:
    """Return what the last run that graded something changed of what was there before.

    None where that is nothing. Raises NotKept.
    """
    graded = [run for run in past.runs(engine) if run.graded]
    if len(graded) < 2:
        return None
    pairs = _pairs(marks.found(until=graded[-2].number), marks.as_found)
    found = list(_judged_otherwise(engine, [one for one in pairs if None not in one]))
    if not found:
        return None
    return RunChange(
        before=graded[-2].started_at,
        differences=found,
        added=sum(before is None for before, _ in pairs),
    )


def _pairs(before: Iterable[Counted], after: Iterable[Counted]) -> list[_Pair]:
    old = {one.standing.place: one for one in before}
    pairs: list[_Pair] = [(old.pop(one.standing.place, None), one) for one in after]
    return pairs + [(one, None) for one in old.values()]


def _judged_otherwise(engine: Engine, pairs: Sequence[_Pair]) -> Iterator[Difference]:
    graded_anew = iter([pair for pair in pairs if len({one and one.grading for one in pair}) > 1])
    while some := list(islice(graded_anew, _AT_ONCE)):
        numbers = {one.grading for pair in some for one in pair if one is not None}
        exercises = past.exercises(engine, numbers)
        for pair in some:
            found = [exercises.get(one.grading, []) if one is not None else [] for one in pair]
            one = _difference(pair, changes(*found))
            if one.exercises or one.before != one.after:
                yield one


def changes(old: Sequence[PastExercise], new: Sequence[PastExercise]) -> list[ExerciseChange]:
    """Return the exercises that are judged otherwise, in order of the later grading."""
    before = {one.exercise: one for one in old}
    after = {one.exercise: one for one in new}
    return [
        ExerciseChange(
            exercise=name,
            before=before[name].judged if name in before else None,
            after=after[name].judged if name in after else None,
            checks=_checks(before.get(name), after.get(name)),
        )
        for name in dict.fromkeys([*after, *before])
        if before.get(name) != after.get(name)
    ]


def _difference(pair: _Pair, exercises: Sequence[ExerciseChange]) -> Difference:
    either = pair[1] or pair[0]
    assert either is not None
    before, after = map(_judged, pair)
    titles = {
        part.exercise: part.title for one in pair if one for part in one.standing.exercises
    }  # the later one's, where it has one
    return Difference(
        student=either.standing.student,
        student_id=either.standing.student_id,
        assignment=either.standing.assignment,
        place=either.standing.place,
        before=before,
        after=after,
        exercises=[replace(one, title=titles.get(one.exercise, "")) for one in exercises],
        title=either.standing.title,
        language=either.standing.language,
    )


def _judged(one: Counted | None) -> Judged | None:
    if one is None:
        return None
    found = one.standing
    return Judged(outcome=found.outcome, score=found.computed, max_score=found.max_score)


def _checks(old: PastExercise | None, new: PastExercise | None) -> list[CheckChange]:
    before, after = (_numbered(one) for one in (old, new))
    return [
        CheckChange(expression=key[0], before=before.get(key), after=after.get(key))
        for key in dict.fromkeys([*after, *before])
        if before.get(key) != after.get(key)
    ]


def _numbered(one: PastExercise | None) -> dict[tuple[str, int], str]:
    """Return outcomes by expressions, of which an exercise may have the same twice."""
    found: dict[tuple[str, int], str] = {}
    for expression, outcome in one.checks if one is not None else ():
        number = sum(key[0] == expression for key in found)
        found[expression, number] = outcome
    return found
