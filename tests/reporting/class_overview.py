"""A class as the index shows it, made of what a test says of it."""

from dataclasses import replace
from datetime import UTC, datetime

from grader.course.item_analysis import discrimination, scores, spread
from grader.course.review import to_review
from grader.model.class_overview import ClassOverview
from grader.model.difference import Difference, Judged, RunChange
from grader.model.facts import Symptom
from grader.model.result import is_right_outcome
from grader.model.standing import ExerciseStanding, Standing
from grader.model.statistics import (
    AssignmentStatistics,
    CheckStatistics,
    ExerciseStatistics,
    MistakeStatistics,
)


def exercise(number, outcome="right", score=1.0, most=1.0):
    return ExerciseStanding(
        exercise=f"e{number}",
        title=f"{number}. The *sum* of `x`",
        outcome=outcome,
        score=score,
        max_score=most,
        computed=score,
    )


def row(student, *exercises, assignment="small", **about):
    """Return a row; without exercises, of what could not be graded."""
    total = sum(one.score or 0 for one in exercises) if exercises else None
    most = sum(one.max_score for one in exercises) if exercises else None
    made = Standing(
        student=student,
        student_id=None,
        assignment=assignment,
        title=f"{assignment}",
        outcome="graded" if exercises else "not graded",
        reason=None if exercises else "the file is empty",
        language="en",
        source=f"in/{student}.ipynb",
        place=f"{student}/{assignment}",
        max_score=most,
        computed=total,
        score=total,
        final=total,
        exercises=exercises,
    )
    return replace(made, **about)


def overview(rows, *, language="en", hostile="", change=True, **about):
    """Return what the index is made of. hostile: what stands in everything an author writes."""
    names = dict.fromkeys(one.assignment for one in rows if one.assignment)
    statistics = [_assignment(name, rows, hostile) for name in names]
    changed = RunChange(
        before=datetime(2026, 1, 9, tzinfo=UTC),
        differences=[*map(_difference, rows[:1])],
        added=2,
    )
    made = ClassOverview(
        rows=rows,
        language=language,
        statistics=statistics,
        seconds={one.place: 1.25 for one in rows},
        to_review=to_review(rows),
        change=changed if change else None,
    )
    return replace(made, **about)


def _difference(one):
    before = Judged(outcome="graded", score=0.0, max_score=one.max_score)
    return Difference(
        student=one.student,
        student_id=one.student_id,
        assignment=one.assignment,
        place=one.place,
        before=before,
        after=replace(before, score=one.final),
    )


def _assignment(name, rows, hostile):
    of_name = [one for one in rows if one.assignment == name]
    parts = {part.exercise: part for one in of_name for part in one.exercises}
    answers = [{part.exercise: part for part in one.exercises} for one in of_name]
    return AssignmentStatistics(
        assignment=name,
        title=f"{name} {hostile}",
        handed_in=len(of_name),
        absent=1,
        open=[one.place for one in of_name if one.final is None],
        late=[one.place for one in of_name if one.late],
        repeated=[],
        scores=scores(of_name),
        seconds=spread([1.25 for _ in of_name]),
        exercises=[_exercise(part, of_name, answers, hostile) for part in parts.values()],
    )


def _exercise(part, rows, answers, hostile):
    outcomes = {}
    for one in rows:
        for other in one.exercises:
            if other.exercise == part.exercise:
                outcomes.setdefault(other.outcome, []).append(one.place)
    wrong = [place for name, all in outcomes.items() if not is_right_outcome(name) for place in all]
    known = MistakeStatistics(
        kind="mistake", mistake=f"other-axis{hostile}", places=wrong, help=f"Is it? {hostile}"
    )
    found = MistakeStatistics(
        kind="nan", mistake="", places=wrong, example=Symptom(kind="nan", check="x", path=hostile)
    )
    check = CheckStatistics(
        expression=f"x {hostile}",
        title=hostile,
        hidden=True,
        number={"failed": len(wrong)},
        missed=wrong,
    )
    there = [one for one in answers if part.exercise in one]
    return ExerciseStatistics(
        exercise=part.exercise,
        title=f"{part.title} {hostile}",
        max_score=part.max_score,
        answers=len(there),
        right=len(there) - len(wrong),
        mean=0.5,
        discrimination=discrimination(part.exercise, there),
        outcomes=outcomes,
        checks=[check],
        mistakes=[known, found] if wrong else [],
        unexplained=wrong,
    )
