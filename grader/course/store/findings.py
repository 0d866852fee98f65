"""What gradings found in each exercise, check by check and symptom by symptom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select

from grader.course.store import tables
from grader.course.store.database import failures_named

_AT_ONCE = 500  # gradings that are asked for


@dataclass(frozen=True, slots=True)
class EndedChecks:
    """How often a check of an exercise ended so. place: of the check in its exercise, from 1."""

    exercise: str
    place: int
    expression: str
    hidden: bool
    outcome: str
    number: int


@dataclass(frozen=True, slots=True)
class MissedCheck:
    """A check that a grading did not pass."""

    grading: int
    exercise: str
    place: int
    expression: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class FoundSymptom:
    """A symptom that a grading found. facts: the Symptom, as `grader.reporting.record` has it."""

    grading: int
    exercise: str
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What some gradings found."""

    ended: Sequence[EndedChecks]
    missed: Sequence[MissedCheck]
    symptoms: Sequence[FoundSymptom]


def findings(engine: Engine, gradings: Sequence[int]) -> Findings:
    """Return what gradings found. Raises NotKept."""
    with failures_named(engine), engine.connect() as connection:
        ended = [EndedChecks(*row) for row in _of(connection, _ended(), gradings)]
        missed = [MissedCheck(*row) for row in _of(connection, _missed(), gradings)]
        symptoms = [FoundSymptom(*row) for row in _of(connection, _symptoms(), gradings)]
    return Findings(ended=ended, missed=missed, symptoms=symptoms)


def _of(connection: Connection, wanted: Select[Any], gradings: Sequence[int]) -> Iterator[Any]:
    numbers = iter(gradings)
    while some := list(islice(numbers, _AT_ONCE)):
        yield from connection.execute(wanted.where(tables.exercise.c.grading_id.in_(some)))


def _ended() -> Select[Any]:
    check, exercise = tables.check_result, tables.exercise
    columns = (
        exercise.c.exercise,
        check.c.number,
        check.c.expression,
        check.c.hidden,
        check.c.outcome,
    )
    return (
        select(*columns, func.count())
        .select_from(check)
        .join(exercise, exercise.c.id == check.c.exercise_id)
        .group_by(*columns)
    )


def _missed() -> Select[Any]:
    check, exercise = tables.check_result, tables.exercise
    return (
        select(
            exercise.c.grading_id,
            exercise.c.exercise,
            check.c.number,
            check.c.expression,
            check.c.hidden,
        )
        .select_from(check)
        .join(exercise, exercise.c.id == check.c.exercise_id)
        .where(check.c.outcome.in_(["failed", "error"]))
        .order_by(check.c.id)
    )


def _symptoms() -> Select[Any]:
    symptom, exercise = tables.symptom, tables.exercise
    return (
        select(exercise.c.grading_id, exercise.c.exercise, symptom.c.facts)
        .select_from(symptom)
        .join(exercise, exercise.c.id == symptom.c.exercise_id)
        .order_by(symptom.c.id)
    )
