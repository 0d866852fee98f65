"""The command line: arguments, progress, exit codes.

Heavy modules are imported inside the commands, so that `grader --help` answers at once.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from grader.errors import GraderError, UsageError
from grader.reporting.controls import strip_controls

if TYPE_CHECKING:
    from grader.jobs import Job
    from grader.model.assignment import Assignment
    from grader.model.result import Report
    from grader.model.submission import Handin

app = typer.Typer(
    help="Grade PyTorch exercise notebooks against a reference solution.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
errors = Console(stderr=True, highlight=False)

SOURCES = Path("reference")
RELEASED = Path("assignments")


class Device(StrEnum):
    """Where student and reference code runs."""

    cpu = "cpu"
    cuda = "cuda"
    auto = "auto"


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


def main() -> None:
    """Run the command line; what is wrong with its use is one line and exit code 2."""
    logging.disable(logging.CRITICAL)  # what matters is in reasons and results, not in the log
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # an end from outside writes too
    try:
        app()
    except (GraderError, OSError) as error:
        errors.print(f"grader: {strip_controls(str(error))}", markup=False, soft_wrap=True)
        raise SystemExit(2) from None


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tensorgrader {version('tensorgrader')}")
        raise typer.Exit


@app.callback()
def _common(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


@app.command(
    epilog="Examples: `grader grade submissions/`, `grader grade one.ipynb -a gradient_descent`,"
    " `grader grade downloads/ -a my/source.py -o out --device cuda`."
)
def grade(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Notebooks, or folders of them.")
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
        float, typer.Option(min=1, help="Seconds a cell may take, where its exercise says nothing.")
    ] = 30.0,
    limit: Annotated[float, typer.Option(min=1, help="Seconds a submission may take.")] = 300.0,
) -> None:
    """Grade notebooks: write reports, results and a table of grades.

    Exit code 0: all graded. 1: some could not be graded. 2: wrong usage. 3: some need review.
    """
    from grader.intake.receive import receive
    from grader.jobs import Job, default_jobs

    assignments = _assignments(assignment)
    if language is not None and not any(language in one.languages for one in assignments):
        raise UsageError(f"no assignment is in `{language}`")
    handins = receive(paths)
    out.mkdir(parents=True, exist_ok=True)
    job = Job(
        sources=[str(one.path) for one in assignments],
        out=str(out),
        device=_device(device),
        kernel=kernel,
        full=isolation is Isolated.full,
        cell_limit=cell_limit,
        limit=limit,
        chosen=assignment is not None,
        language=language,
    )
    reports: list[Report] = []
    with _graded(job, handins, jobs or default_jobs(len(handins))) as (holds, graded):
        if holds != "full":
            errors.print(_WARNINGS[holds == "none"].format(holds), markup=False, soft_wrap=True)
        try:
            _show_progress(graded, len(handins), reports)
        except KeyboardInterrupt:
            errors.print(
                f"grader: stopped after {len(reports)} of {len(handins)}; they are written"
            )
            raise typer.Exit(130) from None
    typer.echo(f"index:   {out / 'index.html'}")
    typer.echo(f"table:   {out / 'grades.csv'}")
    typer.echo(f"reports: {out / 'feedback'}")
    raise typer.Exit(_exit_code(reports))


@contextmanager
def _graded(
    job: Job, handins: Sequence[Handin], jobs: int
) -> Iterator[tuple[str, Generator[Report]]]:
    """Open a batch here, or workers for it; gives the isolation, and the reports as they come."""
    from grader.jobs import Workers, open_batch

    if jobs == 1:
        batch = open_batch(job)
        reports = batch.grade(handins)
        try:
            yield str(batch.kind.isolation), reports
        finally:
            reports.close()
            batch.kind.close()
        return
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


@app.command(epilog="Example: `grader doctor`.")
def doctor() -> None:
    """Say what works on this machine: torch, CUDA, kernels, isolation."""
    import platform

    import torch

    from grader.errors import KernelFailed
    from grader.execution.choose import open_kind
    from grader.inside.confine import MEASURES

    system = f"{platform.system()} {platform.release()}"
    typer.echo(f"python     {platform.python_version()} on {system}")
    typer.echo(f"torch      {torch.__version__}")
    cuda = torch.cuda.get_device_name() if torch.cuda.is_available() else "no device"
    typer.echo(f"CUDA       {cuda}")
    if platform.system() != "Linux":
        typer.echo("kernels    cold\nisolation  none: it needs Linux")
        return
    try:
        kind = open_kind("warm", "cpu")
    except KernelFailed as error:
        typer.echo(f"kernels    cold ({error})\nisolation  none")
        raise typer.Exit(1) from None
    kind.close()
    typer.echo(f"kernels    warm, cold\nisolation  {kind.isolation.level}")
    for measure in MEASURES:
        reason = kind.isolation.missing.get(measure)
        if measure == "another user" and os.geteuid() != 0:
            typer.echo(f"  --   {measure}: only root needs one")
        else:
            told = f": {reason}" if reason else ""
            typer.echo(f"  {'no ' if reason else 'yes'}  {measure}{told}")
    raise typer.Exit(0 if kind.isolation.level == "full" else 1)


@app.command(
    epilog="Examples: `grader build`, `grader build gradient_descent`, `grader build --check`."
)
def build(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME...]", help="Names from reference/; all without any."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail where a notebook is stale.")
    ] = False,
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder to write to.")] = RELEASED,
) -> None:
    """Write the notebooks that students get, made from the sources."""
    from grader.authoring.release import write
    from grader.execution.choose import open_kind
    from grader.reference import prepare

    stale = []
    assignments = [one for name in names or (None,) for one in _assignments(name)]
    with closing(open_kind(None, "cpu")) as kind:
        references = [prepare(assignment, kind=kind, device="cpu") for assignment in assignments]
    for reference in references:
        for language, cells in reference.released.items():
            path = out / language / f"{reference.assignment.name}.ipynb"
            text = write(reference.assignment, cells, language)
            if path.exists() and path.read_text(encoding="utf-8") == text:
                typer.echo(f"{path}: current")
                continue
            stale.append(path)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            typer.echo(f"{path}: {'stale; run `grader build`' if check else 'written'}")
    if check and stale:
        raise typer.Exit(1)


def _assignments(named: str | None) -> list[Assignment]:
    from grader.authoring.source import load

    if named is not None and Path(named).is_file():
        return [load(Path(named))]
    sources = sorted(path for path in SOURCES.glob("*") if path.suffix in (".py", ".ipynb"))
    if named is None:
        if not sources:
            raise UsageError(f"there is no source in {SOURCES}/; name one with -a PATH")
        loaded = [load(path) for path in sources]
        names = [one.name for one in loaded]
        if twice := {name for name in names if names.count(name) > 1}:
            raise UsageError(f"two sources in {SOURCES}/ are named `{min(twice)}`; rename one")
        return loaded
    for path in sources:
        if path.stem == named:
            return [load(path)]
    known = ", ".join(path.stem for path in sources) or "nothing"
    raise UsageError(f"`{named}` is neither a file nor a name from {SOURCES}/ (there: {known})")


def _device(wanted: Device) -> str:
    if wanted is Device.cpu:
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if wanted is Device.cuda:
        raise UsageError("there is no CUDA device here; leave --device out, or use --device auto")
    return "cpu"


def _line(report: Report) -> str:
    name = f"{report.student} ({report.assignment})" if report.assignment else report.student
    if report.outcome != "graded":
        return f"{name}: {report.outcome}: {report.reason} [{report.source}]"
    return f"{name}: {report.score:g} of {report.max_score:g}"


def _exit_code(reports: Sequence[Report]) -> int:
    outcomes = {report.outcome for report in reports}
    return 3 if "needs review" in outcomes else 1 if "not graded" in outcomes else 0
