"""`overrides.csv`: scores that a person decided on, applied on top of any run."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import UsageError
from grader.formats import rows
from grader.formats.columns import Field
from grader.model.result import ExerciseResult, Override, Report, totals
from grader.spreadsheet import harmless

NAME = "overrides.csv"  # in the folder that results are written to
_NEEDED: Mapping[str, tuple[Field, ...]] = {
    "student": (*rows.STUDENT_NAME, *rows.STUDENT_ID),
    "exercise": ("exercise",),
    "score": ("score",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One row: a student's score for an exercise.

    line: in the file, from 1; student: the name, empty where ids alone tell who it is.
    """

    line: int
    student: str
    exercise: str
    score: float
    comment: str
    ids: tuple[str, ...] = ()

    @property
    def whose(self) -> str:
        """The student, as the table says."""
        return self.student or self.ids[0]

    def is_about(self, report: Report) -> bool:
        """Whether it is about the student of a report: by id where both have one, else by name.

        A name or an id may also be what `grades.csv` makes of it.
        """
        if self.ids and report.student_id is not None:
            return _plain(report.student_id) in map(_plain, self.ids)
        return bool(self.student) and harmless(self.student) == harmless(report.student)


def read(path: Path) -> tuple[Decision, ...]:
    """Return the rows of a file that names a student, an exercise and a score in each.

    Raises UsageError, which names the file and the line.
    """
    decisions: dict[tuple[str, tuple[str, ...], str], Decision] = {}
    for row in rows.read(path, _NEEDED):
        one = _decision(path, row)
        key = harmless(one.student), one.ids, one.exercise
        if key in decisions:
            raise UsageError(
                f"{path}, line {one.line}: {one.whose} has another score for {one.exercise}"
                f" on line {decisions[key].line}; leave one of them"
            )
        decisions[key] = one
    return tuple(decisions.values())


def apply(report: Report, decisions: Sequence[Decision]) -> Report:
    """Return a report with the scores that are decided on, and what had been computed beside."""
    mine = {one.exercise: one for one in decisions if one.is_about(report)}
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
    found = []
    for one in decisions:
        about = [report for report in reports if one.is_about(report)]
        results = [
            result
            for report in about
            for result in report.exercises
            if result.exercise == one.exercise
        ]
        if any(result.override is not None for result in results):
            continue
        if not about:
            why = f"there is no submission of {one.whose}"
        elif not results:
            why = f"there is no score of {one.whose} for an exercise {one.exercise}"
        else:
            why = f"{one.exercise} has {results[0].max_score:g} points, less than {one.score:g}"
        found.append(f"line {one.line} is not applied: {why}")
    return found


def _decision(path: Path, row: rows.Row) -> Decision:
    written = row.text("score")
    try:
        score = float(written.replace(",", "."))
    except ValueError:
        score = math.nan
    if not math.isfinite(score) or score < 0:
        raise UsageError(f"{path}, line {row.line}: `{written}` is no score")
    if not (row.name or row.ids) or not row.text("exercise"):
        raise UsageError(f"{path}, line {row.line}: a row names a student and an exercise")
    return Decision(
        line=row.line,
        student=row.name,
        exercise=row.text("exercise"),
        score=score,
        comment=row.text("comment"),
        ids=row.ids,
    )


def _plain(id: str) -> str:
    return harmless(id).casefold()


def _decided(result: ExerciseResult, one: Decision | None) -> ExerciseResult:
    if one is None or one.score > result.max_score:
        return result
    decided = Override(score=one.score, comment=one.comment, computed=result.score)
    return replace(result, score=one.score, override=decided)
