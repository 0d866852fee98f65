"""The rows of the gradebook as standings: of each hand-in, as it was graded last."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Engine, Row, Select, func, select

from grader.course.store import tables
from grader.course.store.database import failures_named
from grader.model.result import OPEN, CarriedVariant, ExerciseOutcome, Outcome
from grader.model.standing import ExerciseStanding, Standing

_AT_ONCE = 1_000  # rows that are in memory
_OF_EXERCISE = ("title", "outcome", "score", "max_score", "is_unconfirmed")

_Exercise = Callable[..., ExerciseStanding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A hand-in of an entry.

    grading, graded_at, duration_s: of the last time that it was graded; standing: by itself.
    """

    grading: int
    graded_at: datetime
    duration_s: float
    standing: Standing


def attempts(engine: Engine, *, until: int | None = None) -> Iterator[Sequence[Attempt]]:
    """Yield for each entry its hand-ins, the oldest first, in order of places.

    until: the run after which nothing counts. What is gone is left out, and so is what answers no
    assignment where its student has handed in what does since. Raises NotKept.
    """
    shared = cache(_exercise)  # of many thousands, most are the same as another
    with failures_named(engine), engine.connect() as connection:
        replaced = set(connection.execute(_replaced()).scalars())
        streamed = connection.execution_options(yield_per=_AT_ONCE).execute(_rows(until))
        rows = (row for row in streamed if row.entry not in replaced)
        for _, of_entry in groupby(rows, key=lambda row: row.entry):
            gradings = [list(rows) for _, rows in groupby(of_entry, key=lambda row: row.grading)]
            yield [_attempt(rows, shared) for rows in sorted(gradings, key=_order(gradings))]


def _last(until: int | None) -> Any:
    grading = tables.grading
    last = select(grading.c.handin_id, func.max(grading.c.id).label("id"))
    if until is not None:
        last = last.where(grading.c.run_id <= until)
    return last.group_by(grading.c.handin_id).subquery()


def _rows(until: int | None) -> Select[Any]:
    entry, handin, grading, last = tables.entry, tables.handin, tables.grading, _last(until)
    exercise = tables.exercise
    found = (
        select(
            entry.c.id.label("entry"),
            entry.c.place,
            entry.c.student,
            entry.c.student_id,
            entry.c.assignment,
            handin.c.shown,
            handin.c.handed_in,
            handin.c.late,
            handin.c.is_absent,
            handin.c.attempt,
            handin.c.first_run,
            grading.c.id.label("grading"),
            grading.c.graded_at,
            grading.c.duration_s,
            *(grading.c[name] for name in ("outcome", "reason", "title", "language")),
            *(grading.c[name] for name in ("score", "max_score", "notes", "concerns", "variant")),
            exercise.c.exercise,
            *(exercise.c[name].label(f"its_{name}") for name in _OF_EXERCISE),
        )
        .select_from(entry)
        .join(handin, handin.c.entry_id == entry.c.id)
        .join(last, last.c.handin_id == handin.c.id)
        .join(grading, grading.c.id == last.c.id)
        .outerjoin(exercise, exercise.c.grading_id == grading.c.id)
        .order_by(entry.c.key, handin.c.id, exercise.c.number)
    )
    if until is None:
        return found.where(handin.c.gone_run.is_(None))
    return found.where(handin.c.gone_run.is_(None) | (handin.c.gone_run > until))


def _replaced() -> Select[Any]:
    """Return the entries without an assignment whose students have handed in better since."""
    entry, handin = tables.entry, tables.handin
    other, better = entry.alias(), handin.alias()
    has_no_id = other.c.student_id.is_(None) | entry.c.student_id.is_(None)
    is_same = other.c.student_id == entry.c.student_id
    is_same |= has_no_id & (other.c.student == entry.c.student)
    # What was merged may be noted later than it was found.
    is_since = (better.c.first_run == handin.c.first_run) & (better.c.id > handin.c.id)
    is_since |= better.c.first_run > handin.c.first_run
    return (
        select(entry.c.id)
        .join(handin, handin.c.entry_id == entry.c.id)
        .where(entry.c.assignment.is_(None))
        .where(
            select(other.c.id)
            .join(better, better.c.entry_id == other.c.id)
            .where(is_same, other.c.assignment.is_not(None), better.c.gone_run.is_(None))
            .where(is_since)
            .exists()
        )
    )


def _order(gradings: Sequence[Sequence[Row[Any]]]) -> Callable[[Sequence[Row[Any]]], Any]:
    """Return by what hand-ins are in order: when they were handed in, where all tell that.

    Else those come later that a later run has found, or that have a higher number in it.
    """
    times = {rows[0].grading: _time(rows[0].handed_in) for rows in gradings}
    told = [time for time in times.values() if time is not None]
    is_told = len(told) == len(gradings) and len({time.tzinfo is None for time in told}) == 1

    def order(rows: Sequence[Row[Any]]) -> Any:
        row = rows[0]
        return times[row.grading] if is_told else 0, row.first_run, row.attempt, row.grading

    return order


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text is not None else None
    except ValueError:
        return None


def _attempt(rows: Sequence[Row[Any]], exercise: _Exercise) -> Attempt:
    row = rows[0]
    return Attempt(
        grading=row.grading,
        graded_at=row.graded_at,
        duration_s=row.duration_s,
        standing=_standing(rows, exercise),
    )


def _standing(rows: Sequence[Row[Any]], exercise: _Exercise) -> Standing:
    row = rows[0]
    outcome: Outcome = row.outcome
    return Standing(
        student=row.student,
        student_id=row.student_id,
        assignment=row.assignment,
        title=row.title,
        outcome=outcome,
        reason=row.reason,
        language=row.language,
        source=row.shown,
        place=row.place,
        max_score=row.max_score,
        computed=row.score,
        score=row.score,
        final=row.score,
        handed_in=row.handed_in,
        late=row.late,
        attempt=0 if row.is_absent else 1,
        attempts=0 if row.is_absent else 1,
        notes=tuple(row.notes),
        concerns=tuple(row.concerns),
        variant=CarriedVariant(**row.variant) if row.variant is not None else None,
        exercises=tuple(
            exercise(one.exercise, *(one._mapping[f"its_{name}"] for name in _OF_EXERCISE))
            for one in rows
            if one.exercise is not None
        ),
    )


def _exercise(
    exercise: str,
    title: str,
    outcome: ExerciseOutcome,
    score: float,
    max_score: float,
    is_unconfirmed: bool,
) -> ExerciseStanding:
    found = None if outcome in OPEN else score
    return ExerciseStanding(
        exercise=exercise,
        title=title,
        outcome=outcome,
        score=found,
        max_score=max_score,
        computed=found,
        is_unconfirmed=is_unconfirmed,
    )
