"""The report that goes back to a student: what may be told of what was found, in words."""

from dataclasses import replace

from grader.disclosure import disclosed
from grader.model.assignment import Assignment
from grader.model.result import Report
from grader.wording.report import worded


def feedback(report: Report, assignment: Assignment) -> Report:
    """Return a report without what its student must not see, with texts made of what is left."""
    exercises = tuple(
        worded(disclosed(result, assignment.exercise(result.exercise)), assignment, report.language)
        for result in report.exercises
    )
    return replace(report, exercises=exercises)
