"""What a class made of each exercise, counted from what is graded."""

from dataclasses import replace
from fractions import Fraction

import pytest

from grader.course.class_overview import class_overview
from grader.course.decision import Decision
from grader.course.decisions_table import DecisionsTable
from grader.course.item_analysis import discrimination, scores, spread
from grader.course.marks import CourseMarks
from grader.course.settings import Settings
from grader.course.store.database import opened
from grader.model.statistics import RULE
from grader.wording.catalogue import translated
from grader.wording.statistics import mistake
from tests.conftest import notebook_of
from tests.course_decisions.rows import standing
from tests.course_store.course import STEPS, answers
from tests.reporting.class_overview import exercise, row


def found(course, **settings):
    return class_overview(course.marks(**settings))


def of(course, name="steps"):
    (made,) = [one for one in found(course).statistics if one.assignment == name]
    return made


def exercises(made):
    return {one.exercise: one for one in made.exercises}


@pytest.fixture
def graded(course):
    course.hand_in(
        {
            "ann.ipynb": answers(),
            "bob.ipynb": answers(z="1.0"),
            "cid.ipynb": answers(x="3.0", z="2.0"),
            "dan.ipynb": answers(x="3.0"),
            "eve.ipynb": b"<html>",
        }
    )
    course.grade()
    return course


def test_what_the_class_made_of_each_exercise_is_counted(graded):
    made = of(graded)
    assert (made.handed_in, made.absent, made.title) == (4, 0, "steps")
    first, second, alone = made.exercises
    assert (first.exercise, first.answers, first.right) == ("first", 4, 2)
    assert (first.success, first.mean, first.difficulty) == (0.5, 0.5, 0.5)
    assert second.right == 4  # on their own x
    assert first.outcomes == {
        "right": ["ann/steps", "bob/steps"],
        "wrong": ["cid/steps", "dan/steps"],
    }
    assert [(one.expression, dict(one.number), list(one.missed)) for one in alone.checks] == [
        ("z", {"failed": 2, "passed": 2}, ["bob/steps", "cid/steps"])
    ]
    assert made.seconds is not None
    assert made.seconds.number == 4


def test_a_mistake_is_told_with_who_made_it_and_in_its_authors_words(graded):
    first = of(graded).exercises[0]
    known = [one for one in first.mistakes if one.mistake == "one-more"]
    assert [(list(one.places), one.help) for one in known] == [
        (["cid/steps", "dan/steps"], "Count again.")
    ]
    assert first.mistakes[0] == max(first.mistakes, key=lambda one: len(one.places))


def test_what_could_not_be_graded_is_in_no_statistics_but_among_the_rows(graded):
    made = found(graded)
    assert [one.assignment for one in made.statistics] == ["steps"]
    assert [one.student for one in made.rows] == ["ann", "bob", "cid", "dan", "eve"]


def test_what_a_person_decided_counts(graded):
    decided = Decision(line=2, student="cid", exercise="first", score=1.0)
    table = DecisionsTable(decisions=(decided,))
    made = class_overview(CourseMarks(graded.database, Settings(), table)).statistics[0]
    assert made.exercises[0].right == 3


def test_assignments_are_told_apart(course):
    two = {
        "steps": STEPS,
        "more": STEPS.replace("# # Steps", "# # More")
        .replace("exercise: ", "exercise: m-")
        .replace("mistake: first", "mistake: m-first"),
    }
    more = answers(z="1.0").replace(b"exercise: ", b"exercise: m-")
    course.hand_in({"ann/a.ipynb": answers(), "bob/b.ipynb": more, "cid/c.ipynb": answers(x="3.0")})
    course.grade(sources=two)
    made = found(course).statistics
    assert [(one.assignment, one.handed_in) for one in made] == [("more", 1), ("steps", 2)]
    assert [one.right for one in made[0].exercises] == [1, 1, 0]
    assert [one.right for one in made[1].exercises] == [1, 2, 2]


def test_what_passes_its_checks_and_is_forbidden_is_told_by_its_rule(course):
    source = STEPS.replace("#| exercise: alone", "#| exercise: alone\n#| forbid: [sum]")
    course.hand_in({"ann.ipynb": answers(z="float(sum([5]))"), "bob.ipynb": answers(z="1.0")})
    course.grade(sources={"steps": source})
    alone = exercises(of(course))["alone"]
    rules = [one for one in alone.mistakes if one.kind == RULE]
    assert [list(one.places) for one in rules] == [["ann/steps"]]
    assert "sum" in rules[0].help
    assert alone.unexplained == [] or "ann/steps" not in alone.unexplained


def test_what_fails_by_another_rule_is_another_mistake(course):
    source = STEPS.replace("#| exercise: alone", "#| exercise: alone\n#| forbid: [sum, max]")
    uses = {"ann": "sum([5])", "bob": "max([5])", "cid": "sum([2, 3])"}
    course.hand_in({f"{who}.ipynb": answers(z=f"float({how})") for who, how in uses.items()})
    course.grade(sources={"steps": source})
    made = exercises(of(course))["alone"].mistakes
    assert [(one.kind, one.help, list(one.places)) for one in made] == [
        (RULE, "uses `sum`: forbidden here", ["ann/steps", "cid/steps"]),
        (RULE, "uses `max`: forbidden here", ["bob/steps"]),
    ]


def test_what_the_last_run_changed_is_told_and_what_is_new_is_counted(graded):
    assert found(graded).change is None  # there was one run
    graded.hand_in({"bob.ipynb": answers(), "zoe.ipynb": answers()})
    graded.grade()
    change = found(graded).change
    assert [(one.place, one.gained) for one in change.differences] == [("bob/steps", 1.0)]
    assert change.added == 1
    graded.grade()  # has nothing to do
    assert found(graded).change == change
    graded.hand_in({"new.ipynb": answers()})
    graded.grade()
    assert found(graded).change is None  # what is new alone has changed nothing


def test_what_changed_is_written_and_removed(graded):
    page = graded.out / "changes.html"
    assert not page.exists()
    graded.hand_in({"bob.ipynb": answers()})
    graded.grade()
    assert "bob" in page.read_text(encoding="utf-8")
    assert 'href="changes.html"' in (graded.out / "index.html").read_text(encoding="utf-8")
    graded.hand_in({"zoe.ipynb": answers()})
    graded.grade()
    assert not page.exists()


def test_the_page_of_what_is_alike_is_linked_where_there_is_one(graded):
    index = graded.out / "index.html"
    assert "similar.html" not in index.read_text(encoding="utf-8")
    (graded.out / "similar.html").write_text("<!doctype html>", encoding="utf-8")
    graded.grade()
    assert 'href="similar.html"' in index.read_text(encoding="utf-8")


def test_nobody_is_no_class(course):
    made = found(course)
    assert (made.rows, made.statistics, made.to_review) == ([], [], [])


SHARES = [0.0, 0.1, 0.3, 0.7, 0.999999999, 1.0, 1.2]


def test_scores_are_counted_by_their_share():
    rows = [
        standing(f"{share}", final=3 * share, max_score=3.0, place=f"{share}") for share in SHARES
    ]
    made = scores(rows)
    assert [len(one) for one in made.bins] == [1, 1, 0, 1, 0, 0, 0, 1, 0, 3]
    assert made.spread.median == pytest.approx(0.7)
    nothing = [replace(one, max_score=0.0) for one in rows]
    assert scores(nothing) is None
    assert scores([replace(rows[0], final=None)]) is None


def test_quartiles_are_those_of_all_numbers():
    assert (spread([1, 2, 3, 4, 5]).low, spread([1, 2, 3, 4, 5]).high) == (2, 4)
    one = spread([7.0])
    assert (one.least, one.low, one.median, one.high, one.most) == (7, 7, 7, 7, 7)
    assert spread([]) is None


def answered(*points):
    """Return the answers of a class: a tuple of points for each student."""
    rows = [
        row(f"s{n}", *(exercise(place, score=one) for place, one in enumerate(of_one)))
        for n, of_one in enumerate(points)
    ]
    return [{part.exercise: part for part in one.exercises} for one in rows]


def test_discrimination_is_the_point_biserial_correlation_with_the_rest():
    # (M1 - M0) / s * sqrt(p * q), by hand: the rests are 1.5 and 1 where e0 is right, else 0.5, 0.
    made = discrimination("e0", answered((1, 1, 0.5), (1, 1, 0), (0, 0, 0.5), (0, 0, 0)))
    deviation = float(Fraction(5, 16)) ** 0.5
    assert made.coefficient == pytest.approx((1.25 - 0.25) / deviation * 0.5)
    assert (made.number, made.right) == (4, 2)


@pytest.mark.parametrize(
    "points",
    [
        [(1, 1)],
        [(1, 1), (0, 0)],  # any two lie on a line
        [(1, 1), (1, 0), (1, 0.5)],  # all succeed
        [(0, 1), (0, 0), (0.5, 0.5)],  # nobody does
        [(1, 0.5), (0, 0.5), (1, 0.5)],  # all are as good at the rest
        [(1,), (0,), (1,)],  # there is no rest
        [],
    ],
)
def test_what_cannot_be_told_is_none(points):
    made = discrimination("e0", answered(*points))
    assert made.coefficient is None
    assert made.number == len(points)


def test_who_lacks_an_exercise_is_left_out_of_discrimination():
    there = answered((1, 1), (0, 0), (1, 0.5), (0, 1))
    del there[3]["e1"]
    made = discrimination("e0", there)
    assert (made.number, made.coefficient) == (
        3,
        pytest.approx(discrimination("e0", there[:3]).coefficient),
    )


def test_an_exercise_without_points_succeeds_by_its_outcome():
    free = [
        replace(one["e0"], max_score=0.0, score=0.0) for one in answered((1, 1), (0, 0), (1, 1))
    ]
    free[1] = replace(free[1], outcome="wrong")
    there = [
        {**one, "e0": part}
        for one, part in zip(answered((1, 1), (0, 0), (1, 1)), free, strict=True)
    ]
    made = discrimination("e0", there)
    assert (made.right, made.coefficient) == (2, pytest.approx(1.0))


# Two checks of one exercise that can be wrong in ways that say little, and much.
LISTS = """
# %% [markdown]
# # Lists

# %%
import torch

# %%
#| exercise: lists
#| checks:
#|   - sizes
#|   - weights
#|   - others
### BEGIN SOLUTION
sizes = [4.0, 2.5, 1.5]
weights = torch.tensor([[1.0, 2.0, 4.5], [0.0, 3.0, 7.0]])
others = torch.tensor([[6.0, 2.5], [1.5, 3.0], [0.5, 8.0]])
### END SOLUTION
"""
SIZES = "[4.0, 2.5, 1.5]"
WEIGHTS = "torch.tensor([[1.0, 2.0, 4.5], [0.0, 3.0, 7.0]])"
OTHERS = "torch.tensor([[6.0, 2.5], [1.5, 3.0], [0.5, 8.0]])"


def of_lists(course, **students):
    """Return what a class made of LISTS. students: its three values, where they are not right."""
    files = {}
    for name, values in students.items():
        sizes, weights, others = (values.get(one) for one in ("sizes", "weights", "others"))
        lines = ["#| exercise: lists", f"sizes = {sizes or SIZES}"]
        lines += [f"weights = {weights or WEIGHTS}", f"others = {others or OTHERS}"]
        files[f"{name}.ipynb"] = notebook_of(["import torch", "\n".join(lines)])
    course.hand_in(files)
    course.grade(sources={"lists": LISTS})
    return exercises(of(course, "lists"))["lists"]


def told(one):
    return [(translated(mistake(made), "en"), list(made.places)) for made in one.mistakes]


def test_what_can_be_said_of_every_wrong_value_is_no_mistake(course):
    """Such answers share no more than that nothing was found; each is of a check of its own."""
    made = of_lists(
        course,
        ann={"weights": "torch.tensor([[0.3, 5.1, 2.2], [8.0, 1.7, 0.9]])"},
        bob={"others": "torch.tensor([[0.3, 5.1], [2.2, 8.0], [1.7, 0.9]])"},
        cid={"sizes": "[]"},
    )
    assert told(made) == [("`sizes` has 0 items in place of 3 items.", ["cid/lists"])]
    assert list(made.unexplained) == ["ann/lists", "bob/lists"]


def test_what_is_said_is_so_of_all_of_whom_it_is_said(course):
    made = of_lists(
        course,
        ann={"sizes": "[]"},
        bob={"sizes": "[4.0]"},
        cid={"sizes": "[]"},
        dan={"weights": f"{WEIGHTS}.T"},
    )
    first, *others = told(made)
    assert first == ("`sizes` has 0 items in place of 3 items.", ["ann/lists", "cid/lists"])
    assert sorted(places for _, places in others) == [["bob/lists"], ["dan/lists"]]


def test_what_the_same_answers_show_at_several_checks_is_one_row(course):
    turned = {"weights": f"{WEIGHTS}.T", "others": f"{OTHERS}.T"}
    made = of_lists(course, ann=turned, bob=turned)
    (one,) = made.mistakes
    assert list(one.places) == ["ann/lists", "bob/lists"]
    assert {symptom.check for symptom in (one.example, *one.also)} == {"weights", "others"}


def test_a_gradebook_of_before_has_its_mistakes_in_full(courses, url):
    course = courses(url)
    made = of_lists(course, ann={"sizes": "[]"}, bob={"weights": f"{WEIGHTS}.T"})
    assert len(made.mistakes) == 2
    with course.database.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE symptom DROP COLUMN facts")
        connection.exec_driver_sql("ALTER TABLE grading DROP COLUMN variant")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    opened(course.database.url.render_as_string(hide_password=False), create=False).dispose()
    assert exercises(of(course, "lists"))["lists"] == made


def test_a_check_is_called_by_its_title(course):
    source = STEPS.replace("#|   - z\n", "#|   - expr: z\n#|     title: what is alone\n")
    course.hand_in({"ann.ipynb": answers(z="1.0"), "bob.ipynb": answers(z="2.0")})
    course.grade(sources={"steps": source})
    found = exercises(of(course))
    assert [(one.expression, one.title) for one in found["alone"].checks] == [
        ("z", "what is alone")
    ]
    assert [one.title for one in found["first"].checks] == [""]
    assert "2 × what is alone" in (course.out / "index.html").read_text(encoding="utf-8")
