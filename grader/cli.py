"""The command line: arguments, progress, exit codes.

Heavy modules are imported inside the commands, so that `grader --help` answers at once.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Sequence
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from grader.errors import GraderError, UsageError

if TYPE_CHECKING:
    from grader.model.assignment import Assignment
    from grader.model.result import Report

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


def main() -> None:
    """Run the command line; what is wrong with its use is one line and exit code 2."""
    logging.disable(logging.CRITICAL)  # what matters is in reasons and results, not in the log
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # an end from outside writes too
    try:
        app()
    except (GraderError, OSError) as error:
        errors.print(f"grader: {error}", markup=False, soft_wrap=True)
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
    cell_limit: Annotated[
        float, typer.Option(min=1, help="Seconds a cell may take, where its exercise says nothing.")
    ] = 30.0,
    limit: Annotated[float, typer.Option(min=1, help="Seconds a submission may take.")] = 300.0,
) -> None:
    """Grade notebooks: write reports, results and a table of grades.

    Exit code 0: all graded. 1: some could not be graded. 2: wrong usage. 3: some need review.
    """
    from grader.batch import Batch
    from grader.execution.cold import COLD
    from grader.execution.kernel import Limits
    from grader.intake.receive import receive

    assignments = _assignments(assignment)
    if language is not None and not any(language in one.languages for one in assignments):
        raise UsageError(f"no assignment is in `{language}`")
    batch = Batch(
        assignments=assignments,
        out=out,
        kind=COLD,
        device=_device(device),
        limits=Limits(cell=cell_limit, submission=limit),
        chosen=assignment is not None,
        language=language,
    )
    handins = receive(paths)
    out.mkdir(parents=True, exist_ok=True)
    reports: list[Report] = []
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[student]}", markup=False),
    )
    with Progress(*columns, console=errors, disable=not errors.is_terminal) as progress:
        task = progress.add_task("grading", total=len(handins), student="")
        try:
            for report in batch.grade(handins):
                reports.append(report)
                progress.update(task, advance=1, student=report.student)
                progress.console.print(_line(report), markup=False, soft_wrap=True)
        except KeyboardInterrupt:
            errors.print(
                f"grader: stopped after {len(reports)} of {len(handins)}; they are written"
            )
            raise typer.Exit(130) from None
    typer.echo(f"index:   {out / 'index.html'}")
    typer.echo(f"table:   {out / 'grades.csv'}")
    typer.echo(f"reports: {out / 'feedback'}")
    raise typer.Exit(_exit_code(reports))


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
    from grader.execution.cold import COLD
    from grader.reference import prepare

    stale = []
    for name in names or (None,):
        for assignment in _assignments(name):
            reference = prepare(assignment, kind=COLD, device="cpu")
            for language, cells in reference.released.items():
                path = out / language / f"{assignment.name}.ipynb"
                text = write(assignment, cells, language)
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
