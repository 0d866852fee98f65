"""Which of several attempts counts."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.attempts import counting
from grader.course.lateness import Lateness
from tests.course_settings.rows import policy, row

DAY = timedelta(days=1)
EARLY = -DAY


def counts(rule, *attempts, late=None):
    """Return the number of the attempt that counts. attempts: score, and how late."""
    rows = [row(score=score, late_by=by) for score, by in attempts]
    found = counting(rows, policy(attempt=rule, late=late or Lateness(deduct=Fraction(1, 10))))
    assert found.attempts == len(attempts)
    return found.attempt


@pytest.mark.parametrize(
    ("attempts", "latest", "best", "in_time"),
    [
        ([(8, EARLY)], 1, 1, 1),
        ([(8, EARLY), (6, EARLY)], 2, 1, 2),
        ([(8, EARLY), (8, EARLY)], 2, 2, 2),
        ([(8, EARLY), (9, 2 * DAY)], 2, 1, 1),  # 7.2 of it are left
        ([(8, EARLY), (10, DAY)], 2, 2, 1),
        ([(5, DAY), (4, 2 * DAY)], 2, 1, 2),
        ([(8, EARLY), (None, EARLY)], 1, 1, 1),
        ([(8, DAY), (None, EARLY)], 1, 1, 1),
        ([(None, EARLY), (None, EARLY)], 2, 2, 2),
        ([(0, EARLY), (None, EARLY)], 1, 1, 1),
        ([(8, EARLY), (9, None)], 2, 2, 2),  # nobody knows it to be late
    ],
)
def test_which_counts(attempts, latest, best, in_time):
    assert counts("latest", *attempts) == latest
    assert counts("best", *attempts) == best
    assert counts("latest in time", *attempts) == in_time


@pytest.mark.parametrize("rule", ["latest", "best", "latest in time"])
def test_what_is_refused_costs_nothing_that_was_handed_in_before(rule):
    refuse = Lateness(refuse_after=DAY)
    assert counts(rule, (8, EARLY), (10, 2 * DAY), late=refuse) == 1
    assert counts(rule, (8, 2 * DAY), (10, 3 * DAY), late=refuse) == 2


def test_what_is_passed_over_is_told():
    held = policy(late=Lateness(refuse_after=DAY))
    rows = [row(late_by=EARLY), row(score=None, late_by=EARLY), row(late_by=2 * DAY)]
    assert counting(rows, held).notes == (
        "attempt 3 was handed in too late to be taken",
        "attempt 2 has no score, so that an earlier one counts",
    )
    assert counting(rows[:1], held).notes == ()


@given(
    scores=st.lists(st.none() | st.integers(0, 10).map(float), min_size=1, max_size=5),
    days=st.lists(st.integers(-2, 5), min_size=5, max_size=5),
)
def test_one_more_attempt_never_costs_who_has_the_best(scores, days):
    rows = [
        row(score=score, late_by=day * DAY) for score, day in zip(scores, days, strict=False)
    ]  # fmt: skip
    late = Lateness(deduct=Fraction(1, 10), refuse_after=3 * DAY)
    held = policy(attempt="best", late=late)
    found = [counting(rows[:number], held).final for number in range(1, len(rows) + 1)]
    known = [final for final in found if final is not None]
    assert known == sorted(known)
