"""Marking what waits for a person: a table to fill in, or one answer after another."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands.app import app, tell
from grader.commands.held import CourseFile, Folder, Held, Overrides, Url
from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course.decision import Decision
    from grader.course.to_mark import ToMark

_WAITING = 1  # the exit code


@app.command(
    epilog="Examples: `grader mark`, `grader mark --table marking.csv`,"
    " `grader mark --read marking.csv --by AB`, `grader mark --ask --exercise why`."
)
def mark(
    out: Folder = Path("grades"),
    table: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False,
            help="Write a table with a row for each student and item of a rubric, to be filled in.",
        ),
    ] = None,
    read: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Take over what such a table has been filled in with."),
    ] = None,
    ask: Annotated[
        bool, typer.Option("--ask", help="Show one answer after another, and ask what it is worth.")
    ] = False,
    assignment: Annotated[
        str | None, typer.Option("-a", "--assignment", help="Of this one alone.")
    ] = None,
    exercise: Annotated[
        list[str] | None,
        typer.Option(metavar="EXERCISE", help="Of this one alone; may be repeated."),
    ] = None,
    marked: Annotated[
        bool, typer.Option("--all", help="With what is marked already, and how.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who marks; stands in overrides.csv.")] = "",
    overrides: Overrides = None,
    course: CourseFile = None,
    gradebook: Url = None,
) -> None:
    """Mark answers that wait for a person, by the items of their rubrics.

    What is decided stands in overrides.csv, as all that a person decides, and the reports, tables
    and the index are made again. Exit code 0: nothing waits. 1: something does.
    """
    if sum((table is not None, read is not None, ask)) > 1:
        raise UsageError("--table, --read and --ask are three ways to mark; choose one")
    held = Held(out, url=gradebook, file=course, overrides=overrides)
    held.database()
    if read is not None:
        _read(held, read, by)
    elif ask:
        _ask(held, _found(held, assignment, exercise, marked), by)
    elif table is not None:
        from grader.course import marking_table

        answers = _found(held, assignment, exercise, marked)
        try:
            number = marking_table.write(table, answers)
        except OSError as error:
            raise UsageError(f"{table} cannot be written: {error.strerror}") from error
        typer.echo(f"{table}: {number} rows of {len(answers)} answers; fill in `ticked` with x or")
        typer.echo(f"no, `score` where there is no item, then `grader mark --read {table}`")
    raise typer.Exit(_waiting(held))


def _found(
    held: Held, assignment: str | None, exercises: Sequence[str] | None, is_marked: bool
) -> list[ToMark]:
    from grader.course.to_mark import to_mark

    marks = held.marks()
    return [*to_mark(marks, assignment=assignment, exercises=exercises or (), is_marked=is_marked)]


def _read(held: Held, path: Path, by: str) -> None:
    """Take over a table, and say what of it could not be."""
    from grader.course import marking_table

    found = marking_table.read(path, _found(held, None, None, is_marked=True), by=by)
    for remark in found.remarks:
        tell(f"{path}: {remark}")
    new = _decide(held, found.decisions)
    typer.echo(
        f"{path}: {len(new)} answers marked anew, {len(found.decisions) - len(new)} as before"
    )


def _decide(held: Held, decisions: Sequence[Decision]) -> Sequence[Decision]:
    """Write decisions into the table of what people decide, and make all files again."""
    from grader.course import decisions_file
    from grader.course.lock import locked
    from grader.course.views import Views

    with locked(held.out):
        known = held.marks().table.decisions
        new = decisions_file.replaced(held.table, decisions, known=known)
        if new:
            held.refresh(Views(held.out, held.assignments))
    return new


def _ask(held: Held, answers: Sequence[ToMark], by: str) -> None:
    """Show answers one by one; what is decided is kept at once."""
    from grader.commands.marking_prompt import Stop, asked

    for number, one in enumerate(answers, start=1):
        try:
            decision = asked(one, number=number, of=len(answers), by=by)
        except Stop:
            break
        if decision is not None:
            _decide(held, [decision])


def _waiting(held: Held) -> int:
    """Say what waits; returns the exit code."""
    marks = held.marks()
    waits: Counter[tuple[str, str]] = Counter()
    students = set[str]()
    for standing in marks.standings():
        waits.update((standing.assignment or "", one.exercise) for one in standing.waiting)
        students |= {standing.student_id or standing.student} if standing.waiting else set()
    for (name, exercise), number in waits.items():
        typer.echo(f"{name}/{exercise}: {number} to mark")
    if not waits:
        typer.echo("nothing waits for a person")
        return 0
    of = "1 student" if len(students) == 1 else f"{len(students)} students"
    typer.echo(f"{waits.total()} to mark in all, of {of}")
    return _WAITING
