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


TOOLS = "import math\ndef length(x):\n    return math.sqrt(float((x * scale).square().sum()))"


def test_definitions_of_the_authors_are_there_and_read_what_the_expression_does():
    values = {
        "x": tensor_value(torch.tensor([3.0, 4.0])),
        "scale": NumberValue(type="float", value=2.0),
    }
    assert recompute("length(x)", values, tools=TOOLS) == NumberValue(type="float", value=10.0)


def test_a_state_dict_becomes_a_module():
    weights = {"weight": tensor_value(torch.eye(2)), "bias": tensor_value(torch.ones(2))}
    net = MappingValue(type="Linear", entries=weights, module=True)
    tools = (
        "from torch import nn\ndef net_of(weights):\n    net = nn.Linear(2, 2)\n"
        "    net.load_state_dict(weights)\n    return net"
    )
    values = {"net": net, "x": tensor_value(torch.tensor([1.0, 2.0]))}
    result = recompute("net_of(net)(x)", values, tools=tools)
    assert result.data.tolist() == [2.0, 3.0]
    assert not result.requires_grad


def test_what_they_draw_hangs_on_the_seed_alone():
    tools = "import torch\ndef drawn():\n    return torch.rand(())"
    torch.manual_seed(5)
    before = torch.get_rng_state()
    one, same, other = (recompute("drawn()", {}, tools=tools, seed=n).data for n in (1, 1, 2))
    assert one == same
    assert one != other
    assert torch.equal(torch.get_rng_state(), before)


def test_a_loop_without_an_end_is_stopped():
    tools = "def endless(x):\n    while True:\n        x = x + 1"
    with pytest.raises(ValueError, match="it does not come to an end"):
        recompute("endless(1)", {}, tools=tools)
