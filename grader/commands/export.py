"""Marks on their way to other systems."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands.app import app, named, tell
from grader.commands.held import CourseFile, Folder, Held, Overrides, Url
from grader.errors import UsageError
from grader.exchange.registry import EXPORTS

if TYPE_CHECKING:
    from grader.exchange.export import Export


@app.command(
    epilog="Formats: "
    + "; ".join(f"{one.name}, {one.title}" for one in EXPORTS)
    + ". Examples: `grader export csv`, `grader export moodle Grades-ML-Lab1.csv -a lab1`,"
    " `grader export canvas gradebook.csv -a lab1 --column 'Lab 1 (4711)'`,"
    " `grader export feedback --to texts`."
)
def export(
    format: Annotated[
        str, typer.Argument(metavar="FORMAT", help=", ".join(one.name for one in EXPORTS))
    ],
    template: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="The file of the other system's to fill in."),
    ] = None,
    out: Folder = Path("grades"),
    to: Annotated[
        Path | None, typer.Option(help="The file or folder to write; OUT/exports/… without it.")
    ] = None,
    assignment: Annotated[
        str | None, typer.Option("-a", "--assignment", help="The only one that is exported.")
    ] = None,
    column: Annotated[
        str, typer.Option(help="What the other system calls the assignment, or its number there.")
    ] = "",
    scale: Annotated[
        bool,
        typer.Option("--scale", help="Scale scores where the other system has another maximum."),
    ] = False,
    overrides: Overrides = None,
    course: CourseFile = None,
    gradebook: Url = None,
) -> None:
    """Write marks and feedback in the form that another system takes.

    Exported is what counts: after what people decided, and after lateness and rounding. Who has no
    score yet is left out, never 0, and named. Exit code 1 where somebody is.
    """
    from grader.exchange.export import Request

    chosen = named(EXPORTS, format, "format")
    if chosen.needs and template is None:
        raise UsageError(f"`grader export {chosen.name} FILE` fills in a file: {chosen.needs}")
    if template is not None and not chosen.needs:
        raise UsageError(f"`grader export {chosen.name}` fills in no file; leave out {template}")
    held = Held(out, url=gradebook, file=course, overrides=overrides)
    marks = held.marks()
    held.tell_remarks(marks)
    path = to or out / "exports" / _name(chosen, assignment, template)
    if template is not None and path.exists() and path.samefile(template):
        raise UsageError(f"{path} would be overwritten; name another file with --to")
    path.parent.mkdir(parents=True, exist_ok=True)
    request = Request(to=path, assignment=assignment, template=template, column=column, scale=scale)
    made = chosen.write(marks, request)
    for line in made.remarks:
        tell(line)
    rows = "1 row" if made.rows == 1 else f"{made.rows} rows"
    typer.echo(f"{chosen.name}: {rows} in {path}")
    for more in made.files if len(made.files) < 4 else ():
        if more != path:
            typer.echo(f"and {more}")
    raise typer.Exit(1 if made.remarks else 0)


def _name(chosen: Export, assignment: str | None, template: Path | None) -> str:
    """Return what the file is called where nobody says."""
    if template is not None:  # another system may know it by that
        return template.name
    parts = [chosen.name, *([assignment] if assignment else [])]
    return "-".join(parts) + chosen.suffix
