"""Which hand-ins of a course are written alike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from grader.commands.app import app, assignments, errors, tell
from grader.commands.held import CourseFile, Folder, Held, Url
from grader.reporting import terminal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.course.marks import CourseMarks
    from grader.model.assignment import Assignment
    from grader.model.resemblance import Survey

_NAMED = 20  # couples of students that the terminal shows


@app.command(
    epilog="Examples: `grader similar`, `grader similar -o out`, `grader similar -a tensors`."
)
def similar(
    out: Folder = Path("grades"),
    assignment: Annotated[
        str | None,
        typer.Option(
            "-a",
            "--assignment",
            help="Compare what answers this one, a name from reference/ or a source's path.",
        ),
    ] = None,
    course: CourseFile = None,
    gradebook: Url = None,
) -> None:
    """Find hand-ins that are written alike, as a lead for a person, never a verdict.

    Names, numbers, comments, layout and the order of cells make no difference; what was released,
    what many write and what the course's own solutions write counts nothing. Nothing is run, and
    nothing leaves the machine. Writes OUT/similar.html, with both codes side by side, and the same
    as similar.csv and similar.json. Exit code 0: nothing is worth a look. 1: something is.
    """
    from grader.course.class_overview import language_of
    from grader.course.lock import locked
    from grader.course.views import Views
    from grader.reporting import similar as pages

    held = Held(out, url=gradebook, file=course)
    marks = held.marks()
    by_name = {one.name: one for one in assignments(assignment, course)}
    with errors.status("comparing what was handed in"):
        compared = [one for one in marks.standings() if one.assignment in by_name]
        language = language_of(compared, marks.settings.language)
        found = _surveys(held, marks, by_name, language, is_all=assignment is None)
        pages.write(out, found, language)
        if (out / "index.html").is_file():  # it is to have a link to the page
            with locked(out):
                Views(out, by_name.values).write_index(marks)
    couples = [(survey, couple) for survey in found for couple in survey.couples]
    if couples:
        typer.echo(_table(found, width=terminal.width()) + "\n")
    pairs = "1 pair" if len(couples) == 1 else f"{len(couples)} pairs"
    typer.echo(f"{pairs} of students worth a look" if couples else "nothing is worth a look")
    typer.echo(f"page:  {out / 'similar.html'}")
    raise typer.Exit(1 if couples else 0)


def _surveys(
    held: Held,
    marks: CourseMarks,
    by_name: Mapping[str, Assignment],
    language: str,
    *,
    is_all: bool,
) -> list[Survey]:
    from grader.course.answers import answered, answers
    from grader.resemblance.survey import survey

    there = answered(marks)
    for name in sorted(there - by_name.keys()) if is_all else ():
        tell(
            f"{name} is not compared: without its source nobody knows what was released;"
            " name it by -a"
        )
    return [
        survey(one, list(answers(held.database(), marks, name)), language)
        for name, one in by_name.items()
        if name in there
    ]


def _table(found: Sequence[Survey], *, width: int) -> str:
    """Return the table of students. width: of the terminal, in characters."""
    made = Table(box=box.SIMPLE_HEAD)
    for head in ("students", "assignment", "exercises that are alike", "share"):
        made.add_column(head, overflow="fold")
    for survey in found:
        for couple in survey.couples[:_NAMED]:
            row = (
                "\n".join(one.student for one in couple.students),
                survey.assignment,
                ", ".join(pair.exercise for pair in couple.pairs),
                f"{int(100 * couple.pairs[0].share)} %",
            )
            made.add_row(*map(terminal.cell, row))
    return terminal.drawn(made, width=width)
