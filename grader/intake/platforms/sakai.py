"""Sakai: a folder for each student, with what was attached in another, and `grades.csv`."""

import re
from collections.abc import Iterator

from grader.intake import times
from grader.intake.bundle import Bundle, student_of, tidy
from grader.intake.platforms.platform import Example, Listing, Platform
from grader.intake.platforms.tables import content, rows
from grader.intake.platforms.typed import typed_in
from grader.intake.tree import Node

_TABLES = ("grades.csv", "grades.xls", "grades.xlsx")
_ATTACHED = "Submission attachment(s)"
# What else the platform puts into a student's folder.
_OWN = ("timestamp.txt", "comments.txt", "feedbacktext.html", "feedback attachment(s)")


class Sakai(Platform):
    """The last brackets of a folder's name hold the id; nothing in `grades.csv` makes a row."""

    title = "Sakai"
    layout = "`Last, First(ID)/Submission attachment(s)/`, `timestamp.txt`; `grades.csv`"
    tells = "First Last (or group), ID, time, late"
    examples = (
        Example(
            files={
                "HW 1/grades.csv": '"HW 1","SCORE_GRADE_TYPE"\n""\n'
                '"Display ID","ID","Last Name","First Name","grade","Submission date",'
                '"Late submission"\n'
                '"s1","s1","Arendt","Ann","","2026-01-09T21:09:00Z","On time"\n'
                '"s2","s2","Б","Боб","","2026-01-10T21:09:00Z","Late"\n'
                '"s9","s9","Nobody","None","","","No submission"\n',
                "HW 1/Arendt, Ann(s1)/Submission attachment(s)/hw.ipynb": None,
                "HW 1/Arendt, Ann(s1)/timestamp.txt": "20260109210900000",
                "HW 1/Arendt, Ann(s1)/comments.txt": "",
                "HW 1/Б, Боб(s2)/Submission attachment(s)/hw.ipynb": None,
                "HW 1/Б, Боб(s2)/feedbackText.html": "",
            },
            students=(("Ann Arendt", "s1"), ("Боб Б", "s2")),
        ),
    )

    _name = re.compile(r"(?P<name>.+)\((?P<id>[^()]+)\)", re.DOTALL)

    def listing(self, folder: Node) -> Listing | None:
        """Return whose the things in a folder are; None where the platform has not made it."""
        tables = [child for child in folder.children if child.name.lower() in _TABLES]
        students = list(self._students(folder))
        told = {
            row[id]: row
            for id in ("id", "display id")  # in a folder's name stands the latter, if they differ
            for table in tables
            if table.name.lower().endswith(".csv")
            for row in rows(table, ("display id",), ("id",), ("first name",))
            if row.get(id)
        }
        attached = [one for one, _ in students if any(c.name == _ATTACHED for c in one.children)]
        if not students or not (told or 2 * len(attached) > len(students)):
            return None
        bundles = [self._bundle(one, match, told) for one, match in students]
        return Listing(bundles, [one for one, _ in students], tables)

    def _students(self, folder: Node) -> Iterator[tuple[Node, re.Match[str]]]:
        for child in folder.children:
            match = self._name.fullmatch(child.name)
            if match is not None and child.is_folder and not child.archive:
                yield child, match

    def _bundle(
        self, folder: Node, match: re.Match[str], told: dict[str, dict[str, str]]
    ) -> Bundle:
        last, _, first = match["name"].partition(", ")
        id = tidy(match["id"])
        bundle = Bundle(
            student=student_of(f"{first} {last}"), id=id, shown=folder.shown, platform=self.title
        )
        row = told.get(id, {})
        stamp = next((one for one in folder.children if one.name == "timestamp.txt"), None)
        bundle.handed_in = times.read(row.get("submission date", ""))
        if bundle.handed_in is None and stamp is not None:
            bundle.handed_in = times.read(content(stamp)[:100].decode("utf-8", "replace"))
        if lateness := row.get("late submission", ""):
            bundle.late = lateness.lower() == "late"
        for child in folder.children:
            name = child.name.lower()
            if name.endswith("_submissiontext.html"):
                if content(child).strip():
                    bundle.notes.append(typed_in(child))
            elif name not in _OWN:
                bundle.add(child, child.name)
        return bundle
