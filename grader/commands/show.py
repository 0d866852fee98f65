"""A student's report, where one is: on the terminal, as Markdown, as a PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands.app import app
from grader.commands.held import CourseFile, Folder, Held, Overrides, Url
from grader.errors import UsageError
from grader.reporting.controls import strip_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course.marks import CourseMarks
    from grader.model.standing import Standing


@app.command(
    epilog="Examples: `grader show 'Anna Petrova'`, `grader show 12345 -a tensors --markdown`,"
    " `grader show 12345 -a tensors --pdf report.pdf`."
)
def show(
    student: Annotated[str, typer.Argument(help="A name or an id, as in grades.csv.")],
    assignment: Annotated[
        str | None, typer.Option("-a", "--assignment", help="The only one that is shown.")
    ] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="The whole report, as Markdown for comment boxes.")
    ] = False,
    pdf: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False, help="Write the report as a PDF, by a browser of this machine."
        ),
    ] = None,
    out: Folder = Path("grades"),
    overrides: Overrides = None,
    course: CourseFile = None,
    gradebook: Url = None,
) -> None:
    """Show what a student's report says first: the score, what is right, where to start.

    It tells what the student is told, and nothing more.
    """
    from grader.reporting import first_card
    from grader.reporting import markdown as as_markdown
    from grader.reporting import pdf as pdfs

    held = Held(out, url=gradebook, file=course, overrides=overrides)
    marks = held.marks()
    found = _rows(marks, student, assignment)
    if pdf is not None:
        pdfs.write(marks.page(_only(found)), pdf)
        typer.echo(f"pdf: {pdf}")
        return
    for place, one in enumerate(found):
        typer.echo("\n" if place else "", nl=False)
        told, in_course = marks.told(one), marks.in_course(one)
        if markdown:
            typer.echo(as_markdown.report(told, in_course), nl=False)
            continue
        card = first_card.first_card(told, in_course)
        typer.echo(strip_controls(first_card.text(card)))
        typer.echo(f"report: {held.report(one)}")


def _rows(marks: CourseMarks, who: str, assignment: str | None) -> Sequence[Standing]:
    """Return the rows of a student, by id, else by name. Raises UsageError where there is none."""
    from grader.course.faults import meant
    from grader.course.policy import same

    rows = list(marks.standings())
    by_id = [
        one for one in rows if one.student_id is not None and same(one.student_id) == same(who)
    ]
    found = by_id or [one for one in rows if same(one.student) == same(who)]
    if not found:
        near = meant(who, [*{one.student for one in rows}])
        raise UsageError(f"nobody in the gradebook is called `{who}`, or has it as an id{near}")
    chosen = [one for one in found if assignment in (None, one.assignment)]
    if not chosen:
        there = ", ".join(sorted(str(one.assignment or "none that is known") for one in found))
        raise UsageError(f"`{who}` has nothing of `{assignment}` (there: {there})")
    return chosen


def _only(found: Sequence[Standing]) -> Standing:
    """Return the one row. Raises UsageError where there are several."""
    if len(found) > 1:
        there = ", ".join(str(one.assignment) for one in found)
        raise UsageError(
            f"a PDF is of one report, and there are several ({there}): name one with -a"
        )
    return found[0]
