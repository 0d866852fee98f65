"""`grades.csv`: one row a submission."""

import csv
from collections.abc import Sequence
from pathlib import Path

from grader.model.result import Report, is_open
from grader.spreadsheet import harmless


def write(path: Path, reports: Sequence[Report]) -> None:
    """Write the table; an exercise's column is empty where a submission has no score for it.

    handed_in and late are empty where the platform does not tell them.
    With more than one assignment the columns are named `assignment/exercise`. A row is one line,
    and no cell a formula.
    """
    several = len({report.assignment for report in reports if report.exercises}) > 1
    columns: dict[tuple[str | None, str], str] = {}
    for report in reports:
        for result in report.exercises:
            name = f"{report.assignment}/{result.exercise}" if several else result.exercise
            columns[report.assignment, result.exercise] = name
    path.parent.mkdir(parents=True, exist_ok=True)
    # The mark at the start is for Excel.
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        table = csv.writer(file)
        head = ["student", "id", "assignment", "outcome", "score", "max_score", "handed_in", "late"]
        table.writerow(map(harmless, [*head, *columns.values(), "reason"]))
        for report in reports:
            scores = {
                (report.assignment, result.exercise): result.score
                for result in report.exercises
                if result.outcome != "not graded here" and not is_open(result)
            }
            row = [
                report.student,
                report.student_id or "",
                report.assignment or "",
                report.outcome,
                _number(report.score),
                _number(report.max_score),
                report.handed_in or "",
                {True: "yes", False: "no", None: ""}[report.late],
                *(_number(scores.get(key)) for key in columns),
                report.reason or "",
            ]
            table.writerow(map(harmless, row))


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:g}"
