"""How far two values are apart, in tolerances."""

from dataclasses import replace

import pytest
import torch
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from grader.comparing.compare import compare
from grader.comparing.distance import FAR, distance
from grader.model.assignment import Check
from grader.model.values import NumberValue, RaisedValue, SequenceValue
from tests.verifying.values import anything, finite, tensor, tensors, values

CLOSE = Check(expression="v")
tolerances = st.one_of(st.none(), st.floats(0, 10))
checks = st.builds(
    Check,
    expression=st.just("v"),
    compare=st.sampled_from(["close", "exact"]),
    rtol=tolerances,
    atol=tolerances,
)
at_most = st.builds(
    Check,
    expression=st.just("v"),
    compare=st.just("at_most"),
    margin=st.floats(0, 10),
    atol=tolerances,
)


def between(check, actual, expected):
    return distance(check, actual={"v": actual}, expected={"v": expected})


@given(values, checks)
@example(NumberValue(type="int", value=2**64), CLOSE)
@example(NumberValue(type="int", value=-(10**400)), CLOSE)
def test_a_value_is_at_no_distance_from_itself(value, check):
    assert between(check, value, value) == 0


@st.composite
def pairs(draw, numbers=anything):
    one = draw(tensors(numbers=numbers))
    noise = draw(tensors(numbers=numbers, shapes=st.just(one.shape)))
    size = draw(st.sampled_from([0.0, 1e-6, 1e-4, 1e-2, 1.0]))
    return tensor((one.data + size * noise.data).to(one.data.dtype)), one


@given(pairs(), checks)
def test_more_than_one_is_what_a_check_refuses(pair, check):
    actual, expected = pair
    way = between(check, actual, expected)
    assume(abs(way - 1) > 1e-9)  # at the very edge rounding decides
    assume(expected.data.numel())
    found = compare(actual=actual, expected=expected, check=check)
    assert (way > 1) == (not found.right)


@given(pairs(numbers=finite), at_most)
def test_more_than_one_is_over_what_is_at_most_right(pair, check):
    actual, expected = pair
    way = between(check, actual, expected)
    assume(abs(way - 1) > 1e-9)
    assume(expected.data.numel())
    assert (way > 1) == (not compare(actual=actual, expected=expected, check=check).right)
    assert way == 0 or bool((actual.data > expected.data).any())


@settings(suppress_health_check=[HealthCheck.filter_too_much])  # few shapes are the same
@given(
    tensors(numbers=finite, dtypes=(torch.int64, torch.bool)),
    tensors(numbers=finite, dtypes=(torch.int64, torch.bool)),
    checks,
)
@example(tensor(torch.tensor([101])), tensor(torch.tensor([100])), replace(CLOSE, rtol=0.1))
def test_whole_numbers_are_the_same_or_far(actual, expected, check):
    assume(actual.shape == expected.shape and expected.data.numel())
    way = between(check, actual, expected)
    same = bool((actual.data.long() == expected.data.long()).all())
    assert (way <= 1) == same


@given(tensors(numbers=finite, dtypes=(torch.float64,)), st.floats(0.001, 100), checks)
def test_up_and_down_are_equally_far(expected, step, check):
    up, down = (tensor(expected.data + sign * step) for sign in (1, -1))
    close = pytest.approx(between(check, down, expected), rel=1e-3)
    assert between(check, up, expected) == close


@given(
    tensors(numbers=st.floats(1, 1e4, width=16), dtypes=(torch.float64,)),
    st.floats(0.01, 100),
    st.floats(0.001, 1),
)
def test_the_unit_grows_with_the_value_and_shrinks_with_the_tolerance(expected, factor, rtol):
    check = Check(expression="v", rtol=rtol, atol=0)
    actual = tensor(expected.data * 1.5)
    way = between(check, actual, expected)
    scaled = between(check, tensor(actual.data * factor), tensor(expected.data * factor))
    assert scaled == pytest.approx(way)
    assert between(replace(check, rtol=rtol / 2), actual, expected) == pytest.approx(2 * way)
    assert way == pytest.approx(0.5 / rtol if expected.data.numel() else 0)


@given(values, values, checks)
def test_any_two_values_are_at_some_distance(actual, expected, check):
    assert between(check, actual, expected) >= 0


@pytest.mark.parametrize(
    "actual",
    [
        tensor(torch.ones(2, 1)),
        tensor(torch.tensor([1.0, float("nan")])),
        tensor(torch.tensor([1.0, float("inf")])),
        SequenceValue(type="list", items=()),
        RaisedValue(type="NameError", message=""),
    ],
)
def test_what_has_another_form_is_far(actual):
    assert between(CLOSE, actual, tensor(torch.ones(2))) == FAR


def test_what_is_not_there_is_far():
    assert distance(CLOSE, actual={}, expected={"v": tensor(torch.ones(2))}) == FAR


def test_a_gradient_counts_where_it_is_looked_at():
    one = tensor(torch.ones(2))
    actual, expected = (replace(one, grad=tensor(torch.full((2,), g))) for g in (3.0, 1.0))
    looking = replace(CLOSE, aspects=("values", "grad"))
    assert between(CLOSE, actual, expected) == 0
    assert between(looking, actual, expected) > 1000
    assert between(looking, one, expected) == FAR


def test_a_recomputed_value_is_measured_by_what_comes_of_it():
    check = Check(expression="torch.mean((w - y) ** 2)", of=("w",), compare="at_most", margin=0.5)
    expected = {"w": tensor(torch.full((3,), 2.0)), "y": tensor(torch.zeros(3))}

    def way(number, shape=3):
        return distance(
            check, actual={"w": tensor(torch.full((shape,), number))}, expected=expected
        )

    assert way(2.0) == way(1.0) == 0
    assert way(10**0.5) == pytest.approx(3.0)  # 10 where 4 is expected and 6 still right
    assert way(2.0, shape=5) == FAR


def test_numbers_are_measured_in_their_own_precision():
    one, near = (NumberValue(type="float", value=value) for value in (1.0, 1.0 + 1e-8))
    assert between(replace(CLOSE, rtol=1e-9, atol=0), near, one) == pytest.approx(10)
    assert between(CLOSE, one, tensor(torch.tensor(1.0))) == 0
    large, larger = (NumberValue(type="float", value=value) for value in (1e39, 2e39))
    assert between(CLOSE, larger, large) > 1000


def test_lower_is_no_distance_where_no_margin_is_given():
    check = replace(CLOSE, compare="at_most")
    assert between(check, tensor(torch.tensor(0.9)), tensor(torch.tensor(1.0))) == 0
    assert between(check, tensor(torch.tensor(1.1)), tensor(torch.tensor(1.0))) == FAR
