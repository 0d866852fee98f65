"""What is shown is near what is meant, and never worth more than all of it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.rounding import EXACT, NAMED, exact, to_decimals, written

STEPS = [*NAMED.values(), *map(to_decimals, range(7))]
points = st.decimals(0, 1000, places=6).map(float)


@pytest.mark.parametrize(
    ("name", "score", "shown"),
    [
        ("half", 2.25, 2.5),
        ("half", 2.2499, 2.0),
        ("quarter", 0.125, 0.25),
        ("quarter", 7.3, 7.25),
        ("whole", 0.5, 1),
        ("exact", 1 / 3, 0.333333),
        (1, 0.25, 0.3),
        (1, 2.675, 2.7),
        (2, 2.675, 2.68),  # in binary a little less, and round() gives 2.67
        (2, 1.005, 1.01),
    ],
)
def test_halfway_is_rounded_up_as_numbers_are_written(name, score, shown):
    rounding = to_decimals(name) if isinstance(name, int) else NAMED[name]
    assert written(rounding.rounded(exact(score))) == shown


@pytest.mark.parametrize("rounding", STEPS, ids=lambda one: one.name)
@given(score=points, other=points)
def test_rounding(rounding, score, other):
    low, high = sorted(map(exact, (score, other)))
    shown = rounding.rounded(low)
    assert rounding.rounded(shown) == shown
    assert shown <= rounding.rounded(high)
    if rounding.step is None:
        assert shown == low
    else:
        assert shown % rounding.step == 0
        assert -rounding.step / 2 < shown - low <= rounding.step / 2
    assert rounding.rounded(low, high) <= high
    assert rounding.rounded(high, high) <= high
    if high > low:
        assert rounding.rounded(high, low) == rounding.rounded(high)  # a bonus stays


def test_all_points_are_all_points_whatever_the_step():
    assert NAMED["whole"].rounded(exact(2.5), exact(2.5)) == Fraction(5, 2)


@given(points)
def test_points_are_written_as_they_were(score):
    assert written(EXACT.rounded(exact(score))) == score


def test_what_is_meant_by_a_sum_of_floats():
    assert exact(0.1 + 0.2) == Fraction(3, 10)
