"""What a person should look at, worst first."""

from __future__ import annotations

import io
import shutil
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from grader.commands.app import app, errors
from grader.errors import UsageError
from grader.reporting.controls import strip_controls

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.course.review import ToReview
    from grader.model.standing import Standing

WIDEST = 160  # characters of a table that is not read on a terminal
_NEAR = Fraction(1, 50)  # of the points
_SHOWN = (0, 1, 2, 3, 4, 5, 8)  # columns that fit on a terminal


@app.command(
    epilog="Examples: `grader review`, `grader review -o grades --csv review.csv`,"
    " `grader review --border 50 --border 75`."
)
def review(
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder of a run.")] = Path("grades"),
    csv: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write the table into this file, too.")
    ] = None,
    border: Annotated[
        list[float] | None,
        typer.Option(
            min=0, max=100, help="A border between two grades, in percent of the points; repeat it."
        ),
    ] = None,
) -> None:
    """List what a person should look at, worst first.

    What needs review, claims of one student, what was right only for the data shown, what was
    guessed, what is late, has several attempts, or is within 2 % of a border between grades. What a
    person has decided on is left out. Exit code 0: nothing to look at. 1: something is.
    """
    from grader.course.review import to_review
    from grader.course.review_table import as_csv
    from grader.course.standings import open_standings

    marks = open_standings(out)
    for line in marks.remarks:
        errors.print(strip_controls(f"grader: {line}"), markup=False, soft_wrap=True)
    found = to_review(marks.standings, close_to=_close_to(border or ()))
    if csv is not None:
        try:
            csv.write_text(as_csv(found), encoding="utf-8-sig", errors="replace", newline="")
        except OSError as error:
            raise UsageError(f"{csv} cannot be written: {error.strerror}") from error
    if found:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDEST
        typer.echo(_table(found, width=width) + "\n")
    typer.echo(f"{len(found)} to look at" if found else "nothing to look at")
    raise typer.Exit(1 if found else 0)


def _close_to(percents: Sequence[float]) -> Callable[[Standing], Fraction | None]:
    """Return what tells which border a mark is near to, the nearest."""
    shares = [Fraction(str(percent)) / 100 for percent in percents]

    def close_to(standing: Standing) -> Fraction | None:
        if standing.final is None or not standing.max_score:
            return None
        share = Fraction(str(standing.final)) / Fraction(str(standing.max_score))
        found = min(shares, key=lambda border: abs(border - share), default=None)
        return found if found is not None and abs(found - share) <= _NEAR else None

    return close_to


def _table(found: Sequence[ToReview], *, width: int) -> str:
    """Return the table. width: of the terminal, in characters."""
    from grader.course.review_table import HEAD, cells

    made = Table(box=box.SIMPLE_HEAD)
    for place in _SHOWN:
        made.add_column(HEAD[place].replace("max_score", "of"), overflow="fold")
    for one in found:
        row = cells(one)
        made.add_row(*(strip_controls(row[place]).replace("[", r"\[") for place in _SHOWN))
    console = Console(file=io.StringIO(), width=width)
    with console.capture() as capture:
        console.print(made)
    return "\n".join(line.rstrip() for line in capture.get().rstrip().split("\n"))
