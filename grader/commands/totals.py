"""One number a student, for the whole course."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands.app import app, tell
from grader.commands.held import CourseFile, Folder, Held, Overrides, Url
from grader.errors import UsageError
from grader.reporting import terminal

if TYPE_CHECKING:
    from grader.course.settings import Settings

_NAMED = 10  # students whom a line names


@app.command(
    epilog="Examples: `grader totals`, `grader totals -o out --csv totals.csv`,"
    " `grader totals --at 2026-12-01`, `grader totals --at now`."
)
def totals(
    out: Folder = Path("grades"),
    csv: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write them into this file.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Count what is missing as 0 only where it was due by then: a date, a time, or"
            " `now`. Without it, in every assignment that somebody has a mark in.",
        ),
    ] = None,
    overrides: Overrides = None,
    course: CourseFile = None,
    gradebook: Url = None,
) -> None:
    """Add up the marks of each student: weights, and what is dropped, as course.toml has them.

    Exit code 0: all have a total. 1: some totals are open, since a score is.
    """
    from grader.course.remarks import unmatched
    from grader.reporting import totals as pages

    held = Held(out, url=gradebook, file=course, overrides=overrides)
    settings, marks = held.settings, held.marks()
    found = list(marks.totals(at=_moment(at, settings)))
    held.tell_remarks(marks)
    for line in unmatched(settings, ((one.student, one.student_id) for one in found)):
        tell(line)
    if csv is not None:
        pages.write(csv, found)
        typer.echo(f"totals: {csv}")
    else:
        width = terminal.width()
        typer.echo(pages.table(found, width=width))
    if still := [one.student for one in found if one.score is None]:
        more = f" and {len(still) - _NAMED} more" if len(still) > _NAMED else ""
        tell(f"{len(still)} of {len(found)} have no total yet: {', '.join(still[:_NAMED])}{more}")
        raise typer.Exit(1)


def _moment(text: str | None, settings: Settings) -> datetime | None:
    from grader.course.moments import moment

    if text is None:
        return None
    if text == "now":
        return datetime.now(UTC)
    for kind in (date, datetime):
        try:
            return moment(kind.fromisoformat(text), settings.timezone or UTC)
        except ValueError:
            continue
    raise UsageError(f"--at takes `now`, a date or a time, as 2026-12-01T18:00; not `{text}`")
