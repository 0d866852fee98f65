import pytest
import torch

from grader.comparing.bounds import keeps_bounds, room
from grader.model.assignment import Check
from grader.model.features import Bound
from grader.model.values import NumberValue, SequenceValue, TextValue
from tests.formats.test_wire import tensor_value

AT_LEAST = Check(expression="x", at_least=0.9)
BETWEEN = Check(expression="x", at_least=0.0, at_most=1.0)


def number(value):
    return NumberValue(type=type(value).__name__, value=value)


@pytest.mark.parametrize(
    "value",
    [
        number(0.9),
        number(1),
        tensor_value(torch.tensor(0.95)),
        tensor_value(torch.tensor([1.0, 2.0])),
        SequenceValue(type="list", items=(number(0.9), number(3.0))),
    ],
)
def test_what_keeps_the_bounds_passes(value):
    assert keeps_bounds(AT_LEAST, value, "x").right


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (number(0.5), "0.5"),
        (number(float("nan")), "nan"),
        (number(float("inf")), "inf"),
        (number(10**400), "inf"),
        (number(0.89999999), "0.89999999"),
        (tensor_value(torch.tensor([1.0, 0.25])), "0.25"),
    ],
)
def test_what_misses_them_is_told_beside_the_bound(value, told):
    found = keeps_bounds(AT_LEAST, value, "x")
    assert not found.right
    (mismatch,) = found.mismatches
    assert mismatch.actual.text == told
    assert mismatch.expected == Bound(at_least=0.9)


@pytest.mark.parametrize(
    "value",
    [
        number(True),
        number(1j),
        TextValue(type="str", value="1"),
        SequenceValue(type="list", items=()),
        tensor_value(torch.empty(0)),
        tensor_value(torch.tensor([True])),
    ],
)
def test_what_is_no_number_keeps_none(value):
    found = keeps_bounds(AT_LEAST, value, "x")
    assert not found.right
    assert found.mismatches[0].aspect == "type"


def test_room_is_the_way_to_the_nearest_bound():
    assert room(BETWEEN, torch.tensor([0.25, 0.5])) == 0.25
    assert room(BETWEEN, torch.tensor([0.25, 0.9375])) == 0.0625
    assert room(BETWEEN, torch.tensor([1.5])) == -0.5
    assert room(BETWEEN, torch.tensor([float("nan")])) == float("-inf")
