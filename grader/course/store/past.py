"""What was found earlier: runs, gradings, and what each said of every check."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Engine, Row, func, select

from grader.course.decision import Decision
from grader.course.store import tables
from grader.course.store.database import failures_named
from grader.course.store.times import utc
from grader.model.difference import Judged

_DECISION = TypeAdapter(Decision)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """A run. ended_at: None where it was stopped, or still runs; graded: how many hand-ins."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    command: Sequence[str]
    graded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastGrading:
    """A grading of a hand-in. why, anew: as in `grader.course.plan`."""

    number: int
    run: int
    handin: int
    graded_at: datetime
    student: str
    student_id: str | None
    assignment: str | None
    shown: str
    why: str
    anew: Sequence[str] | None
    outcome: str
    reason: str | None
    score: float | None
    max_score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastExercise:
    """What a grading said of an exercise. checks: outcomes by expressions, in order."""

    exercise: str
    judged: Judged
    checks: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDecision:
    """What a person decided. taken_back: when it was no longer there, None while it is."""

    decision: Decision
    first_seen: datetime
    taken_back: datetime | None


def decisions(engine: Engine) -> list[PastDecision]:
    """Return what people decided, in the order in which it was first seen. Raises NotKept."""
    table = tables.decision
    with failures_named(engine), engine.connect() as connection:
        rows = connection.execute(select(table).order_by(table.c.id)).all()
    return [
        PastDecision(
            decision=_DECISION.validate_python(row.row),
            first_seen=utc(row.first_seen),
            taken_back=utc(row.withdrawn_at) if row.withdrawn_at is not None else None,
        )
        for row in rows
    ]


def runs(engine: Engine) -> list[PastRun]:
    """Return all runs, in order. Raises NotKept."""
    run, grading = tables.run, tables.grading
    wanted = (
        select(run, func.count(grading.c.id).label("graded"))
        .outerjoin(grading, grading.c.run_id == run.c.id)
        .group_by(run.c.id)
        .order_by(run.c.id)
    )
    with failures_named(engine), engine.connect() as connection:
        rows = connection.execute(wanted).all()
    return [
        PastRun(
            number=row.id,
            started_at=utc(row.started_at),
            ended_at=utc(row.ended_at) if row.ended_at is not None else None,
            command=row.command,
            graded=row.graded,
        )
        for row in rows
    ]


def gradings(engine: Engine, who: str) -> list[PastGrading]:
    """Return how the hand-ins of a student were graded, in order. who: a name or an id."""
    entry, handin, grading = tables.entry, tables.handin, tables.grading
    wanted = (
        select(grading, entry.c.student, entry.c.student_id, entry.c.assignment, handin.c.shown)
        .select_from(grading)
        .join(handin, handin.c.id == grading.c.handin_id)
        .join(entry, entry.c.id == handin.c.entry_id)
        .order_by(grading.c.id)
    )
    with failures_named(engine), engine.connect() as connection:
        is_id = connection.execute(wanted.where(entry.c.student_id == who)).all()
        rows = is_id or [
            row
            for row in connection.execute(wanted).all()
            if row.student.casefold() == who.casefold()
        ]
    return [_grading(row) for row in rows]


def exercises(engine: Engine, numbers: Collection[int]) -> dict[int, list[PastExercise]]:
    """Return what gradings said of each exercise, by the grading's number."""
    exercise, check = tables.exercise, tables.check_result
    wanted = (
        select(exercise, check.c.expression, check.c.outcome.label("passed"))
        .select_from(exercise)
        .outerjoin(check, check.c.exercise_id == exercise.c.id)
        .where(exercise.c.grading_id.in_(numbers))
        .order_by(exercise.c.grading_id, exercise.c.number, check.c.number)
    )
    found: dict[int, dict[int, list[Row[Any]]]] = {}
    with failures_named(engine), engine.connect() as connection:
        for row in connection.execute(wanted):
            found.setdefault(row.grading_id, {}).setdefault(row.id, []).append(row)
    return {
        grading: [_exercise(rows) for rows in of_grading.values()]
        for grading, of_grading in found.items()
    }


def _grading(row: Row[Any]) -> PastGrading:
    return PastGrading(
        number=row.id,
        run=row.run_id,
        handin=row.handin_id,
        graded_at=utc(row.graded_at),
        student=row.student,
        student_id=row.student_id,
        assignment=row.assignment,
        shown=row.shown,
        why=row.why,
        anew=row.anew,
        outcome=row.outcome,
        reason=row.reason,
        score=row.score,
        max_score=row.max_score,
    )


def _exercise(rows: Sequence[Row[Any]]) -> PastExercise:
    first = rows[0]
    return PastExercise(
        exercise=first.exercise,
        judged=Judged(outcome=first.outcome, score=first.score, max_score=first.max_score),
        checks=[(row.expression, row.passed) for row in rows if row.expression is not None],
    )
