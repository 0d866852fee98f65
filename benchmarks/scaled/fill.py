"""A gradebook with very many results, written in bulk.

A few results are kept as a run keeps them, in a gradebook of their own. Its rows are copied, for
other students and with other code, as fast as SQLite takes them: to keep each by itself would take
an hour, most of which a disk waits.
"""

import json
import re
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.kept import keep
from benchmarks.scaled.results import (
    ASSIGNMENTS,
    Templates,
    called,
    identified,
    varied,
    written,
)

_PROTOTYPES = 900_000  # the first student whose results are copied
_CODE = "CODE-{}-HERE"
_AT_ONCE = 200  # results in a transaction
_OF = ("entry", "handin", "grading", "exercise", "check_result", "symptom", "document")
_ABOVE = {
    "handin": ("entry",),
    "grading": ("handin",),
    "exercise": ("grading",),
    "check_result": ("exercise",),
    "symptom": ("exercise",),
    "document": ("grading",),
}
_TEXTS = ("report", "told")

_Row = dict[str, Any]


def fill(folder: Path, templates: Templates, number: int, *, pages: int, seed: int = 1) -> None:
    """Make a gradebook in a folder: all assignments of one student, then those of the next.

    pages: how many results have their page and their executed notebook.
    """
    draw = Random(seed)  # noqa: S311 - nothing is kept secret by it
    prototypes = _prototypes(folder.parent / "prototypes", templates, draw)
    keep(folder, ())  # with the tables, and a run
    with sqlite3.connect(folder / "gradebook.db") as database:
        database.execute("PRAGMA synchronous=OFF")
        copier = _Copier(database)
        for place in range(number):
            student, which = divmod(place, len(ASSIGNMENTS))
            copier.add(draw, draw.choice(prototypes[ASSIGNMENTS[which]]), student, place < pages)
            if place % _AT_ONCE == 0:
                copier.write()
        copier.write()
    database.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prototype:
    """The rows of one result, by table; texts: of its documents, in parts. student: of whom."""

    rows: Mapping[str, Sequence[_Row]]
    texts: Mapping[str, Sequence[str]]
    student: int


class _Copier:
    """Copies the rows of prototypes, with numbers of their own."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._last = dict.fromkeys(_OF, 0)
        self._waiting: dict[str, list[_Row]] = {name: [] for name in _OF}

    def add(self, draw: Random, one: _Prototype, student: int, has_page: bool) -> None:
        """Copy one for a student."""
        old, new = called(one.student), called(student)
        old_id, new_id = identified(one.student), identified(student)

        def other(row: _Row) -> _Row:
            names = ("key", "place", "student", "shown")
            changed = {
                name: row[name]
                .replace(old, new)
                .replace(old.casefold(), new.casefold())
                .replace(old_id, new_id)
                for name in names
                if name in row
            }
            return {**row, **changed}

        numbers: dict[tuple[str, int], int] = {}
        for table in _OF[:-1]:
            for row in one.rows[table]:
                self._last[table] += 1
                numbers[table, row["id"]] = self._last[table]
                above = {
                    f"{name}_id": numbers[name, row[f"{name}_id"]] for name in _ABOVE.get(table, ())
                }
                self._waiting[table].append({**other(row), **above, "id": self._last[table]})
        self._waiting["entry"][-1]["student_id"] = new_id
        self._waiting["handin"][-1]["digest"] = f"{draw.getrandbits(256):064x}"
        self._waiting["grading"][-1]["duration_s"] = round(draw.lognormvariate(0.8, 0.6), 3)
        (document,) = one.rows["document"]
        codes: dict[str, str] = {}
        told = {old: new, old_id: new_id}
        made = {
            name: zlib.compress("".join(_parts(draw, one.texts[name], told, codes)).encode(), 1)
            for name in _TEXTS
        }
        bare = {} if has_page else {"page": None, "executed": None}
        number = {"grading_id": self._last["grading"]}
        self._waiting["document"].append({**document, **made, **bare, **number})

    def write(self) -> None:
        """Write what has been copied."""
        for table, rows in self._waiting.items():
            if rows:
                names = list(rows[0])
                marks = ", ".join("?" * len(names))
                self._database.executemany(
                    f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",  # noqa: S608
                    [list(row.values()) for row in rows],
                )
                rows.clear()
        self._database.commit()


def _parts(
    draw: Random, parts: Sequence[str], told: Mapping[str, str], codes: dict[str, str]
) -> Iterator[str]:
    """Yield a text of which what was told of a prototype is another's. codes: in JSON, so far."""
    for part in parts:
        if part.startswith("CODE-"):
            if part not in codes:
                codes[part] = json.dumps(written(draw))[1:-1]
            yield codes[part]
        else:
            yield told.get(part, part)


def _prototypes(folder: Path, templates: Templates, draw: Random) -> dict[str, list[_Prototype]]:
    """Return the rows of each template, for each edition of its assignment."""
    every = [(name, done) for name in ASSIGNMENTS for done in templates.of(name)]
    results = [
        varied(draw, done, name, _PROTOTYPES + number, _CODE.format)
        for number, (name, done) in enumerate(every)
    ]
    keep(folder, results)
    found: dict[str, list[_Prototype]] = {}
    with sqlite3.connect(folder / "gradebook.db") as database:
        database.row_factory = sqlite3.Row
        for number, (name, _) in enumerate(every):
            found.setdefault(name, []).append(_prototype(database, _PROTOTYPES + number))
    database.close()
    return found


def _prototype(database: sqlite3.Connection, student: int) -> _Prototype:
    def of(table: str, above: str, ids: Sequence[int]) -> list[_Row]:
        marks = ", ".join("?" * len(ids))
        wanted = f"SELECT * FROM {table} WHERE {above} IN ({marks})"  # noqa: S608 - our names
        return [dict(row) for row in database.execute(wanted, list(ids))]

    wanted = database.execute("SELECT * FROM entry WHERE student = ?", [called(student)])
    rows = {"entry": [dict(row) for row in wanted]}
    for table, (above,) in _ABOVE.items():
        rows[table] = of(table, f"{above}_id", [row["id"] for row in rows[above]])
    (document,) = rows["document"]
    slots = re.compile(f"({called(student)}|{identified(student)}|CODE-[0-9]+-HERE)")
    texts = {name: slots.split(zlib.decompress(document[name]).decode()) for name in _TEXTS}
    return _Prototype(rows=rows, texts=texts, student=student)
