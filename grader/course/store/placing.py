"""The entry of the gradebook that a hand-in belongs to, looked up or made."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, select, update

from grader.course.entries import Entry, chosen
from grader.course.store import tables
from grader.course.store.inserted import clean, inserted


def placed(
    connection: Connection,
    student: str,
    student_id: str | None,
    assignment: str | None,
    *,
    taken: Mapping[str, str],
    renames: Callable[[Entry], bool] = lambda known: True,
) -> tuple[Entry, int]:
    """Return an entry, made where there is none.

    taken, and the number that is returned, as in `grader.course.entries`; renames: whether an entry
    that is known by id is called by this name from now on.
    """
    entry = tables.entry
    name, id = clean(student), clean(student_id)

    def by_id(student_id: str, assignment: str | None) -> Entry | None:
        same = entry.c.student_id == clean(student_id), entry.c.assignment == assignment
        row = connection.execute(select(entry).where(*same).order_by(entry.c.id)).first()
        return _entry(row) if row is not None else None

    def by_key(key: str) -> Entry | None:
        row = connection.execute(select(entry).where(entry.c.key == key)).first()
        return _entry(row) if row is not None else None

    found, number = chosen(name, id, assignment, taken=taken, by_id=by_id, by_key=by_key)
    if found.number is None:
        values = {
            "key": found.key,
            "place": found.place,
            "student": found.student,
            "student_id": found.student_id,
            "assignment": found.assignment,
        }
        made = inserted(connection, entry, values)
        return replace(found, number=made), number
    if found.student_id is None and id is not None:  # a roster was added
        known = update(entry).where(entry.c.id == found.number)
        connection.execute(known.values(student_id=id))
    elif id is not None and not found.is_called(name) and renames(found):
        known = update(entry).where(entry.c.student_id == id)
        connection.execute(known.where(entry.c.student == found.student).values(student=name))
        found = replace(found, student=name)
    return found, number


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        number=row.id,
        place=row.place,
        student=row.student,
        student_id=row.student_id,
        assignment=row.assignment,
    )
