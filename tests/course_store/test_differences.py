"""What a run has changed, and what a student's history says of it."""

import pytest

from grader.course.differences import between
from grader.course.history import lines
from grader.course.plan import Wanted
from grader.course.store import past
from grader.errors import UsageError
from grader.model.difference import CheckChange, Judged
from tests.course_store.course import STEPS, answers

STRICT = {"steps": STEPS.replace("#|   - z\n", "#|   - expr: z\n#|     rtol: 0\n#|     atol: 0\n")}
LOOSE = {"steps": STEPS.replace("#|   - z\n", "#|   - expr: z\n#|     rtol: 0\n#|     atol: 0.5\n")}


@pytest.fixture
def regraded(course):
    """A course in which a tolerance was widened after the first run."""
    course.hand_in({"ann.ipynb": answers(), "bob.ipynb": answers(z="5.25")})
    course.grade(sources=STRICT)
    course.grade(sources=LOOSE, wanted=Wanted(changed=True))
    return course


def test_a_wider_tolerance_changes_its_exercise_alone(regraded):
    (one,) = between(regraded.database, regraded.marks(), 1, 2)
    assert (one.student, one.assignment) == ("bob", "steps")
    assert one.before == Judged(outcome="graded", score=2, max_score=3)
    assert one.after == Judged(outcome="graded", score=3, max_score=3)
    (exercise,) = one.exercises
    assert (exercise.exercise, exercise.title) == ("alone", "Alone")
    assert (one.title, one.language) == ("steps", "en")
    assert (exercise.before.outcome, exercise.before.score) == ("wrong", 0)
    assert (exercise.after.outcome, exercise.after.score) == ("right", 1)
    assert exercise.checks == [CheckChange(expression="z", before="failed", after="passed")]


def test_both_are_graded_again_in_that_exercise_and_the_old_marks_stay(regraded):
    gradings = past.gradings(regraded.database, "BOB")
    assert [(one.run, one.why, one.anew, one.score) for one in gradings] == [
        (1, "new", None, 2),
        (2, "the assignment changed", ["alone"], 3),
    ]
    assert [one.anew for one in past.gradings(regraded.database, "ann")] == [None, ["alone"]]


def test_who_is_new_and_who_is_gone_is_told(regraded):
    regraded.hand_in({"ann.ipynb": None, "carl.ipynb": answers()})
    regraded.grade(sources=LOOSE)
    found = {one.student: one for one in between(regraded.database, regraded.marks(), 2, 3)}
    assert set(found) == {"ann", "carl"}
    assert found["ann"].after is None
    assert found["carl"].before is None
    assert found["carl"].after.score == 3


def test_a_run_that_changed_nothing_has_no_differences(regraded):
    regraded.grade(sources=LOOSE)
    assert list(between(regraded.database, regraded.marks(), 2, 3)) == []


def test_a_history_tells_every_grading_and_what_it_changed(regraded):
    told = list(lines(regraded.database, "bob"))
    assert told[0] == "bob: steps"
    assert "run 1: 2 of 3 (new)" in told[1]
    assert "run 2: 3 of 3 (the assignment changed, alone alone)" in told[2]
    assert told[3:] == [
        "      alone: 0 of 1 (wrong) -> 1 of 1 (right)",
        "        z: failed -> passed",
    ]
    with pytest.raises(UsageError, match="nobody in the gradebook is called `eve`"):
        list(lines(regraded.database, "eve"))
