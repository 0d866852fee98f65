"""Writing what another gradebook holds: runs, hand-ins and gradings keep their order in time.

What is there already stays, so that to write the same again changes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, update

from grader.course.entries import Entry
from grader.course.store import tables
from grader.course.store.documents import packed
from grader.course.store.grading_rows import Found, insert_grading
from grader.course.store.inserted import clean, inserted
from grader.course.store.placing import placed
from grader.course.store.stored import RunKey, StoredHandin, StoredRun
from grader.course.store.times import utc

_OF_RUN = (
    (tables.grading, "run_id"),
    *((tables.handin, name) for name in ("first_run", "last_run", "gone_run")),
)
_OF_GRADING = (tables.exercise, tables.document)


def join_runs(connection: Connection, runs: Sequence[StoredRun]) -> dict[RunKey, int]:
    """Note runs, in order of when they began; returns the numbers of all that there are."""
    table, known = tables.run, known_runs(connection)
    new = {one.key: one for one in runs if one.key not in known}
    for one in runs:
        if one.key not in new and one.ended_at is not None:  # it went on since
            ended = update(table).where(table.c.id == known[one.key])
            connection.execute(ended.values(ended_at=one.ended_at))
    rest = sorted(new.values(), key=lambda one: one.key)
    if rest:
        later = sorted((key, id) for key, id in known.items() if key > rest[0].key)
        for key, id in later:
            while rest and rest[0].key < key:
                _insert_run(connection, rest.pop(0))
            _put_last(connection, table, id, _OF_RUN)
        for one in rest:
            _insert_run(connection, one)
    return known_runs(connection)


def known_runs(connection: Connection) -> dict[RunKey, int]:
    """Return the numbers of all runs by what they are known by everywhere."""
    run = tables.run
    rows = connection.execute(select(run.c.id, run.c.started_at, run.c.host, run.c.process))
    return {(utc(row.started_at), row.host, row.process): row.id for row in rows}


def join_entry(
    connection: Connection,
    handin: StoredHandin,
    runs: Mapping[int, int],
    *,
    taken: Mapping[str, str],
) -> Entry:
    """Return the entry of a hand-in, made where there is none.

    Its student is called as the later run had it. runs: their numbers here, by those that they have
    there; taken: the students of the other entries that come from there, by keys.
    """

    def is_later(known: Entry) -> bool:
        own = tables.handin.c.entry_id == known.number
        there = connection.execute(select(func.max(tables.handin.c.last_run)).where(own)).scalar()
        return runs[handin.latest] >= (there or 0)

    about = handin.student, handin.student_id, handin.assignment
    return placed(connection, *about, taken=taken, renames=is_later)[0]


def join_handin(
    connection: Connection, entry: Entry, one: StoredHandin, runs: Mapping[int, int]
) -> int:
    """Note a hand-in; returns its number. runs: as in `join_entry`.

    Where it is known, the later run says where it is, and whether it still is there.
    """
    table = tables.handin
    gone = runs[one.gone_run] if one.gone_run is not None else None
    where = {
        "last_run": runs[one.last_run],
        "gone_run": gone,
        **clean({"given": one.given, "shown": one.shown}),
    }
    same = table.c.entry_id == entry.number, table.c.digest == clean(one.digest)
    known = connection.execute(select(table).where(*same)).first()
    if known is None:
        values = {
            "entry_id": entry.number,
            "digest": one.digest,
            "attempt": one.attempt,
            "handed_in": one.handed_in,
            "late": one.late,
            "is_absent": one.is_absent,
            "first_run": runs[one.first_run],
        }
        return inserted(connection, table, {**values, **where})
    changed: dict[str, Any] = {"first_run": min(known.first_run, runs[one.first_run])}
    if max(known.last_run, known.gone_run or 0) < max(runs[one.last_run], gone or 0):
        changed |= where
    connection.execute(update(table).where(table.c.id == known.id).values(**changed))
    return int(known.id)


def join_grading(
    connection: Connection, handin: int, run: int, graded_at: datetime, found: Found
) -> None:
    """Keep what a grading found, before those of the hand-in that took place after it."""
    table = tables.grading
    own = select(table.c.id, table.c.graded_at, table.c.run_id).where(table.c.handin_id == handin)
    known = [(utc(row.graded_at), row.run_id, row.id) for row in connection.execute(own)]
    if any(one[:2] == (graded_at, run) for one in known):
        return
    documents = packed(found.done)
    insert_grading(connection, run, handin, found, graded_at=graded_at, documents=documents)
    for _, _, id in sorted(one for one in known if one[:2] > (graded_at, run)):
        of = [(child, "grading_id") for child in _OF_GRADING]
        _put_last(connection, table, id, of)


def _insert_run(connection: Connection, one: StoredRun) -> None:
    names = ("started_at", "ended_at", "host", "process", "grader", "judging", "settings")
    values = {name: getattr(one, name) for name in names}
    inserted(connection, tables.run, {**values, "command": list(one.command)})


def _put_last(
    connection: Connection, table: Table, id: int, children: Sequence[tuple[Table, str]]
) -> None:
    """Give a row the next number, since those that have come belong before it."""
    row = connection.execute(select(table).where(table.c.id == id)).one()._mapping
    values = {name: row[name] for name in row if name != "id"}
    last = inserted(connection, table, values)
    for child, name in children:
        moved = update(child).where(child.c[name] == id)
        connection.execute(moved.values(**{name: last}))
    connection.execute(delete(table).where(table.c.id == id))
