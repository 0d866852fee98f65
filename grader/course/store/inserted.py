"""Rows that are put into tables, with texts that may be anything."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert


def inserted(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """Put a row into a table; returns its number."""
    key = connection.execute(insert(table).values(**clean(values))).inserted_primary_key
    assert key is not None
    return int(key[0])


def inserted_all(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Put rows into a table that numbers them; returns their numbers, in the order of the rows."""
    if not rows:
        return []
    made = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(made, [clean(row) for row in rows]).scalars())


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put rows into a table, if there are any."""
    if rows:
        connection.execute(insert(table), [clean(row) for row in rows])


def clean(value: Any) -> Any:
    """Return a value without what not every database takes: half characters, and NUL."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {clean(key): clean(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [clean(part) for part in value]
    return value
