"""`grades.csv`: one row a student and assignment."""

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path

from grader.atomic import written
from grader.model.standing import Standing
from grader.spreadsheet import harmless

_HEAD = ("student", "id", "assignment", "outcome", "score", "max_score", "handed_in", "late")


def write(path: Path, standings: Callable[[], Iterable[Standing]]) -> None:
    """Write the table; an exercise's column is empty where a submission has no score for it.

    standings: gives the rows, each time from the first. handed_in and late are empty where the
    platform does not tell them.
    With more than one assignment the columns are named `assignment/exercise`. A row is one line,
    and no cell a formula.
    """
    columns: dict[tuple[str | None, str], None] = {}
    for standing in standings():
        columns.update(
            dict.fromkeys((standing.assignment, one.exercise) for one in standing.exercises)
        )
    several = len({assignment for assignment, _ in columns}) > 1
    named = [f"{assignment}/{name}" if several else name for assignment, name in columns]
    path.parent.mkdir(parents=True, exist_ok=True)
    with written(path, durable=True) as raw:
        # The mark at the start is for Excel.
        file = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
        table = csv.writer(file)
        table.writerow(map(harmless, [*_HEAD, *named, "reason"]))
        for standing in standings():
            table.writerow(map(harmless, _row(standing, columns)))
        file.detach()


def _row(standing: Standing, columns: Iterable[tuple[str | None, str]]) -> Iterable[str]:
    scores = {
        (standing.assignment, one.exercise): one.score
        for one in standing.exercises
        if one.outcome != "not graded here" or one.is_decided
    }
    return (
        standing.student,
        standing.student_id or "",
        standing.assignment or "",
        standing.outcome,
        _number(standing.final),
        _number(standing.max_score),
        standing.handed_in or "",
        {True: "yes", False: "no", None: ""}[standing.late],
        *(_number(scores.get(key)) for key in columns),
        standing.reason or "",
    )


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:g}"
