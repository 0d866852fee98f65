import pytest
import torch

from grader.errors import BadAnswer
from grader.model.values import NumberValue, SequenceValue, TensorValue
from grader.running.allowance import Allowance, held


def tensor(size):
    return TensorValue(
        kind="tensor", type="Tensor", shape=(size,), dtype="uint8", device="cpu", layout="strided",
        requires_grad=False, data=torch.zeros(size, dtype=torch.uint8),
    )  # fmt: skip


def test_what_is_wanted_is_kept_whatever_else_there_was():
    allowance = Allowance({"one": {"x": tensor(10**6)}}, left=2 * 10**6)
    allowance.take("two", {"x": tensor(15 * 10**5)})
    with pytest.raises(BadAnswer):
        allowance.take("two", {"x": tensor(15 * 10**5)})
    for _ in range(3):
        allowance.take("one", {"x": tensor(10**6)})
        allowance.take("two", {"x": tensor(100)})


def test_many_small_values_are_counted_as_what_they_take():
    one = NumberValue(type="int", value=1)
    assert held([SequenceValue(type="list", items=(one,) * 1_000)]) > 200_000
