"""`overrides.csv`: scores that a person decided on, applied on top of any run."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import UsageError
from grader.formats import rows
from grader.marking.exercise import totals
from grader.model.result import ExerciseResult, Override, Report
from grader.spreadsheet import harmless

NAME = "overrides.csv"  # in the folder that results are written to
_COLUMNS = ("student", "exercise", "score", "comment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One row: a student's score for an exercise. line: in the file, from 1."""

    line: int
    student: str
    exercise: str
    score: float
    comment: str


def read(path: Path) -> tuple[Decision, ...]:
    """Return the rows of a file with the columns student, exercise, score and comment.

    Raises UsageError, which names the file and the line.
    """
    decisions: dict[tuple[str, str], Decision] = {}
    for line, cells in rows.read(path, _COLUMNS[:3], ",".join(_COLUMNS)):
        one = _decision(path, line, cells)
        key = harmless(one.student), one.exercise
        if key in decisions:
            raise UsageError(
                f"{path}, line {one.line}: {one.student} has another score for {one.exercise}"
                f" on line {decisions[key].line}; leave one of them"
            )
        decisions[key] = one
    return tuple(decisions.values())


def apply(report: Report, decisions: Sequence[Decision]) -> Report:
    """Return a report with the scores that are decided on, and what had been computed beside.

    A student is found by the name, or by what `grades.csv` makes of it.
    """
    student = harmless(report.student)
    mine = {one.exercise: one for one in decisions if harmless(one.student) == student}
    if not mine or not report.exercises:
        return report
    results = tuple(_decided(result, mine.get(result.exercise)) for result in report.exercises)
    decided = replace(report, exercises=results)
    if (found := totals(results)) is None:
        return decided
    score, most = found
    return replace(decided, outcome="graded", reason=None, score=score, max_score=most)


def unused(decisions: Sequence[Decision], reports: Sequence[Report]) -> list[str]:
    """Return, in words, the rows that nothing was decided by."""
    results = {
        (harmless(report.student), result.exercise): result
        for report in reports
        for result in report.exercises
    }
    graded = {harmless(report.student) for report in reports}
    found = []
    for one in decisions:
        student = harmless(one.student)
        result = results.get((student, one.exercise))
        if result is not None and result.override is not None:
            continue
        if student not in graded:
            why = f"there is no submission of {one.student}"
        elif result is None:
            why = f"there is no score of {one.student} for an exercise {one.exercise}"
        else:
            why = f"{one.exercise} has {result.max_score:g} points, less than {one.score:g}"
        found.append(f"line {one.line} is not applied: {why}")
    return found


def _decision(path: Path, line: int, cells: dict[str, str]) -> Decision:
    try:
        score = float(cells["score"].replace(",", "."))
    except ValueError:
        score = math.nan
    if not math.isfinite(score) or score < 0:
        raise UsageError(f"{path}, line {line}: `{cells['score']}` is no score")
    if not cells["student"] or not cells["exercise"]:
        raise UsageError(f"{path}, line {line}: a row names a student and an exercise")
    return Decision(
        line=line,
        student=cells["student"],
        exercise=cells["exercise"],
        score=score,
        comment=cells.get("comment", ""),
    )


def _decided(result: ExerciseResult, one: Decision | None) -> ExerciseResult:
    if one is None or one.score > result.max_score:
        return result
    decided = Override(score=one.score, comment=one.comment, computed=result.score)
    return replace(result, score=one.score, override=decided)
