from dataclasses import replace

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.comparing.agreement import agree
from grader.comparing.compare import compare
from grader.model.aspects import ASPECTS
from grader.model.assignment import Check, Exercise
from grader.model.values import (
    MappingValue,
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    SequenceValue,
    TensorValue,
)
from tests.formats.test_wire import tensor_value, tensors, values


def exercise(*checks):
    return Exercise(name="e", title={"": "E"}, points=1, checks=checks or (Check(expression="x"),))


def number(value):
    return NumberValue(type=type(value).__name__, value=value)


def raised(kind):
    return RaisedValue(type=kind, message="no", bases=("Exception",))


def is_plain(value):
    match value:
        case SequenceValue():
            return all(map(is_plain, value.items))
        case MappingValue():
            return all(map(is_plain, value.entries.values()))
        case _:
            return not isinstance(value, OpaqueValue | RaisedValue)


def agrees(one, other, *checks):
    return agree(exercise(*checks), actual={"x": one}, other={"x": other})


@given(values.filter(is_plain))
def test_a_value_agrees_with_itself(value):
    assert agrees(value, value)


@given(
    tensors().filter(lambda value: value.data.numel() > 0),
    st.data(),
    st.sampled_from(["close", "exact", "at_most"]),
)
def test_a_change_of_any_one_element_is_seen(value, data, how):
    assume(how != "at_most" or not value.data.is_complex())
    changed = value.data.clone().reshape(-1)
    place = data.draw(st.integers(0, changed.numel() - 1))
    sign = data.draw(st.sampled_from([-1, 1]))
    if changed.dtype is torch.bool:
        changed[place] = ~changed[place]
    else:
        changed[place] += sign * (changed[place].abs() + 7)
    other = replace(value, data=changed.reshape(value.shape))
    check = Check(expression="x", compare=how)
    assert not agrees(other, value, check)
    assert not agrees(value, other, check)


@given(values.filter(is_plain), values.filter(is_plain), st.permutations(ASPECTS))
def test_the_order_of_aspects_never_matters(actual, expected, aspects):
    usual = compare(actual=actual, expected=expected, check=Check(expression="x", aspects=ASPECTS))
    other = compare(
        actual=actual, expected=expected, check=Check(expression="x", aspects=tuple(aspects))
    )
    assert usual == other


@given(tensors(), st.sampled_from([0.4, -0.4]))
def test_a_change_within_tolerance_is_none(value, share):
    assume(value.data.is_floating_point())
    wide = value.data.double()
    near = wide + share * (0.01 + 0.01 * wide.abs())
    check = Check(expression="x", rtol=0.02, atol=0.02)
    assume(value.data.dtype in (torch.float32, torch.float64))
    assert agrees(replace(value, data=near.to(value.data.dtype)), value, check)


def test_at_most_has_to_be_close():
    low, high = number(1.0), number(2.0)
    at_most = Check(expression="x", compare="at_most", margin=0.5)
    assert not agrees(low, high, at_most)
    assert not agrees(high, low, at_most)
    assert agrees(low, low, at_most)


@pytest.mark.parametrize(
    "nothing", [NoValue(reason="timed out"), OpaqueValue(type="function", reason="a function")]
)
def test_nothing_agrees_with_nothing(nothing):
    assert not agrees(nothing, nothing)
    assert not agrees(number(1), nothing)
    assert not agrees(nothing, number(1))


def test_a_missing_value_agrees_with_nothing():
    assert not agree(exercise(), actual={}, other={})
    assert not agree(exercise(), actual={"x": number(1)}, other={})


def test_what_cannot_be_compared_does_not_agree():
    inside = SequenceValue(type="list", items=(OpaqueValue(type="object", reason="no"),))
    assert not agrees(inside, inside)


def test_errors_agree_by_their_type():
    assert agrees(raised("ValueError"), raised("ValueError"))
    assert not agrees(raised("ValueError"), raised("KeyError"))
    assert not agrees(raised("ValueError"), number(1))
    assert not agrees(number(1), raised("ValueError"))


def test_where_an_error_is_asked_for_its_control_has_to_agree_too():
    check = Check(expression="x", raises="ValueError", valid="y")

    def same(one, other):
        return agree(
            exercise(check),
            actual={"x": raised("ValueError"), "y": one},
            other={"x": raised("ValueError"), "y": other},
        )

    assert same(number(1), number(1))
    assert not same(number(1), number(2))


def test_all_checks_have_to_agree():
    both = Check(expression="x"), Check(expression="y")
    one = {"x": number(1), "y": number(1)}
    assert agree(exercise(*both), actual=one, other=one)
    assert not agree(exercise(*both), actual=one, other={**one, "y": number(2)})


def test_a_recomputed_value_agrees_by_what_it_gives():
    check = Check(expression="(w * k).sum()", of=("w",))
    w, swapped = torch.tensor([1.0, 2.0]), torch.tensor([2.0, 1.0])
    actual = {"w": tensor_value(w), "k": number(1.0)}
    assert agree(exercise(check), actual=actual, other={"w": tensor_value(swapped)})
    assert not agree(exercise(check), actual=actual, other={"w": tensor_value(w * 2)})
    assert isinstance(actual["w"], TensorValue)
