"""What students wrote, as the gradebook has it: code and texts of the hand-ins that count."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Engine

from grader.course.marks import CourseMarks
from grader.course.store import documents
from grader.model.resemblance import Answers
from grader.model.result import ExerciseResult, Report, is_unanswered


def answered(marks: CourseMarks) -> set[str]:
    """Return the assignments that hand-ins which count have answers to. Raises NotKept."""
    return {
        one.standing.assignment
        for one in marks.rows
        if one.standing.assignment is not None and one.standing.exercises
    }


def answers(engine: Engine, marks: CourseMarks, assignment: str) -> Iterator[Answers]:
    """Yield the answers of each hand-in to an assignment that counts. Raises NotKept."""
    rows = {
        one.grading: one.standing
        for one in marks.rows
        if one.standing.assignment == assignment and one.standing.exercises
    }
    for grading, report in documents.reports(engine, list(rows)):
        standing = rows[grading]
        yield Answers(
            student=standing.student,
            student_id=standing.student_id,
            place=standing.place,
            codes=_codes(report),
            texts={one.exercise: one.text for one in report.exercises if one.text},
            mistakes={one.exercise: _mistakes(one) for one in report.exercises},
        )


def _codes(report: Report) -> Mapping[str, str]:
    answered = [one for one in report.exercises if not is_unanswered(one)]
    return {one.exercise: one.code for one in answered if not one.text}


def _mistakes(result: ExerciseResult) -> frozenset[str]:
    """Return the names of the known mistakes in an answer."""
    return frozenset(one.mistake for one in result.symptoms if one.mistake)
