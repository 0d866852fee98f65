"""The rows of a table that a person wrote, by hand or with Excel, or that a platform exported."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.formats.columns import HEADINGS, Field, fields
from grader.formats.encoding import decode

if TYPE_CHECKING:
    from _csv import Reader

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SEPARATOR = re.compile(r"\ufeff?sep=([,;\t])\r?\n", re.IGNORECASE)  # Excel's own first line
_PARTICIPANT = re.compile(r"(?:participant|участник) *(\d+)", re.IGNORECASE)  # Moodle's
_SHOWN = 30  # headings that a message names


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row. line: in the file, from 1; cells: those of each field, in the table's order."""

    line: int
    cells: Mapping[Field, tuple[str, ...]]

    def text(self, field: Field) -> str:
        """Return the first cell that is not empty."""
        return next(filter(None, self.cells.get(field, ())), "")

    @property
    def name(self) -> str:
        """A person's name, of one column or of two."""
        parts = self.text("first name"), self.text("last name")
        return self.text("name") or " ".join(filter(None, parts))

    @property
    def ids(self) -> tuple[str, ...]:
        """What a person is known by, each once, without what platforms put before it."""
        return tuple(dict.fromkeys(filter(None, map(_id, self.cells.get("id", ())))))


STUDENT_ID: tuple[Field, ...] = ("id",)
STUDENT_NAME: tuple[Field, ...] = ("name", "first name", "last name")


def read(
    path: Path,
    needed: Mapping[str, tuple[Field, ...]],
    *,
    tell: Callable[[int, str], object] | None = None,
) -> Iterator[Row]:
    """Yield the rows of a table that are not empty.

    Comma, semicolon and tab all separate, and any encoding is read, since Excel writes each.
    needed: what the table has a column for, and the fields of which one will do; tell: is called
    with the line and the problem of a row that cannot be read, which is then left out.
    Raises UsageError, which names the file, and the line where there is one.
    """
    table, above = _opened(path)
    try:
        headings = [heading.strip() for heading in next(table, [])]
        places = fields(headings)
        _require(path, needed, places, headings)
        while (row := _next(table, above, tell)) is not None:
            if any(cell.strip() for cell in row):
                yield Row(line=table.line_num + above, cells=_cells(row, places))
    except csv.Error as error:
        raise UsageError(f"{path}, line {table.line_num + above}: {error}") from error


def raw(path: Path) -> tuple[str, list[tuple[int, list[str]]]]:
    """Return what separates the columns of a table, and all its rows by their last lines.

    The first of them has the headings. Raises UsageError, and csv.Error where a row cannot be read.
    """
    table, above = _opened(path)
    return table.dialect.delimiter, [(table.line_num + above, row) for row in table]


def _opened(path: Path) -> "tuple[Reader, int]":
    """Return a table, and how many lines stand above it. Raises UsageError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    if data.startswith(_WORKBOOKS):
        raise UsageError(f"{path} is a workbook of a spreadsheet; save it as CSV (UTF-8)")
    text, _ = decode(data)
    said = _SEPARATOR.match(text)
    body = text[said.end() :] if said else text
    table = csv.reader(
        io.StringIO(body, newline=""),
        delimiter=said[1] if said else max(",;\t", key=lambda one: _understood(body, one)),
        strict=True,
    )
    return table, 1 if said else 0


def _next(
    table: "Reader", above: int, tell: Callable[[int, str], object] | None
) -> list[str] | None:
    """Return the next row that can be read, None at the end. above: lines before the table."""
    while True:
        start = table.line_num + above + 1
        try:
            return next(table, None)
        except csv.Error as error:
            if tell is None:
                raise
            end = table.line_num + above
            tell(start, str(error) if end <= start else f"up to line {end}: {error}")


def _understood(text: str, separator: str) -> tuple[int, int]:
    """Return how much of the first line makes sense, if a sign separates its columns."""
    try:
        first = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    except csv.Error:
        return 0, 0
    return sum(map(len, fields(first).values())), len(first)


def _require(
    path: Path,
    needed: Mapping[str, tuple[Field, ...]],
    places: Mapping[Field, list[int]],
    headings: Sequence[str],
) -> None:
    missing = {
        what: any_of
        for what, any_of in needed.items()
        if not any(field in places for field in any_of)
    }
    if not missing:
        return
    there = ", ".join(f"`{heading[:50]}`" for heading in headings[:_SHOWN] if heading) or "nothing"
    known = "; ".join(
        f"for {what}: {' | '.join(name for field in any_of for name in HEADINGS[field])}"
        for what, any_of in missing.items()
    )
    raise UsageError(
        f"{path} has no column {', '.join(missing)}; its first line has {there}. These are"
        f" understood, {known}"
    )


def _cells(row: Sequence[str], places: Mapping[Field, list[int]]) -> dict[Field, tuple[str, ...]]:
    return {
        field: tuple(row[place].strip() for place in columns if place < len(row))
        for field, columns in places.items()
    }


def _id(text: str) -> str:
    """Return an id without Brightspace's `#` and Moodle's word for a participant."""
    text = text.removeprefix("#").strip()
    found = _PARTICIPANT.fullmatch(text)
    return found[1] if found else text
