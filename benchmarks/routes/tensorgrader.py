"""The grader of this project end to end: `grader grade`, with its reports and result files."""

import csv
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.process import Skipped, run
from benchmarks.route import Kind, Timing, timing
from benchmarks.workload import Workload, copies

NEEDED = ("--jobs", "--kernel", "--other-data")


@dataclass(frozen=True, slots=True)
class Grade:
    """Runs the command line on a folder of copies."""

    source: Path
    submission: str
    other_data: str

    def run(self, number: int, workers: int, folder: Path) -> Timing:
        """Grade them; when each was done is when its result was written."""
        done = run(self.command(number, workers, folder), folder)
        self._check(folder / "out/grades.csv")
        results = (folder / "out/results").rglob("result.json")
        ends = [path.stat().st_mtime for path in results]
        return timing([done], [ends], number=number, lanes=workers)

    def command(self, number: int, workers: int, folder: Path) -> list[str]:
        """Write the submissions to a folder, and return the command that grades them."""
        copies(self.submission, folder / "submissions", number)
        options = ["-a", str(self.source), "--jobs", str(workers), "--kernel", "warm", "-o", "out"]
        options += ["--other-data", self.other_data]
        return [program(), "grade", "submissions", *options]

    def _check(self, table: Path) -> None:
        """Raise Skipped where a submission, all of them perfect, did not get all its points."""
        with table.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if row["score"] != row["max_score"] or not float(row["score"] or 0):
                    raise Skipped(f"{row['student']} got {row['score']} of {row['max_score']}")


def program() -> str:
    """Return the path of the grader's command. Raises Skipped where it is not installed."""
    path = Path(sys.executable).with_name("grader")
    if not path.exists():
        raise Skipped("there is no `grader` beside this Python; install the project first")
    return str(path)


def prepare(workload: Workload, folder: Path, cache: Path, other_data: str = "on") -> Grade:
    """Return the route, where the command line has what it takes."""
    told = run([program(), "grade", "--help"], folder).output
    if missing := [option for option in NEEDED if option not in told]:
        raise Skipped(f"`grader grade` has no {' and no '.join(missing)}")
    return Grade(workload.write_source(folder), workload.submission, other_data)


GRADER = Kind(
    name="grader",
    about="this grader end to end, warm kernel, each submission on two sets of data",
    large=True,
    prepare=prepare,
)
ONCE = Kind(
    name="once",
    about="the same with `--other-data off`: each submission once, as other graders run it",
    large=True,
    prepare=partial(prepare, other_data="off"),
)
