"""nbgrader: `nbgrader autograde` on as many students as there are, in one process for each worker.

The assignment is made as a course would: a source with the answers as solution cells, a test cell
after each, released with `nbgrader generate_assignment`; students hand in the release, filled in.
"""

import csv
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.assertions import Test, expected
from benchmarks.environment import Environment
from benchmarks.process import Skipped, run, run_all
from benchmarks.route import Kind, Timing, timing
from benchmarks.routes.driven import shares
from benchmarks.workload import Workload, notebook, students

PACKAGES = ("nbgrader==0.9.6",)
NAME = "assignment"


@dataclass(frozen=True, slots=True)
class Nbgrader:
    """Runs `nbgrader autograde` in copies of a course; submission: the release, filled in."""

    program: str
    course: Path
    submission: str

    def run(self, number: int, workers: int, folder: Path) -> Timing:
        """Grade them, in courses side by side: two processes cannot write to one database."""
        courses = []
        for place, share in enumerate(shares(list(map(Path, students(number))), workers)):
            course = folder / f"course-{place}"
            shutil.copytree(self.course, course)
            for student in share:
                _hand_in(self.submission, course, student.name)
            courses.append(course)
        commands = [
            [self.program, "autograde", NAME, f"--course-dir={course}"] for course in courses
        ]
        every = run_all(commands, folder, at_once=workers)
        return timing(every, [_ends(course) for course in courses], number=number)


def prepare(workload: Workload, folder: Path, cache: Path) -> Nbgrader:
    """Make and release the assignment, and grade one submission to see that all of it is right."""
    environment = Environment("nbgrader", PACKAGES, cache)
    environment.install()
    program, course = environment.program("nbgrader"), folder / "course"
    source = course / "source" / NAME / f"{NAME}.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(_source(workload, expected(workload, folder)), encoding="utf-8")
    run([program, "generate_assignment", NAME, f"--course-dir={course}"], folder)
    released = course / "release" / NAME / f"{NAME}.ipynb"
    submission = _filled(released.read_text(encoding="utf-8"), workload)
    trial = folder / "trial"
    shutil.copytree(course, trial)
    _hand_in(submission, trial, "student")
    for command in (["autograde", NAME], ["export", "--to=grades.csv"]):
        run([program, *command], trial)
    with (trial / "grades.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    if row["score"] != row["max_score"] or not float(row["score"]):
        raise Skipped(f"the perfect submission got {row['score']} of {row['max_score']}")
    return Nbgrader(program, course, submission)


def _ends(course: Path) -> list[float]:
    """Return when each submission was graded. Raises Skipped where one, all perfect, failed."""
    graded = list(course.glob("autograded/*/*/*.ipynb"))
    for path in graded:
        if '"output_type": "error"' in path.read_text(encoding="utf-8"):
            raise Skipped(f"a cell of {path.relative_to(course)} failed")
    return [path.stat().st_mtime for path in graded]


def _source(workload: Workload, tests: Mapping[str, Test]) -> str:
    cells: list[dict[str, Any]] = []
    for cell in workload.cells:
        if cell.exercise is None:
            cells.append({"source": cell.source})
            continue
        test = tests[cell.exercise]
        text = "\n".join(one.text for one in test.assertions)
        calls = "\n".join(one.call for one in test.assertions)
        about = {"schema_version": 3, "task": False}
        answer = {"grade": False, "solution": True, "locked": False, "grade_id": cell.exercise}
        graded = {"grade": True, "solution": False, "locked": True, "points": test.points}
        test_id = {"grade_id": f"test-{cell.exercise}"}
        cells += [
            {"source": cell.source, "metadata": {"nbgrader": {**about, **answer}}},
            {
                "source": f"{text}\n{calls}",
                "metadata": {"nbgrader": {**about, **graded, **test_id}},
            },
        ]
    return notebook(cells)


def _filled(released: str, workload: Workload) -> str:
    """Return the released notebook with the answers in place of the blanks."""
    answers = {cell.exercise: cell.source for cell in workload.cells if cell.exercise}
    whole = json.loads(released)
    for cell in whole["cells"]:
        answer = answers.get(cell["metadata"].get("nbgrader", {}).get("grade_id"))
        if answer is not None:
            cell["source"] = answer
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _hand_in(submission: str, course: Path, student: str) -> None:
    path = course / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(submission, encoding="utf-8")


NBGRADER = Kind(
    name="nbgrader",
    about=f"`nbgrader autograde`, all in one process for each worker ({PACKAGES[0]})",
    large=False,
    prepare=prepare,
)
