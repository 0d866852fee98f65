"""What was found earlier: what changed between two runs, and how a student's marks came about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands.app import app
from grader.commands.held import CourseFile, Folder, Held, Url
from grader.errors import UsageError
from grader.reporting import terminal
from grader.reporting.controls import strip_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course.store.past import PastRun


@app.command(
    epilog="Examples: `grader diff`, `grader diff 2 5`, `grader diff --page changes.html`,"
    " `grader diff 3 --csv changes.csv`."
)
def diff(
    before: Annotated[
        int | None,
        typer.Argument(help="The number of a run, as `grader diff --runs` lists them."),
    ] = None,
    after: Annotated[
        int | None, typer.Argument(help="Of a later one; the last without it.")
    ] = None,
    out: Folder = Path("grades"),
    course: CourseFile = None,
    gradebook: Url = None,
    table: Annotated[
        Path | None, typer.Option("--csv", help="Write a table of all changed checks.")
    ] = None,
    page: Annotated[Path | None, typer.Option(help="Write a page, for the staff.")] = None,
    runs: Annotated[bool, typer.Option("--runs", help="List the runs.")] = False,
) -> None:
    """Show whose marks the last run changed, from what to what, and by which checks.

    Without a number the last run that graded something is compared with what was there before it.
    What people decided, and what lateness takes, is not in it.
    """
    from grader.course.differences import between
    from grader.course.store import past
    from grader.reporting import differences

    held = Held(out, url=gradebook, file=course)
    database = held.database()
    known = past.runs(database)
    if runs:
        for run in known:
            typer.echo(strip_controls(_run(run)))
        return
    first, last = _compared(known, before, after)
    found = list(between(database, held.marks(), first, last))
    if found:
        typer.echo(strip_controls(differences.table(found, width=terminal.width())))
    typer.echo(f"run {first} to run {last}: {differences.summary(found)}")
    if table is not None:
        differences.write_table(table, found)
        typer.echo(f"table: {table}")
    if page is not None:
        differences.write_page(page, found)
        typer.echo(f"page: {page}")


@app.command(epilog="Examples: `grader history 'Anna Petrova'`, `grader history 12345 -o out`.")
def history(
    student: Annotated[str, typer.Argument(help="A name or an id, as in grades.csv.")],
    out: Folder = Path("grades"),
    course: CourseFile = None,
    gradebook: Url = None,
) -> None:
    """Tell a student's marks, when and why they were found, and by which checks they changed."""
    from grader.course.history import lines

    for line in lines(Held(out, url=gradebook, file=course).database(), student):
        typer.echo(strip_controls(line))


def _compared(known: Sequence[PastRun], before: int | None, after: int | None) -> tuple[int, int]:
    """Return the runs after which marks are compared; 0 for before all of them."""
    numbers = [run.number for run in known]
    for number in (before, after):
        if number is not None and number not in numbers:
            there = ", ".join(map(str, numbers)) or "none"
            raise UsageError(f"there is no run {number}; there are {there}")
    last = after
    if last is None:  # one that found nothing to do has changed nothing
        last = max((run.number for run in known if run.graded), default=0)
    first = before if before is not None else max((n for n in numbers if n < last), default=0)
    if first >= last > 0:
        raise UsageError(f"run {first} is not before run {last}: name the earlier one first")
    return first, last


def _run(run: PastRun) -> str:
    ended = "" if run.ended_at is not None else "  (stopped)"
    started = run.started_at.astimezone().strftime("%Y-%m-%d %H:%M")
    graded = f"{run.graded} graded"
    return f"{run.number:>4}  {started}  {graded:>12}  grader {' '.join(run.command)}{ended}"
