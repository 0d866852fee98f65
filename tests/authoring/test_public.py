"""Expected values as students are shown them."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring.public import MOST, public
from grader.comparing.tolerance import differs
from grader.model.assignment import Check
from grader.model.values import MappingValue, NumberValue, SequenceValue, TensorValue, TextValue

CHECK = Check(expression="x", public=True)


def shown(tensor, check=CHECK):
    found = public(TensorValue.of(tensor), check)
    assert found is not None
    return found


def test_no_digit_is_shown_that_the_check_does_not_look_at():
    assert shown(torch.tensor([[1.23456789, -123456.789], [0.0, 3.0e-7]])).numbers == [
        [1.23457, -123457.0],
        [0.0, 0.0],
    ]
    assert shown(torch.tensor([1.23456789]), Check(expression="x", rtol=0.1)).numbers == [1.23]


def test_whole_numbers_are_shown_as_they_are():
    assert shown(torch.tensor([3, -70000])).numbers == [3, -70000]
    assert (shown(torch.tensor([3])).rtol, shown(torch.tensor([3])).atol) == (0.0, 0.0)
    assert shown(torch.tensor([True, False])).numbers == [True, False]


def test_parts_are_shown_as_lists():
    parts = SequenceValue(
        type="tuple",
        items=(TensorValue.of(torch.tensor([1.5, 2.5])), NumberValue(type="int", value=7)),
    )
    found = public(parts, CHECK)
    assert found is not None
    assert found.numbers == [[1.5, 2.5], 7]


def test_the_literal_is_python_that_gives_the_numbers():
    found = shown(torch.tensor([math.inf, -math.inf, math.nan, 0.5]))
    assert found.literal(80) == '[float("inf"), -float("inf"), float("nan"), 0.5]'
    assert eval(found.literal(80))[:2] == [math.inf, -math.inf]


@pytest.mark.parametrize(
    "value",
    [
        TensorValue.of(torch.zeros(MOST + 1)),
        TensorValue.of(torch.zeros(0)),
        TensorValue.of(torch.zeros(2, dtype=torch.complex64)),
        TextValue(type="str", value="ValueError"),
        NumberValue(type="complex", value=1j),
        MappingValue(type="dict", entries={}),
        SequenceValue(type="list", items=(TextValue(type="str", value="x"),)),
        SequenceValue(type="list", items=()),
    ],
)
def test_what_is_no_few_numbers_is_not_shown(value):
    assert public(value, CHECK) is None


@given(
    st.floats(-1e6, 1e6, width=32),
    st.floats(-1, 1),
    st.sampled_from([torch.float16, torch.float32, torch.float64]),
)
def test_every_right_answer_is_near_what_is_shown(number, part, dtype):
    expected = torch.tensor([number], dtype=dtype)
    found = shown(expected)
    room = 1e-2 * abs(number) + 1e-5 if dtype == torch.float16 else 1.3e-4 * abs(number) + 1e-5
    actual = expected.double() + part * room
    name = str(dtype).removeprefix("torch.")
    if not differs(actual, expected, dtype=name, check=CHECK).any():
        (wanted,) = found.numbers
        assert math.isclose(actual.item(), wanted, rel_tol=found.rtol, abs_tol=found.atol)
