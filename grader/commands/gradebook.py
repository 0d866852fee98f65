"""The gradebook that a command works with: opened by its URL, or in the folder of results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands.app import app

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from grader.course.marks import CourseMarks

Url = Annotated[
    str | None,
    typer.Option(
        "--gradebook",
        metavar="URL",
        help="The database that keeps what was graded, as postgresql://user@host/name; without it"
        " OUT/gradebook.db, which is SQLite's.",
    ),
]
Results = Annotated[
    Path, typer.Option("-o", "--out", help="The folder that `grader grade` wrote to.")
]


def open_database(out: Path, url: str | None) -> Engine:
    """Return the database of a gradebook. Raises UsageError where there is none, and NotKept."""
    from grader.course.store.database import beside, opened

    return opened(url or beside(out), create=False)


def open_marks(out: Path, url: str | None) -> CourseMarks:
    """Return the marks in a gradebook. Raises UsageError where there is none, and NotKept."""
    from grader.course.marks import CourseMarks

    return CourseMarks(open_database(out, url))


@app.command(epilog="Examples: `grader tables`, `grader tables -o out`.")
def tables(out: Results = Path("grades"), gradebook: Url = None) -> None:
    """Make the table, the index and the reports again from the gradebook: nothing is graded."""
    from grader.course.lock import locked
    from grader.course.views import Views

    marks = open_marks(out, gradebook)
    with locked(out):
        Views(marks, out).refresh()
    show(out)


def show(out: Path) -> None:
    """Say where the files are."""
    typer.echo(f"index:   {out / 'index.html'}")
    typer.echo(f"table:   {out / 'grades.csv'}")
    typer.echo(f"reports: {out / 'feedback'}")
