"""What a person should look at, worst first."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from grader.commands.app import app
from grader.commands.held import CourseFile, Folder, Held, Overrides, Url
from grader.errors import UsageError
from grader.reporting import terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model.review import ToReview

_SHOWN = (0, 1, 2, 3, 4, 5, 8)  # columns that fit on a terminal


@app.command(
    epilog="Examples: `grader review`, `grader review -o grades --csv review.csv`,"
    " `grader review --border 50 --border 75`."
)
def review(
    out: Folder = Path("grades"),
    csv: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write the table into this file, too.")
    ] = None,
    border: Annotated[
        list[float] | None,
        typer.Option(
            min=0,
            max=100,
            help="A border between two grades, in percent of the points; repeat it. Without it,"
            " those of course.toml.",
        ),
    ] = None,
    overrides: Overrides = None,
    course: CourseFile = None,
    gradebook: Url = None,
) -> None:
    """List what a person should look at, worst first.

    What needs review or has no score, claims of one student, what was right only for the data
    shown, what was guessed, what is late, or is near a border between grades. What a person has
    decided on is left out. Exit code 0: nothing to look at. 1: something is.
    """
    from grader.course.review import to_review
    from grader.course.review_table import as_csv

    held = Held(out, url=gradebook, file=course, overrides=overrides)
    marks = held.marks()
    held.tell_remarks(marks)
    borders = held.settings.borders
    if border:
        borders = replace(borders, shares=tuple(sorted(Fraction(str(one)) / 100 for one in border)))
    found = to_review(marks.standings(), close_to=borders.close_to)
    if csv is not None:
        try:
            csv.write_text(as_csv(found), encoding="utf-8-sig", errors="replace", newline="")
        except OSError as error:
            raise UsageError(f"{csv} cannot be written: {error.strerror}") from error
    if found:
        width = terminal.width()
        typer.echo(_table(found, width=width) + "\n")
    typer.echo(f"{len(found)} to look at" if found else "nothing to look at")
    raise typer.Exit(1 if found else 0)


def _table(found: Sequence[ToReview], *, width: int) -> str:
    """Return the table. width: of the terminal, in characters."""
    from grader.course.review_table import HEAD, cells

    made = Table(box=box.SIMPLE_HEAD)
    for place in _SHOWN:
        made.add_column(HEAD[place].replace("max_score", "of"), overflow="fold")
    for one in found:
        row = cells(one)
        made.add_row(*(terminal.cell(row[place]) for place in _SHOWN))
    return terminal.drawn(made, width=width)
