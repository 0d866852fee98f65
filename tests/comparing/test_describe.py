import pytest
import torch

from grader.comparing import describe
from grader.model.values import (
    MappingValue,
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    SequenceValue,
    TextValue,
)
from tests.formats.test_wire import tensor_value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (tensor_value(torch.tensor(0.5)), "tensor of float32: 0.5"),
        (
            tensor_value(torch.arange(8.0).reshape(2, 4)),
            "tensor of float32, shape (2, 4): [0, 1, 2, 3, 4, 5, …]",
        ),
        (tensor_value(torch.ones(1), kind="array"), "array of float32, shape (1,): [1]"),
        (NumberValue(type="float", value=1 / 3), "0.333333"),
        (NumberValue(type="float", value=float("nan")), "nan"),
        (NumberValue(type="int", value=10**30), "an integer of 31 digits"),
        (TextValue(type="str", value="a\nb"), r"'a\nb'"),
        (TextValue(type="NoneType", value="None"), "None"),
        (SequenceValue(type="list", items=()), "list of 0 items"),
        (
            SequenceValue(type="tuple", items=(NumberValue(type="int", value=1),)),
            "tuple of 1 item (1)",
        ),
        (
            SequenceValue(type="list", items=(NumberValue(type="int", value=1),) * 4),
            "list of 4 items",
        ),
        (MappingValue(type="Linear", entries={}, module=True), "a module (Linear)"),
        (RaisedValue(type="ValueError", message="no"), "ValueError: no"),
        (OpaqueValue(type="function", reason="a function"), "function: a function"),
        (NoValue(reason="timed out"), "timed out"),
    ],
)
def test_values_in_words(value, text):
    assert describe.describe(value) == text


def test_extent():
    assert describe.extent(1, 1) == ""
    assert describe.extent(4, 4) == "all 4 values differ"
    assert describe.extent(1, 4) == "1 of 4 values differ"
    assert describe.extent(1, 1, at_most=True) == "larger than it may be"
