"""A gradebook of another machine, read record by record.

That machine has run student code, so that anything may stand there: what is not as a grader writes
it is damaged. Nothing is written, and no more is held than one hand-in.
"""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite
from typing import Annotated, Any, TypeVar

from pydantic import PlainValidator, TypeAdapter
from sqlalchemy import Connection, Select, func, select
from sqlalchemy.exc import DBAPIError

from grader.course.decision import Decision
from grader.course.store import tables
from grader.course.store.grading_rows import Found
from grader.course.store.inserted import clean
from grader.course.store.times import utc
from grader.engines.done import Done
from grader.formats import extent
from grader.model.result import Report
from grader.reporting import html, record
from grader.reporting.folder import EXECUTED

MAX_TEXT = 128 * 2**20  # bytes of a report, or of a notebook with its outputs
_MAX_VALUES = 3_000_000  # in one of them
_T = TypeVar("_T")
RunKey = tuple[datetime, str, int]


class Damaged(Exception):
    """What is stored is nothing that a grader writes."""


def _time(value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise ValueError("it is no time")
    return utc(value)


_Time = Annotated[datetime, PlainValidator(_time)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """A run, as in the table."""

    id: int
    started_at: _Time
    ended_at: _Time | None
    host: str
    process: int
    command: tuple[str, ...]
    grader: str
    judging: str
    settings: dict[str, Any]

    @property
    def key(self) -> RunKey:
        """Return what is the same in every gradebook that the run is in."""
        return self.started_at, clean(self.host), self.process


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHandin:
    """A hand-in and its entry, as in the tables. latest: the last run that found the entry's."""

    id: int
    entry: int
    student: str
    student_id: str | None
    assignment: str | None
    digest: str
    given: str
    shown: str
    attempt: int
    handed_in: str | None
    late: bool | None
    is_absent: bool
    first_run: int
    last_run: int
    gone_run: int | None
    latest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredGrading:
    """When a hand-in was graded, and in which run. The numbers are those of its gradebook."""

    id: int
    run_id: int
    graded_at: _Time


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """What a person decided, when it was first seen, and when no longer, None where it still is."""

    decision: Decision
    first_seen: _Time
    withdrawn_at: _Time | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Follows:
    """What a grading follows from, as in the table."""

    why: str
    anew: tuple[str, ...] | None
    sources_digest: str
    settings_digest: str
    judging: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Output:
    traceback: Sequence[Any] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    cell_type: str
    source: str | list[str]
    metadata: dict[str, Any]
    outputs: Sequence[_Output] = ()
    execution_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notebook:
    """What pages read of a notebook as it ran; they take any output but for its traceback."""

    cells: Sequence[_Cell]


_RUN, _HANDIN = TypeAdapter(StoredRun), TypeAdapter(StoredHandin)
_GRADING, _FOLLOWS = TypeAdapter(StoredGrading), TypeAdapter(_Follows)
_NOTEBOOK, _NUMBERS = TypeAdapter(_Notebook), TypeAdapter(list[tuple[int, int]])
_DECIDED = TypeAdapter(StoredDecision)
_DIGESTS = TypeAdapter(dict[str, str])


def runs(connection: Connection) -> list[StoredRun]:
    """Return all runs. Raises Damaged, as the others do, and SQLAlchemyError."""
    return [_read(_RUN, row) for row in _rows(connection, select(tables.run))]


def handins(connection: Connection) -> list[tuple[int, int]]:
    """Return the numbers of all hand-ins, each with that of the run that found it first."""
    handin = tables.handin
    rows = _rows(connection, select(handin.c.id, handin.c.first_run).order_by(handin.c.id))
    with _damage():
        return _NUMBERS.validate_python([tuple(row.values()) for row in rows])


def handin(connection: Connection, number: int) -> StoredHandin:
    """Return a hand-in."""
    of, entry = tables.handin, tables.entry
    names = [one.name for one in of.columns if one.name != "entry_id"]
    told: list[Any] = [entry.c[name] for name in ("student", "student_id", "assignment")]
    other = of.alias()
    latest = select(func.max(other.c.last_run)).where(other.c.entry_id == entry.c.id)
    told += [entry.c.id.label("entry"), latest.scalar_subquery().label("latest")]
    wanted = select(*(of.c[name] for name in names), *told)
    wanted = wanted.join(entry, entry.c.id == of.c.entry_id).where(of.c.id == number)
    return _read(_HANDIN, _one(connection, wanted))


def gradings(connection: Connection, handin: int) -> list[StoredGrading]:
    """Return when a hand-in was graded, in order."""
    of = tables.grading
    wanted = select(of.c.id, of.c.run_id, of.c.graded_at).where(of.c.handin_id == handin)
    return [_read(_GRADING, row) for row in _rows(connection, wanted.order_by(of.c.id))]


def decisions(connection: Connection) -> list[StoredDecision]:
    """Return what people decided, in the order in which it was first seen."""
    of = tables.decision
    wanted = select(of.c.row.label("decision"), of.c.first_seen, of.c.withdrawn_at)
    return [_read(_DECIDED, row) for row in _rows(connection, wanted.order_by(of.c.id))]


def found(connection: Connection, of: StoredHandin, grading: StoredGrading) -> Found:
    """Return what a grading found.

    Its page is made of its facts: no markup is taken over.
    """
    number, table = grading.id, tables.grading
    columns = [table.c[name] for name in _Follows.__slots__]
    follows = _read(_FOLLOWS, _one(connection, select(*columns).where(table.c.id == number)))
    exercise = tables.exercise
    wanted = select(exercise.c.exercise, exercise.c.digest)
    rows = _rows(connection, wanted.where(exercise.c.grading_id == number))
    with _damage():
        digests = _DIGESTS.validate_python({row["exercise"]: row["digest"] for row in rows})
    return Found(
        done=_done(connection, number),
        digest=of.digest,
        given=of.given,
        handin=None,
        attempt=of.attempt,
        is_absent=of.is_absent,
        why=follows.why,
        anew=follows.anew,
        exercises=digests,
        sources_digest=follows.sources_digest,
        settings_digest=follows.settings_digest,
        judging=follows.judging,
    )


def _done(connection: Connection, grading: int) -> Done:
    document = tables.document
    row = _one(connection, select(document).where(document.c.grading_id == grading))
    with _damage():
        report, told, executed, error = (
            _unpacked(row[name]) for name in ("report", "told", "executed", "error")
        )
        if executed is not None:
            _NOTEBOOK.validate_python(json.loads(executed))
        done = Done(
            report=record.load(report or ""),
            told=record.load(told or ""),
            executed=executed,
            error=error,
        )
        _check_numbers(done.report)
        if row["page"] is None:  # it will say more some day
            return done
        link = EXECUTED if executed is not None else ""
        return replace(done, page=html.report(done.told, executed=link))


def _check_numbers(report: Report) -> None:
    """Raise ValueError where what tables count with is no number."""
    of_exercises = [(one.score, one.max_score) for one in report.exercises]
    of_checks = [(one.score, one.max_score) for e in report.exercises for one in e.checks]
    own = (report.score, report.max_score, report.duration_s)
    for number in (*own, *(number for pair in (*of_exercises, *of_checks) for number in pair)):
        if number is not None and not isfinite(number):
            raise ValueError(f"a score or a time is {number}")


def _unpacked(data: Any) -> str | None:
    if data is None:
        return None
    reader = zlib.decompressobj()
    text = reader.decompress(data, MAX_TEXT)
    if reader.unconsumed_tail or not reader.eof:
        raise ValueError(f"a document is cut off, or holds more than {MAX_TEXT // 2**20} MiB")
    if extent.exceeds(text, _MAX_VALUES):
        raise ValueError("a document holds too many values")
    return text.decode()


def _rows(connection: Connection, wanted: Select[Any]) -> Iterator[Mapping[str, Any]]:
    with _damage():
        for row in connection.execute(wanted):
            yield dict(row._mapping)


def _one(connection: Connection, wanted: Select[Any]) -> Mapping[str, Any]:
    rows = list(_rows(connection, wanted.limit(2)))
    if len(rows) != 1:
        raise Damaged("a row that belongs to it is missing")
    return rows[0]


def _read(adapter: TypeAdapter[_T], row: Mapping[str, Any]) -> _T:
    with _damage():
        return adapter.validate_python({**row})


@contextmanager
def _damage() -> Iterator[None]:
    """Raise Damaged where something in the block is not what a grader writes."""
    try:
        yield
    except (DBAPIError, Damaged):
        raise
    # Also where a report cannot be shown: its numbers may be none that fit each other.
    except Exception as error:
        first = next(iter(str(error).splitlines()), "")
        raise Damaged(f"{type(error).__name__}: {first[:200]}") from error
