"""Grading: what is asked for becomes a job, and an engine does it; the exit code."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from grader.commands import grading_options as options
from grader.commands import not_installed
from grader.commands.app import Device, app, assignments, course, device_of, errors
from grader.commands.intake import Intake
from grader.commands.progress import show_progress
from grader.errors import GraderError, UsageError
from grader.reporting.controls import strip_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.engines.job import Job
    from grader.model.result import Report
    from grader.model.submission import Handin

# By whether nothing at all holds.
_WARNINGS = {
    False: "grader: isolation is {}; `grader doctor` says why",
    True: "grader: WARNING: isolation is {}: student code can read and change what you can,"
    " the reference too; `grader doctor` says why",
}


@app.command(
    epilog="Examples: `grader grade submissions/`, `grader grade one.ipynb -a gradient_descent`,"
    " `grader grade moodle.zip --roster students.csv`,"
    " `grader grade moodle.zip --dry-run`,"
    " `grader grade downloads/ -a my/source.py -o out --device cuda`,"
    " `grader grade work/ --student-pattern '(?P<student>[^/]+)_v[0-9]+\\.ipynb$'`."
)
def grade(
    paths: options.Paths,
    assignment: options.AssignmentName = None,
    out: options.Out = Path("grades"),
    device: options.WhichDevice = Device.cpu,
    language: options.Language = None,
    jobs: options.Jobs = None,
    kernel: options.WhichKernel = None,
    isolation: options.Isolation = options.Isolated.any,
    cell_limit: options.CellLimit = 30.0,
    limit: options.Limit = 300.0,
    other_data: options.OtherData = "on",
    secret: options.Secret = None,
    student_pattern: options.StudentPattern = None,
    roster: options.RosterFile = None,
    overrides: options.Overrides = None,
    dry_run: options.DryRun = False,
) -> None:
    """Grade notebooks: write reports, results and a table of grades.

    Exit code 0: all graded. 1: some could not be graded. 2: wrong usage. 3: some need review.
    """
    from grader.engines.job import Job
    from grader.kernels.kernel import Limits
    from grader.overrides import NAME, read, unused

    answered, language = assignments(assignment), language or course().language
    if language is not None and not any(language in one.languages for one in answered):
        raise UsageError(f"no assignment is in `{language}`")
    chosen, pattern = assignment is not None, options.pattern_of(student_pattern)
    intake = Intake(paths, answered, chosen, pattern, roster or course().roster, out)
    if dry_run:
        raise typer.Exit(intake.show())
    out.mkdir(parents=True, exist_ok=True)
    if overrides is None and (out / NAME).exists():
        overrides = out / NAME
    job = Job(
        sources=tuple(one.path for one in answered),
        out=out,
        device=device_of(device),
        kernel=kernel,
        full=isolation is options.Isolated.full,
        limits=Limits(cell=cell_limit, submission=limit),
        chosen=chosen,
        language=language,
        decisions=read(overrides) if overrides is not None else (),
        offsets=options.offsets_of(other_data, answered, secret, out),
    )
    with tempfile.TemporaryDirectory(prefix="grader-") as unpacked:
        handins = intake.received(unpacked)
        _name_attempts(handins)
        reports = _graded(job, handins, jobs)
    for row in unused(job.decisions, reports):
        errors.print(f"grader: {overrides}: {row}", markup=False, soft_wrap=True)
    for line in not_installed.lines(reports):
        errors.print(f"grader: {line}", markup=False, soft_wrap=True)
    typer.echo(f"index:   {out / 'index.html'}")
    typer.echo(f"table:   {out / 'grades.csv'}")
    typer.echo(f"reports: {out / 'feedback'}")
    raise typer.Exit(_exit_code(reports))


def _name_attempts(handins: Sequence[Handin]) -> None:
    """Say which of several attempts count, in case they were of several students."""
    for handin in handins:
        if handin.others:
            line = (
                f"grader: {handin.student}: {handin.shown} counts, the latest of"
                f" {len(handin.others) + 1} for its assignment; not {', '.join(handin.others)}"
            )
            errors.print(strip_controls(line), markup=False, soft_wrap=True)


def _graded(job: Job, handins: Sequence[Handin], jobs: int | None) -> list[Report]:
    """Grade what was handed in, and show how far that is; returns the reports as they came."""
    from grader.engines.choose import open_engine

    def tell(line: str) -> None:
        errors.print(line, markup=False, soft_wrap=True)

    reports: list[Report] = []
    with closing(open_engine(job, handins=len(handins), jobs=jobs, tell=tell)) as engine:
        if (holds := engine.isolation) != "full":
            tell(_WARNINGS[holds == "none"].format(holds))
        with closing(engine.grade(handins)) as graded:
            try:
                show_progress(graded, len(handins), reports)
            except (KeyboardInterrupt, GraderError, OSError) as error:
                tell(f"grader: stopped after {len(reports)} of {len(handins)}; they are written")
                if isinstance(error, KeyboardInterrupt):
                    raise typer.Exit(130) from None
                raise
    return reports


def _exit_code(reports: Sequence[Report]) -> int:
    outcomes = {report.outcome for report in reports}
    return 3 if "needs review" in outcomes else 1 if "not graded" in outcomes else 0
