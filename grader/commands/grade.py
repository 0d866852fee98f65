"""Grading: the options, the progress, the exit code."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from grader import secret as secrets
from grader.commands.app import Device, app, assignments, device_of, errors
from grader.errors import GraderError, UsageError
from grader.intake.platforms import PLATFORMS
from grader.reporting.controls import strip_controls

if TYPE_CHECKING:
    from grader.jobs import Job
    from grader.model.assignment import Assignment
    from grader.model.result import Report
    from grader.model.submission import Handin


class KernelName(StrEnum):
    """What student code runs in."""

    warm = "warm"
    cold = "cold"


class Isolated(StrEnum):
    """What isolation a run insists on."""

    any = "any"
    full = "full"


# By whether nothing at all holds.
_WARNINGS = {
    False: "grader: isolation is {}; `grader doctor` says why",
    True: "grader: WARNING: isolation is {}: student code can read and change what you can,"
    " the reference too; `grader doctor` says why",
}


@app.command(
    epilog="Examples: `grader grade submissions/`, `grader grade one.ipynb -a gradient_descent`,"
    " `grader grade moodle.zip --roster students.csv`,"
    " `grader grade downloads/ -a my/source.py -o out --device cuda`,"
    " `grader grade work/ --student-pattern '(?P<student>[^/]+)_v[0-9]+\\.ipynb$'`."
)
def grade(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="Notebooks, folders of them, or archives (.zip, .tar.gz), as"
            f" {', '.join(one.title for one in PLATFORMS)} or others make them.",
        ),
    ],
    assignment: Annotated[
        str | None,
        typer.Option(
            "-a",
            "--assignment",
            metavar="NAME|SOURCE",
            help="A name from reference/, or a path to a source. Without it, each notebook is"
            " matched with the assignments in reference/.",
        ),
    ] = None,
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder to write to.")] = Path(
        "grades"
    ),
    device: Annotated[
        Device, typer.Option(help="Where the code runs; auto takes CUDA where there is one.")
    ] = Device.cpu,
    language: Annotated[
        str | None, typer.Option("--lang", help="Of the reports; else that of each notebook.")
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("-j", "--jobs", min=1, help="Worker processes; by cores and memory without."),
    ] = None,
    kernel: Annotated[
        KernelName | None,
        typer.Option(help="warm: forks of one process, on Linux; cold: a new process each time."),
    ] = None,
    isolation: Annotated[
        Isolated, typer.Option(help="full: refuse to run with less (`grader doctor` explains).")
    ] = Isolated.any,
    cell_limit: Annotated[
        float,
        typer.Option(
            min=1,
            help="CPU seconds that a cell may take, where its exercise says nothing; it may sleep"
            " for three times as long.",
        ),
    ] = 30.0,
    limit: Annotated[
        float,
        typer.Option(min=1, help="CPU seconds that a submission may take, in each of its runs."),
    ] = 300.0,
    other_data: Annotated[
        str,
        typer.Option(
            metavar="on|off|N",
            help="Run what is right once more with the seeds of given code shifted, by a number"
            " that follows from the secret and the assignment and is recorded in each result, or"
            " by N: values that are typed in fail.",
        ),
    ] = "on",
    secret: Annotated[
        Path | None,
        typer.Option(
            help="The file with the secret that other data follow from, made where there is none;"
            f" without it, OUT/{secrets.NAME}. Runs that share it give the same marks."
        ),
    ] = None,
    student_pattern: Annotated[
        str | None,
        typer.Option(
            metavar="REGEX",
            help="Finds students in the paths of files that fit no layout: a regular expression"
            " with a group `student` and, if you like, `id`, searched in the path below PATH.",
        ),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="A table (id, name) of who is expected: names for ids, and who handed in nothing.",
        ),
    ] = None,
    overrides: Annotated[
        Path | None,
        typer.Option(
            help="A table (student, exercise, score, comment) of scores that a person decided on;"
            " without it, OUT/overrides.csv where there is one."
        ),
    ] = None,
) -> None:
    """Grade notebooks: write reports, results and a table of grades.

    Exit code 0: all graded. 1: some could not be graded. 2: wrong usage. 3: some need review.
    """
    from grader.intake.receive import receive
    from grader.jobs import Job, default_jobs
    from grader.overrides import NAME, read, unused

    answered = assignments(assignment)
    if language is not None and not any(language in one.languages for one in answered):
        raise UsageError(f"no assignment is in `{language}`")
    pattern = _pattern(student_pattern)
    out.mkdir(parents=True, exist_ok=True)
    if overrides is None and (out / NAME).exists():
        overrides = out / NAME
    decisions = read(overrides) if overrides is not None else ()
    job = Job(
        sources=[str(one.path) for one in answered],
        out=str(out),
        device=device_of(device),
        kernel=kernel,
        full=isolation is Isolated.full,
        cell_limit=cell_limit,
        limit=limit,
        chosen=assignment is not None,
        language=language,
        offsets=_offsets(other_data, answered, secret, out),
        overrides=str(overrides) if overrides is not None else None,
    )
    reports: list[Report] = []
    with tempfile.TemporaryDirectory(prefix="grader-") as unpacked:
        with errors.status("reading what was handed in"):
            handins = receive(
                paths,
                Path(unpacked),
                answered,
                chosen=assignment is not None,
                pattern=pattern,
                listed=roster,
            )
        _name_attempts(handins)
        with _graded(job, handins, jobs or default_jobs(len(handins))) as (holds, graded):
            if holds != "full":
                errors.print(_WARNINGS[holds == "none"].format(holds), markup=False, soft_wrap=True)
            try:
                _show_progress(graded, len(handins), reports)
            except (KeyboardInterrupt, GraderError, OSError) as error:
                errors.print(
                    f"grader: stopped after {len(reports)} of {len(handins)}; they are written"
                )
                if isinstance(error, KeyboardInterrupt):
                    raise typer.Exit(130) from None
                raise
    for row in unused(decisions, reports):
        errors.print(f"grader: {overrides}: {row}", markup=False, soft_wrap=True)
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


@contextmanager
def _graded(
    job: Job, handins: Sequence[Handin], jobs: int
) -> Iterator[tuple[str, Generator[Report]]]:
    """Open a batch here, or workers for it; gives the isolation, and the reports as they come."""
    if jobs == 1:
        from grader.worker import open_batch

        batch = open_batch(job)
        reports = batch.grade(handins)
        try:
            yield str(batch.kind.isolation), reports
        finally:
            reports.close()
            batch.close()
        return
    from grader.jobs import Workers

    workers = Workers(job, min(jobs, max(1, len(handins))))
    reports = workers.grade(handins)
    try:
        yield workers.isolation, reports
    finally:
        reports.close()
        workers.close()


def _show_progress(graded: Iterator[Report], total: int, reports: list[Report]) -> None:
    """Show each report as it comes, and keep it: a bar on a terminal, plain lines elsewhere."""
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    started = time.monotonic()
    with Progress(*columns, console=errors, disable=not errors.is_terminal) as progress:
        task = progress.add_task("grading", total=total, rate="")
        for report in graded:
            reports.append(report)
            rate = len(reports) / max(time.monotonic() - started, 0.001)
            progress.update(task, advance=1, rate=f"{rate:.1f}/s")
            line = " ".join(strip_controls(_line(report)).split())
            progress.console.print(line, markup=False, soft_wrap=True)


def _pattern(text: str | None) -> re.Pattern[str] | None:
    if text is None:
        return None
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise UsageError(f"--student-pattern is no regular expression: {error}") from error
    if "student" not in pattern.groupindex:
        raise UsageError("--student-pattern needs a group called student, as in (?P<student>...)")
    return pattern


def _offsets(
    other_data: str, answered: Sequence[Assignment], secret: Path | None, out: Path
) -> dict[str, int]:
    """Return by how much seeds are shifted for other data, by assignment."""
    if other_data == "off":
        return {}
    if other_data == "on":
        if secret is not None and not secret.exists():
            line = f"grader: {secret} is not there: a new secret is drawn, and kept in it"
            errors.print(line, markup=False, soft_wrap=True)
        key = secrets.kept(secret or out / secrets.NAME)
        return {one.name: secrets.offset(key, one.digest) for one in answered}
    if not other_data.isdecimal() or not 0 < int(other_data) <= secrets.MAX_OFFSET:
        raise UsageError(f"--other-data is on, off, or a number from 1 to {secrets.MAX_OFFSET}")
    return dict.fromkeys((one.name for one in answered), int(other_data))


def _line(report: Report) -> str:
    name = f"{report.student} ({report.assignment})" if report.assignment else report.student
    if report.outcome != "graded":
        return f"{name}: {report.outcome}: {report.reason} [{report.source}]"
    return f"{name}: {report.score:g} of {report.max_score:g}"


def _exit_code(reports: Sequence[Report]) -> int:
    outcomes = {report.outcome for report in reports}
    return 3 if "needs review" in outcomes else 1 if "not graded" in outcomes else 0
