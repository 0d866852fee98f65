"""What a large course goes through, each step by itself."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.kept import keep
from benchmarks.scaled.fill import fill
from benchmarks.scaled.results import (
    ASSIGNMENTS,
    called,
    identified,
    source,
    templates,
    varied,
    written,
)
from grader.cache_folder import usual
from grader.course import answers, statistics
from grader.course.decisions_table import DecisionsTable
from grader.course.marks import CourseMarks
from grader.course.settings import Settings
from grader.course.store.database import beside, opened
from grader.course.views import Views
from grader.exchange.export import Request
from grader.exchange.registry import EXPORTS
from grader.reporting import folder as files
from grader.reporting import tables
from grader.resemblance.survey import survey
from grader.source_cache import load

FILL = "fill, in bulk"
MORE = 200  # results that are kept one by one
ONE = ASSIGNMENTS[0]  # the assignment that is compared, and exported where a format takes one alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course in a folder.

    number: of results; samples: the folder of those that they are made of; files: how many of them
    have a page and an executed notebook, which are written into files.
    """

    folder: Path
    number: int
    samples: Path
    files: int = 0

    @property
    def out(self) -> Path:
        """The folder of results, as `grader grade` writes it."""
        return self.folder / "out"

    def marks(self) -> CourseMarks:
        """Return the marks, which nobody has decided anything about."""
        return CourseMarks(opened(beside(self.out), create=False), Settings(), DecisionsTable())


def filled(course: Course) -> str:
    """Make the gradebook, in bulk."""
    fill(course.out, templates(course.samples), course.number, pages=course.files)
    mib = sum(path.stat().st_size for path in course.out.glob("gradebook.db*")) / 2**20
    return f"{mib:,.0f} MiB on the disk"


def store(course: Course) -> str:
    """Keep some more results, one by one, as a run does."""
    draw = Random(course.number)  # noqa: S311 - nothing is kept secret by it
    first = course.number // len(ASSIGNMENTS) + 1
    every = [(first + number // len(ASSIGNMENTS), name) for number, name in _more()]
    found = templates(course.samples)
    results = [
        varied(draw, draw.choice(found.of(name)), name, student, lambda _: written(draw))
        for student, name in every
    ]
    began = time.process_time()
    keep(course.out, results)
    return f"{1000 * (time.process_time() - began) / len(results):.1f} ms CPU each"


def rows(course: Course) -> str:
    """Read the row that counts of each student and assignment."""
    return f"{len(course.marks().rows)} rows"


def table(course: Course) -> str:
    """Write `grades.csv`."""
    path = course.out / "grades.csv"
    tables.write(path, course.marks().standings)
    return f"{path.stat().st_size / 2**20:.1f} MiB"


def item_analysis(course: Course) -> str:
    """Compute the statistics of each assignment, exercise and check."""
    marks = course.marks()
    found = statistics.of_class(marks.engine, marks.rows, "en")
    return f"{sum(len(one.exercises) for one in found)} exercises"


def similarity(course: Course) -> str:
    """Compare what answers one assignment, of those that there are."""
    marks = course.marks()
    assignment = load(source(ONE, course.folder / "sources"), usual())
    handed_in = list(answers.answers(marks.engine, marks, ONE))
    found = survey(assignment, handed_in)
    return f"{len(handed_in)} hand-ins, {len(found.couples)} pairs"


def index(course: Course) -> str:
    """Write the staff's pages: the index, and what the statistics say."""
    Views(course.out).write_index(course.marks())
    mib = sum(path.stat().st_size for path in course.out.glob("*.html")) / 2**20
    return f"{mib:.1f} MiB of pages"


def feedback(course: Course) -> str:
    """Write the files of some hand-ins, as a run does when it has graded each."""
    marks = course.marks()
    chosen = marks.rows[: course.files]  # in the order in which they were made
    began = time.process_time()
    for one in chosen:
        found = marks.files(one.grading)
        assert found is not None  # each sample has a page
        files.write(found, course.out, one.standing.place)
    each = (time.process_time() - began) / len(chosen)
    written = [path for path in course.out.glob("*/*/*/*") if path.is_file()]
    size = sum(path.stat().st_size for path in written) / len(chosen)
    for name in (files.FEEDBACK, files.RESULTS):
        shutil.rmtree(course.out / name)
    return f"{len(chosen)} hand-ins: {1000 * each:.1f} ms CPU and {size / 1024:.0f} KiB each"


def whole_table(course: Course) -> str:
    """Export the whole course as one table."""
    return _exported(course, "csv")


def scores(course: Course) -> str:
    """Export the score objects of one assignment, as LTI has them."""
    return _exported(course, "ags", assignment=ONE)


def comments(course: Course) -> str:
    """Write short texts for comment boxes, for all hand-ins of one assignment."""
    return _exported(course, "feedback", assignment=ONE)


def worksheet(course: Course) -> str:
    """Fill in Moodle's worksheet of one assignment, and put all its reports into a zip."""
    path = course.folder / "worksheet.csv"
    lines = ["Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed"]
    for number in range(-(-course.number // len(ASSIGNMENTS))):
        lines.append(f"Participant {identified(number)},{called(number)},,,,,Yes")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return _exported(course, "moodle", assignment=ONE, template=path)


STEPS: Mapping[str, Callable[[Course], str]] = {
    FILL: filled,
    "store, some more": store,
    "read rows": rows,
    "grades.csv": table,
    "statistics": item_analysis,
    "similarity": similarity,
    "index": index,
    "feedback as files": feedback,
    "export csv": whole_table,
    "export ags": scores,
    "export feedback": comments,
    "export moodle": worksheet,
}


def _more() -> Iterator[tuple[int, str]]:
    yield from enumerate(islice(cycle(ASSIGNMENTS), MORE))


def _exported(course: Course, name: str, **asked: Any) -> str:
    export = next(one for one in EXPORTS if one.name == name)
    folder = course.folder / "exports" / name
    folder.mkdir(parents=True, exist_ok=True)
    made = export.write(course.marks(), Request(to=folder / f"all{export.suffix}", **asked))
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return f"{made.rows} rows, {size / 2**20:.1f} MiB"
