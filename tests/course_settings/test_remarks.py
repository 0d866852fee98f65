"""What matches nothing is named."""

from pathlib import Path

from grader.course.remarks import unknown, unmatched
from grader.course.settings import Settings
from tests.course_settings.rows import policy

SETTINGS = Settings(
    path=Path("course.toml"),
    policies={"hw1": policy({"Ann Lee": 1, "s-17": 1, "Bop Ray": 1}), "hw2": policy()},
)


def test_extensions_that_match_no_student():
    students = [("ann lee", "s-18"), ("Bob Ray", None)]
    assert [*unmatched(SETTINGS, students)] == [
        "course.toml: `assignments.hw1.extensions.s-17` matches no student; did you mean `s-18`?",
        'course.toml: `assignments.hw1.extensions."Bop Ray"` matches no student;'
        " did you mean `Bob Ray`?",
    ]


def test_assignments_that_there_are_not():
    assert [*unknown(SETTINGS, ["hw1", "exam"])] == [
        "course.toml: `assignments.hw2`: no source is of that name; did you mean `hw1`?"
    ]
