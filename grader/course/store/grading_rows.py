"""What a grading found, as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from grader.course.store import tables
from grader.course.store.inserted import insert_all, inserted, inserted_all
from grader.engines.done import Done
from grader.model.result import is_unconfirmed
from grader.reporting import record


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a grading found, and what it follows from.

    digest: of the hand-in; given: the path that was named; handin: of one that is in the gradebook
    already; attempt: its number among those of one run; is_absent: whether it stands for a student
    who has handed in nothing; why, anew: as in `grader.course.plan`; exercises: digests; done: what
    the engine gave.
    """

    done: Done
    digest: str
    given: str
    handin: int | None
    attempt: int
    is_absent: bool
    why: str
    anew: Sequence[str] | None
    exercises: Mapping[str, str]
    sources_digest: str
    settings_digest: str
    judging: str


def insert_grading(
    connection: Connection,
    run: int,
    handin: int,
    found: Found,
    *,
    graded_at: datetime,
    documents: Mapping[str, bytes | None],
) -> int:
    """Put what a grading found into the tables; returns its number. documents: packed."""
    grading = inserted(connection, tables.grading, _grading(run, handin, found, graded_at))
    _insert_exercises(connection, grading, found)
    connection.execute(insert(tables.document).values(grading_id=grading, **documents))
    return grading


def _grading(run: int, handin: int, found: Found, graded_at: datetime) -> dict[str, Any]:
    report = found.done.report
    return {
        "handin_id": handin,
        "run_id": run,
        "graded_at": graded_at,
        "why": found.why,
        "anew": list(found.anew) if found.anew is not None else None,
        "outcome": report.outcome,
        "reason": report.reason,
        "title": report.title,
        "language": report.language,
        "score": report.score,
        "max_score": report.max_score,
        "notes": list(report.notes),
        "concerns": list(report.concerns),
        "variant": asdict(report.variant) if report.variant is not None else None,
        "submission_digest": report.hashes.get("submission"),
        "assignment_digest": report.hashes.get("assignment"),
        "reference_digest": report.hashes.get("reference"),
        "sources_digest": found.sources_digest,
        "settings_digest": found.settings_digest,
        "judging": found.judging,
        "seed": report.seed,
        "other_data": report.other_data,
        "device": report.device,
        "kernel": report.kernel,
        "isolation": report.isolation,
        "versions": dict(report.versions),
        "duration_s": report.duration_s,
    }


def _insert_exercises(connection: Connection, grading: int, found: Found) -> None:
    """Put the exercises of a grading into the tables, all of them with one statement for each."""
    results = found.done.report.exercises
    exercises = [
        {
            "grading_id": grading,
            "number": number,
            "exercise": result.exercise,
            "digest": found.exercises.get(result.exercise, ""),
            "title": result.title,
            "outcome": result.outcome,
            "score": result.score,
            "max_score": result.max_score,
            "is_unconfirmed": is_unconfirmed(result),
        }
        for number, result in enumerate(results, start=1)
    ]
    numbers = inserted_all(connection, tables.exercise, exercises)
    checks = [
        {
            "exercise_id": exercise,
            "number": place,
            "expression": check.check,
            "hidden": check.hidden,
            "outcome": check.outcome,
            "score": check.score,
            "max_score": check.max_score,
        }
        for exercise, result in zip(numbers, results, strict=True)
        for place, check in enumerate(result.checks, start=1)
    ]
    symptoms = [
        {
            "exercise_id": exercise,
            "number": place,
            "kind": symptom.kind,
            "mistake": symptom.mistake,
            "expression": symptom.check,
            "facts": record.dump_symptom(symptom),
        }
        for exercise, result in zip(numbers, results, strict=True)
        for place, symptom in enumerate(result.symptoms, start=1)
    ]
    insert_all(connection, tables.check_result, checks)
    insert_all(connection, tables.symptom, symptoms)
