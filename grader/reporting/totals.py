"""One number a student: as a table for the terminal, and as a CSV file."""

from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.table import Table

from grader import spreadsheet
from grader.model.result import points_text
from grader.model.standing import Total
from grader.reporting import terminal

OPEN = "?"  # on the terminal; a cell of a file is empty


def write(path: Path, totals: Sequence[Total]) -> None:
    """Write a row for each student, with a column for each assignment.

    What does not count for a student is empty, as are scores that are still open.
    """
    assignments = _assignments(totals)
    with spreadsheet.table(path) as write_row:
        write_row(["student", "id", *assignments, "dropped", "total", "max_total", "comment"])
        for one in totals:
            row = [
                one.student,
                one.student_id or "",
                *(points_text(one.finals.get(name)) for name in assignments),
                ", ".join(one.dropped),
                points_text(one.score),
                points_text(one.max_score),
                one.comment,
            ]
            write_row(row)


def table(totals: Sequence[Total], *, width: int) -> str:
    """Return the table of totals; what is dropped stands in brackets, and `?` is still open.

    width: of the terminal, in characters.
    """
    assignments = _assignments(totals)
    made = Table(box=box.SIMPLE_HEAD)
    for head in ("student", "id"):
        made.add_column(head, overflow="fold")
    for head in (*assignments, "total", "of"):
        made.add_column(terminal.cell(head), justify="right", overflow="fold")
    for one in totals:
        row = (
            one.student,
            one.student_id or "",
            *(_cell(one, name) for name in assignments),
            OPEN if one.score is None else points_text(one.score),
            OPEN if one.max_score is None else points_text(one.max_score),
        )
        made.add_row(*map(terminal.cell, row))
    return terminal.drawn(made, width=width)


def _assignments(totals: Sequence[Total]) -> list[str]:
    """Return the assignments of all rows, each once, in the order of the fullest ones."""
    rows = sorted(totals, key=lambda one: -len(one.finals))
    return [*dict.fromkeys(name for one in rows for name in one.finals)]


def _cell(total: Total, assignment: str) -> str:
    if assignment not in total.finals:
        return ""
    final = total.finals[assignment]
    told = OPEN if final is None else points_text(final)
    return f"({told})" if assignment in total.dropped else told
