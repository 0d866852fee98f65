"""One number a student, and what it is made of."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.policy import Policy
from grader.course.rounding import NAMED
from grader.course.settings import Settings
from grader.course.total import Part, dropped, totals
from tests.course_settings.rows import DUE, policy, row

DAY = timedelta(days=1)
parts = st.builds(
    lambda share, most, droppable: Part("", share * most, most, droppable),
    share=st.fractions(0, 1, max_denominator=6),
    most=st.fractions(0, 10, max_denominator=3),
    droppable=st.booleans(),
)


def marks(student, **finals):
    """Return rows of 10 points each, by assignment; `most` for other points."""
    most = finals.pop("most", 10.0)
    return [
        row(student, final, assignment=name, most=most, student_id=f"id-{student}")
        for name, final in finals.items()
    ]


def of(rows, **keys):
    """Return the totals by student."""
    at = keys.pop("at", None)
    return {one.student: one for one in totals(rows, Settings(**keys), at=at)}


def test_points_add_up_and_what_is_missing_is_0_once_somebody_has_a_mark():
    rows = [*marks("Ann", hw1=8.0, hw2=9.5), *marks("Bob", hw2=5.0)]
    found = of(rows)
    assert (found["Ann"].score, found["Ann"].max_score) == (17.5, 20)
    assert (found["Bob"].score, found["Bob"].max_score) == (5, 20)
    assert found["Bob"].finals == {"hw1": 0, "hw2": 5}
    assert found["Ann"].student_id == "id-Ann"


def test_what_was_not_due_yet_does_not_count_extensions_included():
    held = {"hw1": policy({"id-Bob": 3})}
    rows = [*marks("Ann", hw1=8.0), *marks("Bob", hw2=5.0), *marks("Cyd", hw2=6.0)]
    before, soon, later = (
        of(rows, policies=held, at=DUE + by) for by in (-DAY, DAY, 4 * DAY)
    )  # fmt: skip
    assert (before["Ann"].score, before["Ann"].max_score) == (8, 20)  # hw2 has no due date
    assert before["Cyd"].finals == before["Bob"].finals | {"hw2": 6} == {"hw2": 6}
    assert soon["Cyd"].max_score == 20
    assert soon["Bob"].max_score == 10
    assert later["Bob"].max_score == 20


def test_an_assignment_without_any_mark_does_not_count():
    held = {"hw0": policy(), "hw1": policy()}
    assert of(marks("Ann", hw1=8.0), policies=held, at=DUE + DAY)["Ann"].finals == {"hw1": 8}


def test_weights():
    held = {"hw1": Policy(weight=Fraction(30)), "exam": Policy(weight=Fraction(70))}
    rows = [*marks("Ann", hw1=5.0), *marks("Ann", exam=30.0, most=40.0)]
    found = of(rows, policies=held)["Ann"]
    assert (found.score, found.max_score) == (67.5, 100)
    assert list(found.finals) == ["hw1", "exam"]  # as the course has them
    nothing = of(rows, policies={**held, "exam": Policy(weight=Fraction(0))})["Ann"]
    assert (nothing.score, nothing.max_score) == (15, 30)
    assert nothing.finals["exam"] == 30


def test_an_open_score_leaves_the_total_open_unless_it_weighs_nothing():
    rows = [*marks("Ann", hw1=8.0, hw2=None), *marks("Bob", hw1=1.0, hw2=2.0)]
    found = of(rows, drop_lowest=1)
    assert (found["Ann"].score, found["Ann"].max_score) == (None, None)
    assert found["Ann"].finals == {"hw1": 8, "hw2": None}
    assert found["Ann"].dropped == ()
    assert of(rows, policies={"hw2": Policy(weight=Fraction(0))})["Ann"].score == 8


def test_what_nobody_recognised_may_be_what_is_missing():
    stray = row("Ann", None, assignment=None, most=None, student_id="id-Ann")
    rows = [*marks("Ann", hw1=8.0), stray, *marks("Bob", hw1=4.0, hw2=5.0)]
    assert of(rows)["Ann"].score is None
    assert of([*rows, *marks("Ann", hw2=7.0)])["Ann"].score == 15


def test_who_handed_in_nothing_has_a_row_of_zeros():
    absent = row("Zoe", None, assignment=None, most=None, attempt=0, attempts=0)
    found = of([*marks("Ann", hw1=8.0), absent])["Zoe"]
    assert (found.score, found.max_score, found.finals) == (0, 10, {"hw1": 0})


def test_a_row_without_an_id_is_that_of_the_one_student_of_its_name():
    nameless = row("ann", 5.0, assignment="hw2")
    assert [one.score for one in totals([nameless, *marks("Ann", hw1=8.0)], Settings())] == [13]
    two = [*marks("Ann", hw1=8.0), replace(marks("Ann", hw1=7.0)[0], student_id="other"), nameless]
    assert [one.score for one in totals(two, Settings())] == [8, 7, 5]
    both = [*marks("Ann", hw1=8.0, hw2=1.0), nameless]
    assert [one.score for one in totals(both, Settings())] == [9, 5]


def test_the_lowest_is_dropped_and_all_have_the_same_left():
    rows = [*marks("Ann", hw1=8.0, hw2=2.0, hw3=9.0), *marks("Bob", hw1=5.0, hw2=5.0)]
    found = of(rows, drop_lowest=1)
    assert (found["Ann"].dropped, found["Ann"].score, found["Ann"].max_score) == (("hw2",), 17, 20)
    assert (found["Bob"].dropped, found["Bob"].score, found["Bob"].max_score) == (("hw3",), 10, 20)
    assert of(marks("Ann", hw1=8.0), drop_lowest=1)["Ann"].dropped == ()
    same = of(marks("Ann", hw1=8.0, hw2=8.0), drop_lowest=1)["Ann"]
    assert (same.score, same.max_score) == (8, 10)


def test_what_is_not_droppable_stays():
    rows = marks("Ann", hw1=8.0, exam=2.0)
    held = {"exam": Policy(droppable=False)}
    # Without hw1 less would be left, so it stays too.
    assert of(rows, policies=held, drop_lowest=1)["Ann"].dropped == ()
    assert of(rows, drop_lowest=1)["Ann"].dropped == ("exam",)


@given(st.lists(parts, max_size=6), st.integers(0, 6))
def test_no_other_choice_leaves_a_larger_share(found, number):
    found = [replace(part, assignment=str(place)) for place, part in enumerate(found)]
    counts = [part for part in found if part.most > 0]
    candidates = [part for part in counts if part.droppable]

    def share(left_out):
        kept = [part for part in counts if part not in left_out]
        return sum(part.score for part in kept) / sum(part.most for part in kept)

    chosen = dropped(found, number)
    if not counts:
        assert chosen == ()
        return
    allowed = range(min(number, len(candidates), len(counts) - 1) + 1)
    assert len(chosen) in allowed
    assert set(chosen) <= set(candidates)
    assert share(chosen) == max(
        share(choice) for size in allowed for choice in combinations(candidates, size)
    )
    if len(candidates) == len(counts):
        assert len(chosen) == allowed[-1]  # as many for everybody


def test_the_total_is_of_marks_as_shown_and_is_rounded_itself():
    rows = [
        replace(one, score=one.final - 0.2) for one in marks("Ann", hw1=7.5, hw2=8.5)
    ]  # fmt: skip
    settings = {"default": Policy(rounding=NAMED["whole"])}
    assert of(rows, **settings)["Ann"].score == 16
    third = {"hw1": Policy(weight=Fraction(1, 3)), "hw2": Policy(weight=Fraction(0))}
    assert of(rows, policies=third)["Ann"].score == 0.25
    assert of(rows, policies=third, **settings)["Ann"].score == 0


@pytest.mark.parametrize("order", [1, -1])
def test_two_rows_of_one_student_and_assignment(order):
    rows = [*marks("Ann", hw1=8.0), *marks("Ann", hw1=6.0)][::order]
    assert of(rows)["Ann"].score == 8
    assert of([*rows, *marks("Ann", hw1=None)][::order])["Ann"].score is None


def test_no_rows():
    assert list(totals([], Settings())) == []
