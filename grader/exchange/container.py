"""What runs in Gradescope's container: one submission, from `submission/` to `results.json`.

The grader's own trouble leaves no score in `results.json`: Gradescope shows a failure of the
autograder, and not as a mark. What is printed is for the staff.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from grader.engines.batch import Batch
from grader.engines.job import Job
from grader.engines.opening import open_batch
from grader.errors import GraderError, KernelFailed
from grader.exchange import gradescope, metadata, settings
from grader.exchange.metadata import Metadata
from grader.intake.receive import of_one
from grader.kernels.kernel import Limits
from grader.kernels.sandbox import Isolation
from grader.model.result import Report
from grader.model.text import say
from grader.reporting.controls import strip_controls
from grader.wording.catalogue import ENGLISH, translated

USUAL = 768 * 2**20  # bytes that a container has where it does not tell
OWN = 390 * 2**20  # bytes of them that the grader takes
LEAST = 160 * 2**20  # bytes, with less than which no submission is run
MEMORY = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
PEAK = (
    Path("/sys/fs/cgroup/memory.peak"),
    Path("/sys/fs/cgroup/memory/memory.max_usage_in_bytes"),
)


def grade(root: Path) -> int:
    """Grade the submission of a container, and write its results; returns the exit code.

    0: it has a score. 1: it has none, since a module is missing. 3: the grader failed. Raises
    OSError where the results cannot be written.
    """
    about = metadata.read(root / "submission_metadata.json")
    say_all([about.problem])
    try:
        with opened(root) as batch:
            content, outcome = _graded(root, batch, about)
    except (GraderError, OSError) as error:
        say_all([f"the autograder failed: {error}"])
        content, outcome = _failed(), 3
    path = root / "results" / gradescope.NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gradescope.dump(content))
    return outcome


def prove(root: Path) -> None:
    """Run the solutions, and show that they give what is ready-made. Raises GraderError."""
    with opened(root) as batch:
        for assignment in batch.assignments:
            for offset in {0, *batch.job.offsets.values()}:
                batch.references.get(assignment, offset).prove()
        say_all(["the reference gives what it gave where it was made", _isolation(batch)])


@contextmanager
def opened(root: Path) -> Iterator[Batch]:
    """Open the batch of a container's assignment. Raises GraderError and OSError."""
    private = root / "source" / settings.PRIVATE
    private.chmod(0o700)  # however the archive was unpacked
    for path in private.iterdir():
        path.chmod(0o600)
    told = settings.read(private / settings.NAME)
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        job = Job(
            sources=(private / told.source,),
            out=Path(folder),
            kernel="warm",
            limits=Limits(cell=told.cell, submission=told.submission),
            chosen=True,
            language=told.language,
            offsets=told.offsets,
            ready=private,
            memory=_memory(),
        )
        with closing(open_batch(job)) as batch:
            require_guard(batch.factory.isolation)
            yield batch


def require_guard(isolation: Isolation) -> None:
    """Raise KernelFailed where student code could read what is for root alone."""
    if not isolation.hides_files:
        raise KernelFailed(
            "nothing here keeps student code from reading the solutions, so it is not run"
            f" (isolation is {isolation})"
        )


def memory() -> int:
    """Return how many bytes of memory the container has."""
    return _first(MEMORY) or USUAL


def say_all(lines: Sequence[str]) -> None:
    """Print what is for the staff; empty lines are left out."""
    for line in filter(None, lines):
        print(strip_controls(line), flush=True)


def _graded(root: Path, batch: Batch, about: Metadata) -> tuple[dict[str, object], int]:
    """Return the results of what was handed in, and the exit code."""
    (assignment,) = batch.assignments
    with tempfile.TemporaryDirectory(prefix="grader-") as unpacked:
        handin = of_one(
            root / "submission",
            Path(unpacked),
            assignment,
            student=about.student,
            id=about.id,
            handed_in=about.handed_in,
            late=about.late,
        )
        (handin,) = batch.kept.keep([handin], isolation=str(batch.factory.isolation))
        done = batch.finish(handin)
    report = done.report
    points = sum(exercise.points for exercise in assignment.exercises)
    content = gradescope.of_report(report, done.told, points)
    say_all([*_told(report, about, points), _isolation(batch)])
    if report.outcome == "needs review":
        return content, 3
    return content, 0 if "score" in content else 1


def _told(report: Report, about: Metadata, points: float) -> list[str]:
    """Return what the staff should know."""
    score = f"{report.score:g} of {report.max_score:g}" if report.score is not None else "no score"
    lines = [f"{report.student}: {report.outcome}, {score}", report.reason or ""]
    if about.points is not None and about.points != points:
        lines.append(
            f"the assignment is worth {about.points:g} points on Gradescope, and the exercises"
            f" {points:g}: set the same there"
        )
    if about.late:
        lines.append("it was handed in after the due date, which changes no score here")
    peak = f", of which at most {_first(PEAK) >> 20} were taken" if _first(PEAK) else ""
    lines.append(f"the container has {memory() >> 20} MiB of memory{peak}")
    return lines


def _isolation(batch: Batch) -> str:
    missing = batch.factory.isolation.missing
    reasons = "; ".join(f"{name}: {why}" for name, why in missing.items())
    return f"isolation is {batch.factory.isolation.level}" + (
        f", without {reasons}" * bool(missing)
    )


def _memory() -> int:
    """Return how many bytes a submission may hold. Raises KernelFailed."""
    left = memory() - OWN
    if left < LEAST:
        raise KernelFailed(
            f"the container has {memory() >> 20} MiB of memory, and {OWN + LEAST >> 20} are needed:"
            " set more in the settings of the autograder on Gradescope"
        )
    return left


def _first(paths: Sequence[Path]) -> int:
    """Return the number in the first of some files that holds one; 0 where none does."""
    for path in paths:
        with suppress(OSError, ValueError):
            return min(int(path.read_text(encoding="ascii")), 2**40)
    return 0


def _failed() -> dict[str, object]:
    """Return results without a score."""
    failed = say(
        "The autograder failed. This is not a score of 0, and no fault of yours: your teacher can"
        " see why, and run it again."
    )
    output = translated(failed, ENGLISH)
    return {"output": output, "output_format": "text", "stdout_visibility": "hidden"}


def main(arguments: Sequence[str]) -> int:
    """Do what `run_autograder` or `setup.sh` asks for; returns the exit code."""
    what, root = arguments
    try:
        if what == "grade":
            return grade(Path(root))
        prove(Path(root))
    except (GraderError, OSError) as error:
        say_all([f"grader: {error}"])
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
