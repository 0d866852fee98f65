"""What the grader understands of `course.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands import course_overview as overview
from grader.commands.app import SOURCES, app, tell
from grader.errors import GraderError
from grader.reporting import terminal
from grader.reporting.controls import strip_controls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.course.settings import Settings


commands = typer.Typer(
    help="The settings of a course, course.toml.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(commands, name="course")


@commands.callback()
def _group() -> None:
    """Hold the commands together; with one command alone there would be no name for it."""


@commands.command(epilog="Examples: `grader course check`, `grader course check my/course.toml`.")
def check(
    path: Annotated[Path, typer.Argument(metavar="[FILE]")] = Path("course.toml"),
) -> None:
    """Show what was understood: dates in their zone, rules, weights, extensions.

    Exit code 0: nothing looks wrong. 1: something matches nothing. 2: the file has faults.
    """
    from grader.course.course_file import load

    settings = load(path)
    width = terminal.width()
    for line in overview.about(settings):
        typer.echo(strip_controls(line))
    typer.echo(overview.table(settings, width=width))
    remarks = [*_remarks(settings)]
    for line in remarks:
        tell(line)
    typer.echo(f"{path}: {len(remarks)} to look at" if remarks else f"{path}: nothing looks wrong")
    raise typer.Exit(1 if remarks else 0)


def _remarks(settings: Settings) -> Iterator[str]:
    """Yield what is named and is not there."""
    from grader.authoring.source import load
    from grader.course import remarks
    from grader.intake import roster

    folder = settings.sources or SOURCES
    paths = sorted(path for path in folder.glob("*") if path.suffix in (".py", ".ipynb"))
    if not paths:
        yield f"there is no source in {folder}/"
    names = []
    for path in paths:
        try:
            names.append(load(path).name)
        except GraderError as error:
            names.append(path.stem)
            yield str(error)
    if names:
        yield from remarks.unknown(settings, names)
    if settings.roster is None:
        return
    try:
        students = roster.read(settings.roster)
    except GraderError as error:
        yield str(error)
        return
    yield from remarks.unmatched(settings, ((one.name, one.id, *one.others) for one in students))
