"""An answer on a terminal, and what a person says to it."""

import re
import textwrap

import typer

from grader.course.decision import Decision
from grader.course.decisions_table import number as number_of
from grader.course.marking_table import decision
from grader.course.to_mark import ToMark
from grader.model.result import points_text
from grader.reporting.controls import strip_controls

_WIDTH = 88  # characters of a line


class Stop(Exception):
    """A person wants to stop."""


def asked(one: ToMark, *, number: int, of: int, by: str) -> Decision | None:
    """Show an answer and ask what it is worth; None where it is left for later. Raises Stop."""
    _show(one, number, of)
    result = one.result
    if result.rubric:
        said = _prompt("items that hold (as 1 3; 0 for none, s: later, q: stop)", one)
    else:
        most = points_text(result.max_score)
        said = _prompt(f"points, of {most} (s: later, q: stop)", one)
    if said is None:
        return None
    comment = typer.prompt("comment for the student", default="", show_default=False)
    ticked = [result.rubric[place].name for place in said[0]] if result.rubric else None
    return decision(one, ticked=ticked, score=said[1], comment=comment.strip(), by=by)


def _show(one: ToMark, number: int, of: int) -> None:
    standing, result = one.standing, one.result
    whose = " ".join(filter(None, (standing.student, standing.student_id)))
    typer.echo(f"\n── {number} of {of}: {_plain(whose)}, {standing.assignment}/{result.exercise}")
    typer.echo(_plain(result.title) + "\n")
    for line in one.answer.splitlines():
        typer.echo("\n".join(textwrap.wrap(_plain(line), _WIDTH) or [""]))
    typer.echo()
    for place, item in enumerate(result.rubric, start=1):
        sign = {True: "x", False: " ", None: " "}[item.is_ticked]
        typer.echo(f"  [{sign}] {place}  {item.text} ({points_text(item.points)})")


def _prompt(question: str, one: ToMark) -> tuple[list[int], float | None] | None:
    """Return the places of the items that hold, or a score; None for later. Raises Stop."""
    while True:
        said = typer.prompt(question).strip().casefold()
        if said in ("q", "quit"):
            raise Stop
        if said in ("s", "skip"):
            return None
        try:
            return _understood(said, one)
        except ValueError as error:
            typer.echo(f"  {error}")


def _understood(said: str, one: ToMark) -> tuple[list[int], float | None]:
    """Return what was said. Raises ValueError."""
    if not one.result.rubric:
        score = number_of(said)
        if score > one.result.max_score:
            raise ValueError(f"there are {points_text(one.result.max_score)} points")
        return [], score
    if said == "0":
        return [], None
    parts = re.findall(r"[^\s,;]+", said)
    places = [int(part) - 1 for part in parts if part.isdecimal()]
    if len(places) < len(parts) or not all(0 <= place < len(one.result.rubric) for place in places):
        raise ValueError(f"write numbers from 1 to {len(one.result.rubric)}")
    return places, None


def _plain(text: str) -> str:
    return strip_controls(text)
