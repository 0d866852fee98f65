"""`overrides.csv`, written: rows are added and taken out, and what a person wrote stays."""

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from grader.atomic import write_bytes
from grader.course.decision import Decision
from grader.course.decisions_table import NONE_TICKED
from grader.errors import UsageError
from grader.formats import rows
from grader.formats.columns import Field, fields
from grader.model.result import points_text
from grader.spreadsheet import harmless

_HEAD: tuple[tuple[str, Field], ...] = (
    ("student", "name"),
    ("id", "id"),
    ("assignment", "assignment"),
    ("exercise", "exercise"),
    ("score", "score"),
    ("adjustment", "adjustment"),
    ("comment", "comment"),
    ("ticked", "ticked"),
    ("by", "by"),
    ("date", "date"),
)


def replaced(
    path: Path, decisions: Sequence[Decision], *, known: Iterable[Decision]
) -> list[Decision]:
    """Write decisions in place of those on the same scores; returns those that are new.

    known: what the table says now, so that what it says already stays as it is. Adjustments and
    comments without a score are left alone.
    Raises UsageError where the file cannot be read, and OSError.
    """
    new, gone = [], set[int]()
    scored = [one for one in known if one.score is not None]
    for one in decisions:
        same = [other for other in scored if _about(other) == _about(one)]
        last = max(same, key=lambda other: other.line, default=None)
        if last is not None and _says(last) == _says(one):
            continue
        new.append(one)
        gone |= {other.line for other in same}
    if new:
        _rewrite(path, new, gone)
    return new


def _about(one: Decision) -> tuple[str, str, str]:
    whose = one.ids[0] if one.ids else one.student
    return harmless(whose).casefold(), one.assignment.casefold(), one.exercise


def _says(one: Decision) -> tuple[object, ...]:
    return one.score, one.ticked, harmless(one.comment)


def _rewrite(path: Path, new: Iterable[Decision], gone: Collection[int]) -> None:
    separator, table = ",", [[name for name, _ in _HEAD]]
    if path.exists():
        try:
            separator, lines = rows.raw(path)
        except csv.Error as error:
            raise UsageError(
                f"{path}: {error}; mend it first, so that nothing of it is lost"
            ) from error
        table = [cells for line, cells in lines if line not in gone] or table
    head, *others = table
    places = fields(head)
    head = [*head, *(name for name, field in _HEAD if field not in places)]
    places = fields(head)
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator)
    writer.writerow(head)
    writer.writerows(others)
    for one in new:
        row = [""] * len(head)
        for name, text in _cells(one).items():
            row[places[name][0]] = harmless(text)
        writer.writerow(row)
    write_bytes(path, file.getvalue().encode("utf-8-sig", "replace"), durable=True)


def _cells(one: Decision) -> dict[Field, str]:
    ticked = "" if one.ticked is None else " ".join(one.ticked) or NONE_TICKED
    return {
        "name": one.student,
        "id": one.ids[0] if one.ids else "",
        "assignment": one.assignment,
        "exercise": one.exercise,
        "score": points_text(one.score),
        "comment": one.comment,
        "ticked": ticked,
        "by": one.by,
        "date": one.date,
    }
