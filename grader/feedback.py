"""The report that goes back to a student: what may be told of what was found, in words."""

from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from grader.disclosure import disclosed
from grader.model.assignment import Assignment
from grader.model.result import ExerciseResult, Report
from grader.model.reveal import Reveal
from grader.openings import revealed
from grader.wording.report import check_worded, worded


def feedback(report: Report, assignment: Assignment, *, now: datetime | None = None) -> Report:
    """Return a report without what its student must not see, with texts made of what is left.

    now: when that is; what the source says of a check may depend on it.
    """
    now = now or datetime.now(UTC)

    def told(result: ExerciseResult) -> ExerciseResult:
        exercise = assignment.exercise(result.exercise)
        left = revealed(disclosed(result, exercise), result, now=now)
        left = replace(left, called=())  # the student's process says so: it is for the staff
        return worded(left, assignment, report.language)

    return replace(report, exercises=tuple(map(told, report.exercises)), variant=None)


def opened(
    told: Report, found: Report, rule: Reveal, *, now: datetime, zone: tzinfo | None = None
) -> Report:
    """Return a student's report with what may be told by now, and could not before.

    found: the same with everything; rule: of the course, for checks whose author says nothing;
    zone: of moments without an offset.
    """
    by_name = {one.exercise: one for one in found.exercises}

    def more(result: ExerciseResult) -> ExerciseResult:
        whole = by_name.get(result.exercise)
        if whole is None:
            return result
        now_told = revealed(result, whole, rule, now=now, zone=zone)
        checks = tuple(
            check if check == before else check_worded(check, told.language)
            for check, before in zip(now_told.checks, result.checks, strict=True)
        )
        return replace(now_told, checks=checks)

    return replace(told, exercises=tuple(map(more, told.exercises)))
