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
        same = [other for other in scored if about(other) == about(one)]
        last = max(same, key=lambda other: other.line, default=None)
        if last is not None and _says(last) == _says(one):
            continue
        new.append(one)
        gone |= {other.line for other in same}
    if new:
        _rewrite(path, below=new, gone=gone)
    return new


def added(path: Path, *, above: Sequence[Decision], below: Sequence[Decision]) -> None:
    """Write decisions above and below those that are there: of two scores the lower one counts.

    Raises as `replaced` does.
    """
    if above or below:
        _rewrite(path, above=above, below=below)


def said(one: Decision) -> tuple[object, ...]:
    """Return what a row of the table says, once it is written: equal for equal rows."""
    cells = {name: harmless(text) for name, text in _cells(one).items()}
    return tuple(sorted(cells.items()))


def about(one: Decision) -> tuple[str, str, str]:
    """Return what a decision is about: two scores for it are in each other's way."""
    whose = one.ids[0] if one.ids else one.student
    return harmless(whose).casefold(), one.assignment.casefold(), one.exercise


def _says(one: Decision) -> tuple[object, ...]:
    return one.score, one.ticked, harmless(one.comment)


def _rewrite(
    path: Path,
    *,
    below: Iterable[Decision],
    above: Iterable[Decision] = (),
    gone: Collection[int] = (),
) -> None:
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

    def row(one: Decision) -> list[str]:
        cells = [""] * len(head)
        for name, text in _cells(one).items():
            cells[places[name][0]] = harmless(text)
        return cells

    writer.writerow(head)
    writer.writerows([*map(row, above), *others, *map(row, below)])
    write_bytes(path, file.getvalue().encode("utf-8-sig", "replace"), durable=True)


def _cells(one: Decision) -> dict[Field, str]:
    ticked = "" if one.ticked is None else " ".join(one.ticked) or NONE_TICKED
    return {
        "name": one.student,
        "id": one.ids[0] if one.ids else "",
        "assignment": one.assignment,
        "exercise": one.exercise,
        "score": points_text(one.score),
        "adjustment": points_text(one.adjustment),
        "comment": one.comment,
        "ticked": ticked,
        "by": one.by,
        "date": one.date,
    }
