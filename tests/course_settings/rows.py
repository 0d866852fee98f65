"""Rows of a gradebook, and policies, for tests."""

from datetime import UTC, datetime, timedelta

from grader.course.policy import Extension, Policy, same
from grader.model.standing import Standing

DUE = datetime(2026, 10, 1, 21, 0, tzinfo=UTC)


def row(student="Ann", score=8.0, *, late_by=None, most=10.0, **keys):
    """Return a row; late_by: how long after `DUE` it was handed in."""
    if late_by is not None:
        keys["handed_in"] = (DUE + late_by).isoformat(timespec="seconds")
    given = {
        "student": student,
        "student_id": None,
        "assignment": "hw1",
        "title": "",
        "outcome": "graded" if score is not None else "not graded",
        "reason": None,
        "language": "en",
        "source": "hw1.ipynb",
        "place": "",
        "max_score": most,
        "computed": score,
        "score": score,
        "final": score,
    }
    return Standing(**{**given, **keys})


def policy(extensions=None, **keys):
    """Return a policy with a due date. extensions: days by student."""
    extended = {
        same(who): Extension(who=who, due=DUE + timedelta(days=days))
        for who, days in (extensions or {}).items()
    }
    return Policy(**{"due": DUE, "extensions": extended, **keys})
