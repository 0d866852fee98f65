import pytest
import torch

from grader.comparing.recompute import recompute
from grader.model.values import (
    MappingValue,
    NumberValue,
    OpaqueValue,
    SequenceValue,
    TensorValue,
)
from tests.formats.test_wire import tensor_value


def test_a_tensor_or_a_number():
    values = {"x": tensor_value(torch.tensor([1.0, 3.0])), "n": NumberValue(type="int", value=2)}
    result = recompute("torch.mean(x) * n", values)
    assert isinstance(result, TensorValue)
    assert result.data.item() == 4.0
    assert recompute("math.sqrt(float(x[1]) + 1)", values) == NumberValue(type="float", value=2.0)


def test_a_module_is_a_dictionary_and_sequences_are_lists():
    layer = MappingValue(
        type="Linear", entries={"weight": tensor_value(torch.full((2,), 3.0))}, module=True
    )
    items = SequenceValue(type="list", items=(NumberValue(type="float", value=1.5),) * 2)
    result = recompute('layer["weight"].sum() + sum(items)', {"layer": layer, "items": items})
    assert result.data.item() == 9.0


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("x @ x", tensor_value(torch.ones(2, 3))),
        ("x[5]", tensor_value(torch.ones(2))),
        ("x.nothing", tensor_value(torch.ones(2))),
        ("[x]", tensor_value(torch.ones(2))),
        ("x", OpaqueValue(type="function", reason="a function")),
    ],
)
def test_what_does_not_fit_is_a_reason(expression, value):
    with pytest.raises(ValueError, match=r"\w"):
        recompute(expression, {"x": value})
