"""Writing the gradebook: runs, hand-ins, and what was found in them.

What a function has returned from is kept, whatever happens to the process.
"""

import hashlib
import os
import platform
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Table,
    bindparam,
    case,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from grader.course.decision import Decision
from grader.course.entries import Entry, chosen
from grader.course.store import tables
from grader.course.store.database import failures_named, without_passwords
from grader.course.store.documents import packed
from grader.engines.done import Done
from grader.model.result import Report, is_unconfirmed
from grader.reporting import record

_TRIES = 5  # where another machine writes the same at the same time
_T = TypeVar("_T")
_RACES = {"40001", "40P01"}  # PostgreSQL's codes for what is to be tried again


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


class Gradebook:
    """The gradebook of a course, in a database that is open."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def begin(self, *, command: Sequence[str], version: str, judging: str, settings: object) -> int:
        """Note that a run begins; returns its number. Passwords of the command are left out."""
        values = {
            "started_at": datetime.now(UTC),
            "host": platform.node(),
            "process": os.getpid(),
            "command": list(map(without_passwords, command)),
            "grader": version,
            "judging": judging,
            "settings": settings,
        }
        return self._written(lambda connection: _inserted(connection, tables.run, values))

    def end(self, run: int) -> None:
        """Note that a run has graded all that it was to."""
        ended = update(tables.run).where(tables.run.c.id == run)
        ended = ended.values(ended_at=datetime.now(UTC))
        self._written(lambda connection: connection.execute(ended))

    def kept(self, run: int) -> int:
        """Return how many gradings of a run are kept."""
        of_run = tables.grading.c.run_id == run
        with failures_named(self.engine), self.engine.connect() as connection:
            found = select(func.count()).select_from(tables.grading).where(of_run)
            return connection.execute(found).scalar_one()

    def seen(self, run: int, handins: Iterable[tuple[int, str, str]]) -> None:
        """Note hand-ins that were found again, with the path that was named and that of each."""
        found = sorted(handins)  # in one order, or two machines would wait for each other
        self._written(lambda connection: _seen(connection, run, found))

    def gone(self, run: int, given: Collection[str]) -> list[str]:
        """Note which hand-ins a run has no longer found where they had been; returns whose.

        What was handed in again stays as an earlier attempt. given: the paths that were looked
        through; on other machines there may be other hand-ins at them.
        """
        handin, entry, earlier = tables.handin, tables.entry, tables.run
        other = handin.alias()
        is_there = other.c.entry_id == handin.c.entry_id, other.c.last_run == run
        missing = (
            select(handin.c.id, entry.c.student)
            .join(entry, entry.c.id == handin.c.entry_id)
            .join(earlier, earlier.c.id == handin.c.last_run)
            .where(handin.c.given.in_([_clean(path) for path in given]))
            .where(handin.c.gone_run.is_(None), handin.c.last_run < run)
            .where(~select(other.c.id).where(*is_there).exists())
            .order_by(entry.c.key)
        )
        if self.engine.dialect.name != "sqlite":
            missing = missing.where(earlier.c.host == platform.node())

        def write(connection: Connection) -> list[str]:
            rows = connection.execute(missing).all()
            marked = update(handin).where(handin.c.id.in_([number for number, _ in rows]))
            connection.execute(marked.values(gone_run=run))
            return list(dict.fromkeys(student for _, student in rows))

        return self._written(write)

    def decided(self, decisions: Iterable[Decision]) -> None:
        """Note what people decided, when it was first seen, and what they have taken back."""
        rows = {_digest(one): one for one in decisions}
        self._written(lambda connection: _decided(connection, rows))

    def place(self, report: Report, *, taken: Mapping[str, str]) -> tuple[Entry, int]:
        """Return the entry that a report belongs to, made where there is none.

        taken, and the number that is returned, as in `grader.course.entries`.
        """
        return self._written(lambda connection: _placed(connection, report, taken))

    def keep(self, run: int, entry: Entry, found: Found) -> int:
        """Keep what a grading found; returns its number."""
        documents = packed(found.done)

        def write(connection: Connection) -> int:
            handin = _handin(connection, run, entry, found)
            grading = _inserted(connection, tables.grading, _grading(run, handin, found))
            _keep_exercises(connection, grading, found)
            connection.execute(insert(tables.document), {"grading_id": grading, **documents})
            return grading

        return self._written(write)

    def _written(self, write: Callable[[Connection], _T]) -> _T:
        """Write in one transaction; again, where another machine has come between."""
        with failures_named(self.engine):
            for _ in range(_TRIES - 1):
                try:
                    with self.engine.begin() as connection:
                        return write(connection)
                except DBAPIError as error:
                    if not _is_race(error):
                        raise
            with self.engine.begin() as connection:
                return write(connection)


def _is_race(error: DBAPIError) -> bool:
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in _RACES


def _seen(connection: Connection, run: int, found: Sequence[tuple[int, str, str]]) -> None:
    handin = tables.handin
    noted = update(handin).where(handin.c.id == bindparam("number"))
    # Another machine may have begun a later run that has found them, too.
    last = case((handin.c.last_run < run, run), else_=handin.c.last_run)
    values: dict[str, Any] = {"given": bindparam("path"), "shown": bindparam("file")}
    rows = [_clean({"number": one[0], "path": one[1], "file": one[2]}) for one in found]
    if rows:
        connection.execute(noted.values(last_run=last, gone_run=None, **values), rows)


def _decided(connection: Connection, rows: Mapping[str, Decision]) -> None:
    table, now = tables.decision, datetime.now(UTC)
    known = set(connection.execute(select(table.c.digest)).scalars())
    there = table.c.digest.in_(list(rows))
    taken_back = update(table).where(~there, table.c.withdrawn_at.is_(None))
    connection.execute(taken_back.values(withdrawn_at=now))
    connection.execute(update(table).where(there).values(withdrawn_at=None))
    new = [
        {"digest": digest, "row": asdict(one), "by": one.by, "first_seen": now}
        for digest, one in rows.items()
        if digest not in known
    ]
    _insert_all(connection, table, new)


def _placed(connection: Connection, report: Report, taken: Mapping[str, str]) -> tuple[Entry, int]:
    entry = tables.entry

    def by_id(student_id: str, assignment: str | None) -> Entry | None:
        same = entry.c.student_id == _clean(student_id), entry.c.assignment == assignment
        row = connection.execute(select(entry).where(*same).order_by(entry.c.id)).first()
        return _entry(row) if row is not None else None

    def by_key(key: str) -> Entry | None:
        row = connection.execute(select(entry).where(entry.c.key == key)).first()
        return _entry(row) if row is not None else None

    found, number = chosen(
        _clean(report.student),
        _clean(report.student_id),
        report.assignment,
        taken=taken,
        by_id=by_id,
        by_key=by_key,
    )
    if found.number is None:
        values = {
            "key": found.key,
            "place": found.place,
            "student": found.student,
            "student_id": found.student_id,
            "assignment": found.assignment,
        }
        made = _inserted(connection, entry, values)
        return replace(found, number=made), number
    name, student_id = _clean(report.student), _clean(report.student_id)
    if found.student_id is None and student_id is not None:  # a roster was added
        known = update(entry).where(entry.c.id == found.number)
        connection.execute(known.values(student_id=student_id))
    elif student_id is not None and not found.is_called(name):  # the name is another one now
        known = update(entry).where(entry.c.student_id == student_id)
        connection.execute(known.where(entry.c.student == found.student).values(student=name))
        found = replace(found, student=name)
    return found, number


def _digest(one: Decision) -> str:
    return hashlib.sha256(repr(one.key).encode("utf-8", "replace")).hexdigest()


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        number=row.id,
        place=row.place,
        student=row.student,
        student_id=row.student_id,
        assignment=row.assignment,
    )


def _handin(connection: Connection, run: int, entry: Entry, found: Found) -> int:
    """Return the number of a hand-in, which is noted where it is new."""
    handin = tables.handin
    same = handin.c.entry_id == entry.number, handin.c.digest == found.digest
    given, shown = found.given, found.done.report.source
    if (known := connection.execute(select(handin.c.id).where(*same)).scalar()) is not None:
        _seen(connection, run, [(known, given, shown)])
        return int(known)
    if found.handin is not None:  # it has turned out to answer another assignment
        moved = update(handin).where(handin.c.id == found.handin)
        connection.execute(moved.values(gone_run=run))
    values = {
        "entry_id": entry.number,
        "digest": found.digest,
        "given": given,
        "shown": shown,
        "attempt": found.attempt,
        "handed_in": found.done.report.handed_in,
        "late": found.done.report.late,
        "is_absent": found.is_absent,
        "first_run": run,
        "last_run": run,
    }
    return _inserted(connection, handin, values)


def _grading(run: int, handin: int, found: Found) -> dict[str, Any]:
    report = found.done.report
    return {
        "handin_id": handin,
        "run_id": run,
        "graded_at": datetime.now(UTC),
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


def _keep_exercises(connection: Connection, grading: int, found: Found) -> None:
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
    if not exercises:
        return
    made = insert(tables.exercise).returning(tables.exercise.c.id, sort_by_parameter_order=True)
    ids = connection.execute(made, _clean(exercises)).scalars().all()
    kept = list(zip(ids, results, strict=True))
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
        for exercise, result in kept
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
        for exercise, result in kept
        for place, symptom in enumerate(result.symptoms, start=1)
    ]
    _insert_all(connection, tables.check_result, checks)
    _insert_all(connection, tables.symptom, symptoms)


def _inserted(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    key = connection.execute(insert(table), _clean(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), [_clean(row) for row in rows])


def _clean(value: Any) -> Any:
    """Return a value without what not every database takes: half characters, and NUL."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_clean(key): _clean(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return value
