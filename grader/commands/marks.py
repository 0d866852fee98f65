"""The marks that a grading left in its folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from grader.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from grader.course.settings import Settings
    from grader.model.result import ExerciseResult, Report
    from grader.model.standing import ExerciseStanding, Standing


class Rows(Protocol):
    """What totals are made of."""

    def standings(self, assignment: str | None = None) -> Iterator[Standing]:
        """Yield the rows, of one assignment or of all, settled by the policy."""
        ...


def open_marks(out: Path, settings: Settings) -> Rows:
    """Return the marks of a folder. Raises UsageError where nothing was graded into it."""
    found = sorted(out.glob("results/*/*/result.json"))
    if not found:
        raise UsageError(f"nothing was graded into {out}/; name the folder that holds results/")
    return _Results(found, settings)


class _Results:
    """The files of results, each read once it is asked for."""

    def __init__(self, paths: list[Path], settings: Settings) -> None:
        self._paths, self._settings = paths, settings

    def standings(self, assignment: str | None = None) -> Iterator[Standing]:
        from grader.course.attempts import counting
        from grader.reporting import record

        for path in self._paths:
            try:
                report = record.load(path.read_text(encoding="utf-8"))
            except ValueError as error:
                raise UsageError(f"{path} is no result of this grader; grade it again") from error
            if assignment is None or report.assignment == assignment:
                place = path.parent.relative_to(path.parents[2]).as_posix()
                policy = self._settings.policy(report.assignment)
                yield counting([_standing(report, place)], policy)


def _standing(report: Report, place: str) -> Standing:
    from grader.model.result import points
    from grader.model.standing import Standing

    exercises = tuple(map(_exercise, report.exercises))
    computed = [one.computed for one in exercises if one.computed is not None]
    complete = report.score is not None and len(computed) == len(exercises)
    return Standing(
        student=report.student,
        student_id=report.student_id,
        assignment=report.assignment,
        title=report.title,
        outcome=report.outcome,
        reason=report.reason,
        language=report.language,
        source=report.source,
        place=place,
        max_score=report.max_score,
        computed=points(sum(computed)) if complete else None,
        score=report.score,
        final=report.score,
        handed_in=report.handed_in,
        late=report.late,
        notes=report.notes,
        exercises=exercises,
    )


def _exercise(result: ExerciseResult) -> ExerciseStanding:
    from grader.model.result import is_open
    from grader.model.standing import ExerciseStanding

    decided = result.override
    return ExerciseStanding(
        exercise=result.exercise,
        title=result.title,
        outcome=result.outcome,
        score=None if is_open(result) else result.score,
        max_score=result.max_score,
        computed=decided.computed if decided else None if is_open(result) else result.score,
        comment=decided.comment if decided else "",
    )
