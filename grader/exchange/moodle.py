"""Moodle: the grading worksheet that was downloaded, filled in, and a zip of feedback files.

The forms are those of Moodle's `assignfeedback_offline` (`importgradeslib.php`) and
`assignfeedback_file` (`importziplib.php`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from grader.atomic import write_bytes
from grader.errors import UsageError
from grader.exchange import comment, pages
from grader.exchange.export import Exported, Marks, Request
from grader.exchange.matching import Person, match
from grader.exchange.selection import most_of, number, of_one, remark, scaled
from grader.exchange.sheet import Sheet
from grader.model.standing import Standing

# What a column is called in each language that is known, the newest first.
_ID = ("Identifier", "Идентификатор")
_NAME = ("Full name", "Полное имя")
_OTHER_IDS = (
    *("Email address", "ID number", "Username"),
    *("Адрес электронной почты", "Индивидуальный номер", "Логин"),
)
_GRADE = ("Grade", "Оценка")
_MOST = ("Maximum grade", "Maximum Grade", "Максимальная оценка")
_OPEN = ("Grade can be changed", "Оценка может быть изменена")
_COMMENT = ("Feedback comments", "Отзыв в виде комментария")
_TEAM = ("Group", "Группы", "Группа")
_LOCKED = ("no", "нет")
_FOLDER = re.compile(r"(?P<name>.*)_(?P<id>\d+)_assignsubmission_[a-z]+(?:_.*)?", re.DOTALL)
_STALE = (
    "Moodle cannot read Russian dates: at the import tick «Разрешить обновление записей, которые"
    " были изменены в Moodle раньше, чем в ведомости», or rows that had a grade are left out"
)
_DECIMALS = 5  # of Moodle's grades


class Moodle:
    """The worksheet and the zip of feedback files."""

    name = "moodle"
    title = "Moodle's grading worksheet, filled in, and a zip of feedback files beside it"
    needs = (
        "the grading worksheet: in Moodle open the assignment, then Submissions, then Actions,"
        " Download grading worksheet (the feedback type Offline grading worksheet has to be on)"
    )
    suffix = ".csv"

    def write(self, marks: Marks, request: Request) -> Exported:
        """Write both. Raises UsageError, and OSError."""
        assert request.template is not None
        sheet, standings = Sheet(request.template), of_one(marks, request)
        columns = _columns(sheet, request)
        own = {
            one.place: (found["id"], found["name"]) for one in standings if (found := _folder(one))
        }
        matching = match(list(_people(sheet, columns)), standings, own=own)
        filled = _Filled(sheet, columns, most_of(standings), request)
        for row, standing in matching.found.items():
            filled.take(row, standing, comment.lines(standing, marks.told(standing)))
        write_bytes(request.to, sheet.changed(filled.texts), durable=True)
        feedback = request.to.with_name(f"{request.to.stem}-feedback.zip")
        pages.write(feedback, _pages(marks, matching.found.values()))
        left = [one.student for one in matching.left(standings) if one.attempts]
        return Exported(
            files=(request.to, feedback),
            rows=filled.graded,
            remarks=(
                *filled.remarks,
                *remark("not in the worksheet, or not certainly", left),
                *remark("could be several students", matching.ambiguous),
                *remark(
                    "have a number that is another name's in the download, as in a worksheet of"
                    " another assignment, and are left out",
                    matching.contradicting,
                ),
            ),
        )


class _Filled:
    """The cells of a worksheet that change.

    most: the points of the assignment; graded: rows that get a score; the others are names of
    students whose rows do not, by why.
    """

    def __init__(
        self, sheet: Sheet, columns: Mapping[str, int], most: float, request: Request
    ) -> None:
        self._sheet, self._columns, self._most, self._request = sheet, columns, most, request
        self._is_russian = sheet.headings[columns["grade"]] not in _GRADE[:1]
        self._has_comma = self._is_russian or any(
            re.search(r"\d,\d", self._cell(row, name))
            for name in ("grade", "most")
            for row in range(1, len(sheet.rows))
        )
        self.texts: dict[tuple[int, int], str] = {}
        self.graded = 0
        self._without: list[str] = []
        self._locked: list[str] = []
        self._over: list[str] = []
        self._commented: list[str] = []

    @property
    def remarks(self) -> tuple[str, ...]:
        """Why rows do not change."""
        return (
            *remark("without a score yet, so that nothing is written", self._without),
            *remark("locked in Moodle, which would leave out their rows", self._locked),
            *remark("above Moodle's maximum, which it would refuse", self._over),
            *remark("have a comment of a person's in Moodle, which stays", self._commented),
            *((_STALE,) if self._is_russian and self.graded else ()),
        )

    def take(self, row: int, standing: Standing, text: list[str]) -> None:
        """Fill in what a row gets. text: lines for its comment."""
        if standing.final is None:
            self._without.append(standing.student)
        elif self._cell(row, "open").strip().casefold() in _LOCKED:
            self._locked.append(standing.student)
            return
        else:
            self._grade(row, standing, standing.final)
        place = self._columns.get("comment")
        if place is None or standing.final is None:
            return
        there = self._cell(row, "comment").strip()
        if there and comment.OURS not in there:
            self._commented.append(standing.student)
        else:
            self.texts[row, place] = comment.as_html(text)

    def _grade(self, row: int, standing: Standing, final: float) -> None:
        most = _read(self._cell(row, "most"))
        grade = scaled(final, self._most, most, self._request)
        if most is not None and grade > most:
            self._over.append(standing.student)
            return
        text = number(grade, decimals=_DECIMALS, comma=self._has_comma)
        self.texts[row, self._columns["grade"]] = text
        self.graded += 1

    def _cell(self, row: int, name: str) -> str:
        cells, place = self._sheet.rows[row], self._columns.get(name)
        return cells[place].text if place is not None and place < len(cells) else ""


def _columns(sheet: Sheet, request: Request) -> dict[str, int]:
    """Return the places of columns. Raises UsageError where Moodle would not take the table."""
    headings = sheet.headings
    named = {"id": _ID, "name": _NAME, "grade": _GRADE, "most": _MOST, "open": _OPEN}
    found = {
        what: headings.index(name)
        for what, names in {**named, "comment": _COMMENT}.items()
        for name in names
        if name in headings
    }
    if not {"id", "grade"} <= found.keys():
        raise UsageError(
            f"{request.template} is no grading worksheet of Moodle's: it has no column"
            f" {' / '.join(_ID)} and {' / '.join(_GRADE)}; it has {', '.join(headings[:8])}"
        )
    if any(name in headings for name in _TEAM):
        raise UsageError(
            f"{request.template} is of an assignment that is handed in by teams: Moodle knows their"
            " folders by numbers of groups, which no row of the worksheet has; set Students submit"
            " in groups to No there, or enter the grades by hand"
        )
    return found


def _people(sheet: Sheet, columns: Mapping[str, int]) -> Iterator[Person]:
    others = [place for place, name in enumerate(sheet.headings) if name in _OTHER_IDS]
    for row, cells in enumerate(sheet.rows[1:], start=1):
        if len(cells) <= max(columns.values()):  # it is cut off
            continue
        texts = [cell.text.strip() for cell in cells] + [""] * len(sheet.headings)
        id = re.sub(r"^\D+(?=\d+$)", "", texts[columns["id"]])
        name = texts[columns["name"]] if "name" in columns else ""
        ids = tuple(texts[place] for place in others)
        yield Person(row=row, own=id, ids=ids, name=name)


def _folder(standing: Standing) -> re.Match[str] | None:
    """Return the part of a hand-in's path that Moodle has named, if there is one."""
    parts = PurePosixPath(standing.source).parts
    return next((found for part in parts if (found := _FOLDER.fullmatch(part))), None)


def _pages(marks: Marks, standings: Iterable[Standing]) -> Iterator[tuple[str, str]]:
    for standing in standings:
        if found := _folder(standing):
            name = pages.safe(found["name"].replace("_", " "))  # Moodle splits at each
            folder = f"{name}_{found['id']}_assignfeedback_file"
            yield f"{folder}/report.html", marks.page(standing)


def _read(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None
