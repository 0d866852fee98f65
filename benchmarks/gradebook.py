"""How long the gradebook of a large course takes, and how much memory.

`python -m benchmarks.gradebook` grades a few notebooks, keeps what was found in them for thousands
of students, as a run does, and measures each command in a process of its own.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from grader.authoring.source import load
from grader.course.decisions_table import DecisionsTable
from grader.course.marks import CourseMarks
from grader.course.plan import Wanted
from grader.course.run import Asked, GradingRun
from grader.course.settings import Settings
from grader.course.store import documents
from grader.course.store.database import beside, opened
from grader.engines.done import Done
from grader.engines.executor import Finished
from grader.engines.job import Job
from grader.intake.receive import receive
from grader.model.assignment import Assignment

TOP = Path(__file__).parent.parent
COURSE = ("gradient_descent", "tensors", "autograd", "layers")
_REGRADED = 10  # of so many hand-ins one is graded again, with other marks


class Cost(NamedTuple):
    """Seconds, those of a CPU among them, and the most MiB that it held; 0 where not asked."""

    seconds: float
    cpu: float
    mib: float


def main() -> None:
    """Measure, and print a table; with `--fill`, be the process that fills a gradebook."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gradebook", description=__doc__)
    parser.add_argument("--students", type=int, nargs="+", default=[750, 3000])
    parser.add_argument("--assignments", type=int, nargs="+", default=[1, 4], choices=range(1, 5))
    parser.add_argument("--gradebook", help="the URL of an empty database, for one size")
    parser.add_argument("--keep", type=Path, help="a folder that stays, to look at")
    parser.add_argument("--fill", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.fill is not None:
        _fill(told.fill, COURSE[: told.assignments[0]], told.gradebook)
        return
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        top = told.keep or Path(name)
        samples = top / "samples"
        if not samples.exists():
            _grade_samples(samples)
        for number in told.assignments:
            for students in told.students:
                folder = top / f"{students}-{number}"
                folder.mkdir()
                (folder / "samples").symlink_to(samples)
                _hand_in(folder, students, COURSE[:number])
                _measure(folder, students, number, told.gradebook)
                if told.keep is None:
                    shutil.rmtree(folder)


def _measure(folder: Path, students: int, number: int, url: str | None) -> None:
    out, handins = folder / "out", students * number
    kept = ["--gradebook", url] if url is not None else []
    graded = ["grade", str(folder / "in"), "--other-data", "off", "--out", str(out), *kept]
    filling = [sys.executable, "-m", __spec__.name, "--fill", str(folder), *kept]
    costs = {"keep all": _run([*filling, "--assignments", str(number)])}
    course = ["--out", str(out), *kept]
    costs["tables, no file there"] = run_measured(["tables", *course])
    costs["tables, nothing changed"] = run_measured(["tables", *course])
    costs["totals"] = run_measured(["totals", *course])
    costs["diff"] = run_measured(["diff", *course])
    costs["grade, all is graded"] = run_measured(graded)
    print(f"\n{students} students, {number} assignments: {handins} submissions")
    for name, cost in costs.items():
        held = f"{cost.mib:8.0f} MiB" if cost.mib else ""
        print(f"{name:26} {cost.seconds:8.1f} s {cost.cpu:8.1f} s CPU {held}")


def run_measured(arguments: Sequence[str]) -> Cost:
    """Return what a command of the grader's costs in a process of its own."""
    code = (
        "import atexit, sys; from pathlib import Path"
        "; to, status = Path(sys.argv.pop(1)), Path('/proc/self/status')"
        "; atexit.register(lambda: to.write_text(status.read_text()))"
        "; from grader.cli import main; main()"
    )
    with tempfile.NamedTemporaryFile() as file:
        cost = _run([sys.executable, "-c", code, file.name, *arguments])
        status = Path(file.name).read_text()
    return cost._replace(mib=_most(status))


def _most(status: str) -> float:
    """Return the most MiB that a process held; what wait4 tells is at least its parent's."""
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024


def _run(command: Sequence[str]) -> Cost:
    began = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        popen = subprocess.Popen(command, cwd=TOP, stdout=said, stderr=said)  # noqa: S603 - its own
        _, status, used = os.wait4(popen.pid, 0)
        popen.returncode = os.waitstatus_to_exitcode(status)
        if popen.returncode not in (0, 1):
            said.seek(0)
            sys.exit(f"{command} ended with {popen.returncode}: {said.read().decode()[-2000:]}")
    cpu = used.ru_utime + used.ru_stime
    return Cost(time.perf_counter() - began, cpu, 0)


def _source(name: str) -> Path:
    return TOP / "reference" / f"{name}.py"


def _solved(assignment: Assignment) -> bytes:
    """Return a notebook with the solutions of an assignment."""
    cells = [
        nbformat.v4.new_code_cell(
            (f"#| exercise: {cell.exercise}\n" if cell.exercise else "") + cell.solution
        )
        for cell in assignment.cells
        if cell.role in ("given", "exercise") and cell.language in (None, "en")
    ]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()


def _grade_samples(folder: Path) -> None:
    """Grade two notebooks of each assignment, one with its solutions and one that is blank."""
    for name in COURSE:
        (folder / "in" / "blank").mkdir(parents=True, exist_ok=True)
        (folder / "in" / "solved").mkdir(parents=True, exist_ok=True)
        (folder / "in" / "solved" / f"{name}.ipynb").write_bytes(_solved(load(_source(name))))
        released = TOP / "assignments" / "en" / f"{name}.ipynb"
        shutil.copy(released, folder / "in" / "blank" / f"{name}.ipynb")
    run_measured(["grade", str(folder / "in"), "--other-data", "off", "--out", str(folder)])


def _samples(folder: Path) -> dict[str, list[Done]]:
    """Return what was found, by assignments: in the blank notebook, and in the solved one."""
    database = opened(beside(folder), create=False)
    marks = CourseMarks(database, Settings(), DecisionsTable())
    found: dict[str, list[Done]] = {}
    for one in marks.rows:
        done = documents.of_grading(database, one.grading)
        found.setdefault(str(one.standing.assignment), []).append(done)
    database.dispose()
    return found


def _hand_in(folder: Path, students: int, names: Sequence[str]) -> None:
    for number in range(students):
        student = folder / "in" / f"Student {number:05}"
        student.mkdir(parents=True)
        for name in names:
            which = ("blank", "solved")[number % 2]
            shutil.copy(folder / "samples" / "in" / which / f"{name}.ipynb", student)


def _fill(folder: Path, names: Sequence[str], url: str | None) -> None:
    """Keep results for all hand-ins, and others for some of them in a second run."""
    out = folder / "out"
    out.mkdir(exist_ok=True)
    samples = _samples(folder / "samples")
    database = opened(url or beside(out), create=True)
    assignments = [load(_source(name)) for name in sorted(COURSE)]
    handins = receive([folder / "in"], folder / "unpacked", assignments)
    job = Job(sources=tuple(one.path for one in assignments), out=out)
    asked = Asked(job=job, paths=[folder / "in"], assignments=assignments)
    first = GradingRun(database, asked, handins)
    _keep_all(first, samples, every=1, shift=0)
    again = GradingRun(database, replace(asked, wanted=Wanted(again=True)), handins)
    _keep_all(again, samples, every=_REGRADED, shift=1)
    database.dispose()


def _keep_all(run: GradingRun, samples: dict[str, list[Done]], *, every: int, shift: int) -> None:
    run.begin()
    for number, task in enumerate(run.plan.tasks):
        if number % every:
            continue
        handin = task.handin
        assert handin.path is not None
        found = samples[handin.path.stem]
        done = found[(number + shift) % len(found)]
        about: dict[str, Any] = {"student": handin.student, "source": handin.shown}
        report, told = replace(done.report, **about), replace(done.told, **about)
        run.keep(Finished(number=number, done=replace(done, report=report, told=told)))
    run.end()


if __name__ == "__main__":
    main()
