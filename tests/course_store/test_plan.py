"""What a run grades again, and why; what it leaves as it is."""

import pytest

from grader.course.plan import Wanted
from grader.course.store import tables
from grader.kernels.kernel import Limits
from tests.conftest import notebook_of
from tests.course_store.course import STEPS, answers

OTHER = """
# %%
#| exercise: other
#| checks:
#|   - w
w = 26  # SOLUTION
"""
CHANGED = Wanted(changed=True)


def changed(old, new):
    assert old in STEPS
    return {"steps": STEPS.replace(old, new)}


@pytest.fixture
def graded(course):
    course.hand_in({"ann.ipynb": answers(), "bob.ipynb": answers(z="1.0")})
    assert course.grade() == ({"ann": "new", "bob": "new"}, [])
    return course


def planned(course, **asked):
    """Return why each hand-in is graded and which exercises, and what is left."""
    plan = course.plan(**asked)
    return {task.handin.student: (task.why, task.anew) for task in plan.tasks}, dict(plan.left)


def test_what_is_graded_stays_as_it_is(graded):
    assert planned(graded) == ({}, {})
    assert [known.student for _, known in graded.plan().current] == ["ann", "bob"]


def test_what_is_new_or_handed_in_again_is_graded(graded):
    graded.hand_in({"bob.ipynb": answers(), "carl.ipynb": answers()})
    assert graded.grade() == ({"bob": "handed in again", "carl": "new"}, [])
    assert [row[::3] for row in graded.rows()] == [("ann", 3), ("bob", 3), ("carl", 3)]
    assert planned(graded) == ({}, {})


def test_who_is_gone_is_left_out_and_comes_back(graded):
    file = graded.folder / "in" / "bob.ipynb"
    file.rename(graded.folder / "bob.ipynb")
    assert graded.grade() == ({}, ["bob"])
    assert [row[0] for row in graded.rows()] == ["ann"]
    (graded.folder / "bob.ipynb").rename(file)
    assert graded.grade() == ({}, [])
    assert [row[0] for row in graded.rows()] == ["ann", "bob"]


def test_what_answered_nothing_is_graded_once_other_assignments_are_known(course):
    course.hand_in({"ann.ipynb": notebook_of(["#| exercise: other\nw = 26"])})
    course.grade()
    assert course.rows() == [("ann", None, None, None)]
    assert planned(course) == ({}, {})
    both = {"steps": STEPS, "other": OTHER}
    assert course.grade(sources=both) == ({"ann": "other assignments"}, [])
    assert course.rows() == [("ann", None, "other", 1)]
    for _ in range(2):
        assert course.grade(sources=both) == ({}, [])
        assert course.rows() == [("ann", None, "other", 1)]


@pytest.mark.parametrize(
    ("table", "outcome", "why"),
    [
        (tables.exercise, "could not be run here", "a module was missing"),
        (tables.grading, "needs review", "needed review"),
    ],
)
def test_what_was_left_open_is_graded_again(graded, table, outcome, why):
    with graded.database.begin() as connection:
        connection.execute(table.update().where(table.c.id == 1).values(outcome=outcome))
    assert planned(graded) == ({"ann": (why, None)}, {})
    graded.grade()
    assert planned(graded) == ({}, {})


@pytest.mark.parametrize(
    ("old", "new", "touched"),
    [
        ("x = 2.0  # SOLUTION", "x = 4.0  # SOLUTION", ("first", "second")),
        ("y = x * factor  # SOLUTION", "y = factor * x  # SOLUTION", ("second",)),
        ("#|   - z", "#|   - z\n#| points: 2", ("alone",)),
        ("factor = 3.0\n", "factor = 3.0 + 0\n", ("second", "alone")),
    ],
)
def test_what_a_change_touches_is_graded_where_that_is_asked_for(graded, old, new, touched):
    sources = changed(old, new)
    assert planned(graded, sources=sources) == ({}, {"the assignment changed": 2})
    tasks, left = planned(graded, sources=sources, wanted=CHANGED)
    assert tasks == dict.fromkeys(("ann", "bob"), ("the assignment changed", touched))
    assert left == {}
    graded.grade(sources=sources, wanted=CHANGED)
    assert planned(graded, sources=sources, wanted=CHANGED) == ({}, {})


def test_prose_and_where_things_stand_touch_nothing(graded):
    prose = "# # Small steps\n#\n# Read on.\n\n# %% [markdown]\n# More of it."
    assert planned(graded, sources=changed("# # Steps", prose)) == ({}, {})
    alternative = "# %%\n#| alternative: first\n#| name: sum\nx = 1.0 + 1.0\n\n# %%\nfactor = 3.0\n"
    sources = changed("# %%\nfactor = 3.0\n", alternative)
    assert planned(graded, sources=sources) == ({}, {})


def test_what_a_mistake_is_told_with_is_in_reports(graded):
    sources = changed("#| help: Count again.", "#| help: Count once more.")
    touched = {"ann": ("the assignment changed", ("first", "second"))}
    assert planned(graded, sources=sources, wanted=CHANGED)[0].items() >= touched.items()


@pytest.mark.parametrize("told", [{"limits": Limits(cell=5)}, {"language": "ru"}])
def test_other_settings_are_a_change(graded, told):
    assert planned(graded, job=told) == ({}, {"other settings": 2})
    tasks, _ = planned(graded, job=told, wanted=CHANGED)
    assert tasks == dict.fromkeys(("ann", "bob"), ("other settings", None))


def test_another_secret_is_another_setting(graded):
    assert planned(graded, secret="a fingerprint") == ({}, {"other settings": 2})


def test_another_version_of_the_grader_is_a_change(graded, monkeypatch):
    monkeypatch.setattr("grader.own_code.judging", lambda: "another")
    assert planned(graded) == ({}, {"another version of the grader": 2})
    tasks, _ = planned(graded, wanted=CHANGED)
    assert tasks["ann"] == ("another version of the grader", None)


def test_one_exercise_of_one_student_is_graded_and_the_rest_stays(graded):
    wanted = Wanted(exercises=("alone",), students=("BOB",))
    plan = graded.plan(wanted=wanted)
    assert [(task.handin.student, task.why, task.anew) for task in plan.tasks] == [
        ("bob", "asked for", ("alone",))
    ]
    assert plan.unselected == 1
    sources = changed("z = 5.0  # SOLUTION", "z = 1.0  # SOLUTION")
    assert graded.grade(sources=sources, wanted=wanted) == ({"bob": "asked for"}, [])
    assert [row[::3] for row in graded.rows()] == [("ann", 3), ("bob", 3)]


def test_everything_is_graded_again_where_that_is_asked_for(graded):
    tasks, _ = planned(graded, wanted=Wanted(again=True))
    assert tasks == dict.fromkeys(("ann", "bob"), ("asked for", None))
    tasks, _ = planned(graded, wanted=Wanted(students=("ann",)))
    assert tasks == {"ann": ("asked for", None)}
