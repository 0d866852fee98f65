"""Writing the gradebook: runs, hand-ins, and what was found in them.

What a function has returned from is kept, whatever happens to the process.
"""

import hashlib
import os
import platform
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    bindparam,
    case,
    func,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from grader.course.decision import Decision
from grader.course.entries import Entry
from grader.course.store import tables
from grader.course.store.database import failures_named, without_passwords
from grader.course.store.documents import packed
from grader.course.store.grading_rows import Found, insert_grading
from grader.course.store.inserted import clean, insert_all, inserted
from grader.course.store.placing import placed
from grader.model.result import Report

_TRIES = 5  # where another machine writes the same at the same time
_T = TypeVar("_T")
_RACES = {"40001", "40P01"}  # PostgreSQL's codes for what is to be tried again
Whose = Callable[[str, str | None], bool]


def anybody(student: str, id: str | None) -> bool:
    """Say yes, whoever it is."""
    return True


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
        return self.written(lambda connection: inserted(connection, tables.run, values))

    def end(self, run: int) -> None:
        """Note that a run has graded all that it was to."""
        ended = update(tables.run).where(tables.run.c.id == run)
        ended = ended.values(ended_at=datetime.now(UTC))
        self.written(lambda connection: connection.execute(ended))

    def kept(self, run: int) -> int:
        """Return how many gradings of a run are kept."""
        of_run = tables.grading.c.run_id == run
        with failures_named(self.engine), self.engine.connect() as connection:
            found = select(func.count()).select_from(tables.grading).where(of_run)
            return connection.execute(found).scalar_one()

    def seen(self, run: int, handins: Iterable[tuple[int, str, str]]) -> None:
        """Note hand-ins that were found again, with the path that was named and that of each."""
        found = sorted(handins)  # in one order, or two machines would wait for each other
        self.written(lambda connection: _seen(connection, run, found))

    def gone(self, run: int, given: Collection[str], whose: Whose = anybody) -> list[str]:
        """Note which hand-ins a run has no longer found where they had been; returns whose.

        What was handed in again stays as an earlier attempt. given: the paths that were looked
        through; on other machines there may be other hand-ins at them; whose: tells by name and id
        for which students the run has looked.
        """
        handin, entry, earlier = tables.handin, tables.entry, tables.run
        other = handin.alias()
        is_there = other.c.entry_id == handin.c.entry_id, other.c.last_run == run
        missing = (
            select(handin.c.id, entry.c.student, entry.c.student_id)
            .join(entry, entry.c.id == handin.c.entry_id)
            .join(earlier, earlier.c.id == handin.c.last_run)
            .where(handin.c.given.in_([clean(path) for path in given]))
            .where(handin.c.gone_run.is_(None), handin.c.last_run < run)
            .where(~select(other.c.id).where(*is_there).exists())
            .order_by(entry.c.key)
        )
        if self.engine.dialect.name != "sqlite":
            missing = missing.where(earlier.c.host == platform.node())

        def write(connection: Connection) -> list[str]:
            rows = [row for row in connection.execute(missing) if whose(row[1], row[2])]
            marked = update(handin).where(handin.c.id.in_([row.id for row in rows]))
            connection.execute(marked.values(gone_run=run))
            return list(dict.fromkeys(row.student for row in rows))

        return self.written(write)

    def decided(self, decisions: Iterable[Decision]) -> None:
        """Note what people decided, when it was first seen, and what they have taken back."""
        rows = {digest_of(one): one for one in decisions}
        self.written(lambda connection: _decided(connection, rows))

    def place(self, report: Report, *, taken: Mapping[str, str]) -> tuple[Entry, int]:
        """Return the entry that a report belongs to, made where there is none.

        taken, and the number that is returned, as in `grader.course.entries`.
        """
        about = report.student, report.student_id, report.assignment
        return self.written(lambda connection: placed(connection, *about, taken=taken))

    def keep(self, run: int, entry: Entry, found: Found) -> int:
        """Keep what a grading found; returns its number."""
        documents = packed(found.done)

        def write(connection: Connection) -> int:
            handin = _handin(connection, run, entry, found)
            now = datetime.now(UTC)
            return insert_grading(
                connection, run, handin, found, graded_at=now, documents=documents
            )

        return self.written(write)

    def written(self, write: Callable[[Connection], _T]) -> _T:
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
    rows = [clean({"number": one[0], "path": one[1], "file": one[2]}) for one in found]
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
    insert_all(connection, table, new)


def digest_of(one: Decision) -> str:
    """Return what is equal for two rows that say the same."""
    return hashlib.sha256(repr(one.key).encode("utf-8", "replace")).hexdigest()


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
    return inserted(connection, handin, values)
