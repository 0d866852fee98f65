"""What a person should look at, worst first."""

import csv
import io
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.decisions import applied
from grader.course.review import to_review
from grader.course.review_table import HEAD, as_csv, cells
from grader.model.review import WORST_FIRST
from tests.course_decisions.rows import row, standing, ungraded


def unconfirmed(name, *exercises, **facts):
    found = standing(name, **facts)
    parts = tuple(replace(one, is_unconfirmed=one.exercise in exercises) for one in found.exercises)
    return replace(found, exercises=parts)


def close_to(standing):
    return Fraction(4, 5) if standing.student == "near" else None


ALL = [
    standing("near"),
    standing("fine"),
    standing("again", attempts=3, attempt=2, concerns=("guessed cell",)),
    standing("several", attempts=3, attempt=2),
    standing("late", late=True),
    standing("cell", concerns=("guessed cell",)),
    standing("name", concerns=("guessed name",)),
    standing("encoding", concerns=("guessed encoding",)),
    standing("carried", concerns=("another's variant",)),
    standing("in use", concerns=("forbidden in use",)),
    unconfirmed("typed", "fit"),
    standing("one of two", concerns=("claims",)),
    ungraded("review", "small", "needs review"),
    ungraded("broken", "small"),
    ungraded("absent", "small", attempt=0, attempts=0),
    standing("open", final=None, score=None, computed=None),
    ungraded("unread", "small", "waits for a person"),
]


def test_the_worst_comes_first_and_what_is_fine_is_left_out():
    found = to_review(ALL, close_to=close_to)
    assert [one.standing.student for one in found] == [
        "review",
        "broken",
        "open",
        "one of two",
        "unread",
        "carried",
        "in use",
        "typed",
        "encoding",
        "name",
        "again",
        "cell",
        "late",
        "near",
    ]
    firsts = dict.fromkeys(one.reasons[0] for one in found)
    assert [*firsts, "several attempts"] == [*WORST_FIRST]


def test_who_handed_in_again_need_not_be_looked_at_for_that_alone():
    told = {one.standing.student: one.reasons for one in to_review(ALL)}
    assert "several" not in told
    assert told["again"] == ("guessed cell", "several attempts")


def test_of_two_that_are_as_bad_the_one_with_more_reasons_comes_first():
    found = to_review([standing("a", late=True), standing("b", late=True, attempts=2)])
    assert [one.standing.student for one in found] == ["b", "a"]
    assert found[0].reasons == ("late", "several attempts")


@given(order=st.permutations(ALL))
def test_the_order_of_standings_does_not_count(order):
    assert to_review(order, close_to=close_to) == to_review(ALL, close_to=close_to)


def test_what_a_person_decided_on_was_looked_at():
    people = [ungraded("eve", "small", "needs review"), unconfirmed("bob", "fit", "means")]
    rows = [
        row(2, student="eve", score=1),
        row(3, exercise="fit", score=1),
        row(4, exercise="means", comment="Is it typed in?"),
    ]
    (left,) = to_review(applied(people, rows).standings)
    assert (left.standing.student, left.unconfirmed) == ("bob", ("means",))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("near", "near the border at 80 %"),
        ("again", "guessed cell; attempt 2 of 3 counts"),
        ("broken", "no score: the file is empty"),
        ("open", "no score"),
        ("typed", "right only for the data shown: fit"),
        ("review", "needs review: the file is empty"),
        ("one of two", "several hand-ins claim one student"),
        ("late", "late"),
    ],
)
def test_a_row_says_why(name, told):
    (one,) = (one for one in to_review(ALL, close_to=close_to) if one.standing.student == name)
    assert cells(one)[0] == told
    assert len(cells(one)) == len(HEAD)


def test_no_cell_of_the_table_is_a_formula():
    found = to_review([standing('=cmd|"x"\n', late=True, student_id="+7")])
    (one,) = csv.DictReader(io.StringIO(as_csv(found)))
    assert (one["student"], one["id"]) == ('\'=cmd|"x" ', "'+7")
    assert (one["why"], one["score"], one["max_score"]) == ("late", "5", "6")
