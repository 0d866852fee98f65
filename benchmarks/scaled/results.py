"""Results of many students: each is a copy of a real one, of somebody else and with other code."""

import html
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.descents import answer
from grader.course.decisions_table import DecisionsTable
from grader.course.marks import CourseMarks
from grader.course.settings import Settings
from grader.course.store import documents
from grader.course.store.database import beside, opened
from grader.engines.done import Done
from grader.model.result import Report

REFERENCE = Path(__file__).parents[2] / "reference"
SOURCES = tuple(sorted(REFERENCE.glob("*.py")))
EDITIONS = 5  # assignments that are made of each source
ASSIGNMENTS = tuple(
    f"{path.stem}_{number}" for number in range(1, EDITIONS + 1) for path in SOURCES
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """What was found in real hand-ins, by the assignment that they answer."""

    found: dict[str, list[Done]]

    def of(self, assignment: str) -> Sequence[Done]:
        """Return what an edition of an assignment is made of."""
        return self.found[assignment.rpartition("_")[0]]


def templates(folder: Path) -> Templates:
    """Return what a folder of results holds."""
    database = opened(beside(folder), create=False)
    found: dict[str, list[Done]] = {}
    for one in CourseMarks(database, Settings(), DecisionsTable()).rows:
        if one.standing.assignment is not None:
            done = documents.of_grading(database, one.grading)
            found.setdefault(one.standing.assignment, []).append(done)
    database.dispose()
    return Templates(found=found)


def source(assignment: str, folder: Path) -> Path:
    """Write the source of an edition into a folder."""
    folder.mkdir(exist_ok=True)
    stem = assignment.rpartition("_")[0]
    return Path(shutil.copy(REFERENCE / f"{stem}.py", folder / f"{assignment}.py"))


def called(student: int) -> str:
    """Return the name of a student."""
    return f"Student {student:06}"


def identified(student: int) -> str:
    """Return the id of a student."""
    return f"{1_000_000 + student}"


def written(draw: Random) -> str:
    """Return code of about the length that real answers have, which hardly anybody shares."""
    return answer(draw.getrandbits(60))


def varied(
    draw: Random, template: Done, assignment: str, student: int, code: Callable[[int], str]
) -> Done:
    """Return what a student's hand-in could have given. code: of an answer, by its place."""
    name = called(student)
    about: dict[str, Any] = {
        "assignment": assignment,
        "student": name,
        "student_id": identified(student),
        "source": f"hand-ins/{name}_{identified(student)}_assignsubmission_file/{assignment}.ipynb",
        "hashes": {**template.report.hashes, "submission": f"{draw.getrandbits(256):064x}"},
        "duration_s": round(draw.lognormvariate(0.8, 0.6), 3),
        "late": draw.random() < 0.1,
    }
    codes = {
        one.exercise: code(place) if one.code.strip() else one.code
        for place, one in enumerate(template.report.exercises)
    }

    def other(report: Report) -> Report:
        exercises = [replace(one, code=codes[one.exercise]) for one in report.exercises]
        return replace(report, **about, exercises=tuple(exercises))

    report = other(template.report)
    page = template.page
    if page is not None:  # as large as a real one
        page = page.replace(html.escape(template.report.student), html.escape(name))
    return replace(template, report=report, told=other(template.told), page=page)
