"""Canvas: one column of its exported gradebook, filled in, and a zip of reports to upload again.

The forms are those of Canvas's `gradebook_importer.rb` and of its upload of commented files.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from grader.atomic import write_bytes
from grader.errors import UsageError
from grader.exchange import pages
from grader.exchange.export import Exported, Marks, Request
from grader.exchange.matching import Person, match
from grader.exchange.selection import most_of, number, of_one, remark, scaled
from grader.exchange.sheet import Sheet
from grader.model.standing import Standing

_IDS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
_POINTS = "Points Possible"
_READ_ONLY = re.compile(r"read\s+only", re.IGNORECASE)
_COLUMN = re.compile(r"(?P<title>.*) \((?P<id>\d+)\)", re.DOTALL)
_FILE = re.compile(r".*?(?P<user>\d{2,})_(?P<attachment>\d{4,})_.+", re.DOTALL)
_EXCUSED = ("EX", "N/A")


class Canvas:
    """One column of the exported gradebook, and a zip of reports."""

    name = "canvas"
    title = "Canvas's exported gradebook with one column filled in, and a zip of reports beside it"
    needs = "the exported gradebook: in Canvas open Grades, then Export, Export Entire Gradebook"
    suffix = ".csv"

    def write(self, marks: Marks, request: Request) -> Exported:
        """Write both. Raises UsageError, and OSError."""
        assert request.template is not None
        sheet, standings = Sheet(request.template), of_one(marks, request)
        column = _column(sheet, standings, request)
        most = _points(sheet, column, request)
        own = {one.place: (found["user"], "") for one in standings if (found := _file(one))}
        matching = match(list(_people(sheet)), standings, own=own)
        texts: dict[tuple[int, int], str] = {}
        without, excused = [], []
        points = most_of(standings)
        for row, standing in matching.found.items():
            there = sheet.rows[row][column].text.strip()
            if there in _EXCUSED:
                excused.append(standing.student)
            elif standing.final is None:
                without.append(standing.student)
            else:
                texts[row, column] = number(scaled(standing.final, points, most, request))
        write_bytes(request.to, sheet.changed(texts), durable=True)
        feedback = request.to.with_name(f"{request.to.stem}-feedback.zip")
        pages.write(feedback, _pages(marks, standings))
        left = [one.student for one in matching.left(standings) if one.attempts]
        return Exported(
            files=(request.to, feedback),
            rows=len(texts),
            remarks=(
                *remark("without a score yet, so that what is in Canvas stays", without),
                *remark("excused in Canvas, which stays", excused),
                *remark("in no row of the gradebook by an id", left),
                *remark("could be several students", matching.ambiguous),
            ),
        )


def _column(sheet: Sheet, standings: Sequence[Standing], request: Request) -> int:
    """Return the place of the assignment's column. Raises UsageError where it is not certain."""
    headings = sheet.headings
    if "Student" not in headings[0] or "ID" not in headings:
        raise UsageError(f"{request.template} is no gradebook that Canvas exported")
    wanted = (
        {request.column}
        if request.column
        else {name for one in standings for name in (one.title, one.assignment) if name}
    )
    columns = {place: named for place, name in enumerate(headings) if (named := _named(name))}
    found = [
        place
        for place, column in columns.items()
        if {column["title"], column["id"], headings[place]} & wanted
    ]
    if len(found) != 1:
        there = ", ".join(f"`{headings[place]}`" for place in columns) or "none"
        what = "several columns are" if found else "no column is"
        names = ", ".join(f"`{name}`" for name in sorted(wanted))
        raise UsageError(f"{what} called {names}; name one with --column, there are {there}")
    return found[0]


def _named(heading: str) -> re.Match[str] | None:
    return _COLUMN.fullmatch(heading)


def _points(sheet: Sheet, column: int, request: Request) -> float | None:
    """Return the most that Canvas has, None where it does not say.

    Raises UsageError for a column that cannot be changed.
    """
    for cells in sheet.rows[1:]:
        if _POINTS in cells[0].text and column < len(cells):
            if _READ_ONLY.search(cells[column].text):
                raise UsageError(f"`{sheet.headings[column]}` is read only in Canvas")
            try:
                return float(cells[column].text.strip().replace(",", "."))
            except ValueError:
                return None
    return None


def _people(sheet: Sheet) -> Iterator[Person]:
    places = [sheet.headings.index(name) for name in _IDS if name in sheet.headings]  # ID first
    for row, cells in enumerate(sheet.rows[1:], start=1):
        texts = [cell.text.strip() for cell in cells] + [""] * len(sheet.headings)
        ids = tuple(texts[place] for place in places)
        if any(ids) and _POINTS not in texts[0] and len(cells) >= len(sheet.headings):
            yield Person(row=row, own=ids[0], ids=ids)


def _file(standing: Standing) -> re.Match[str] | None:
    """Return the part of a hand-in's path that Canvas has named, if there is one."""
    parts = PurePosixPath(standing.source).parts
    return next((found for part in parts if (found := _FILE.fullmatch(part))), None)


def _pages(marks: Marks, standings: Sequence[Standing]) -> Iterator[tuple[str, str]]:
    """Yield reports under the names of files, with the ids by which Canvas finds them again."""
    for standing in standings:
        if found := _file(standing):
            stem = found[0].rpartition(".")[0] or found[0]
            yield f"{pages.safe(stem)}.html", marks.page(standing)
