"""The numbers that values hold, and how precise these are."""

import torch

from grader.comparing import tolerance
from grader.model.values import NumberValue, SequenceValue, TensorValue, Value

Numbers = NumberValue | TensorValue


def dtype_of(value: Value) -> str:
    """Return what the numbers of a value came as, which decides how precise they are.

    Where they are less so on the device that they came from, that is said, too.
    """
    match value:
        case TensorValue():
            return tolerance.row(value.dtype, value.device)
        case NumberValue(value=bool()):
            return "bool"
        case NumberValue(value=int()):
            return "int64"
        case SequenceValue(items=(first, *_)):
            return dtype_of(first)
        case _:
            return tolerance.NUMBER


def tensors(actual: Numbers, expected: Numbers) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the numbers of two values; of integers too large, how they stand to each other."""
    values = [v.value if isinstance(v, NumberValue) else None for v in (actual, expected)]
    if all(type(value) is int for value in values):
        # Integers of any size, without rounding: only how they stand to each other matters.
        one, other = (int(value) for value in values if isinstance(value, int))
        if max(abs(one), abs(other)) >= 2**53:
            return torch.tensor((one > other) - (one < other)), torch.tensor(0)
    return _tensor(actual), _tensor(expected)


def as_tensor(items: list[float], of: Value | None = None) -> TensorValue:
    """Return a list of numbers as a tensor of the precision that they have."""
    dtype = tolerance.NUMBER if of is None else dtype_of(of)
    return TensorValue.of(torch.tensor(items, dtype=torch.float64), type="list", dtype=dtype)


def _tensor(value: Numbers) -> torch.Tensor:
    if isinstance(value, TensorValue):
        return value.data
    number = value.value
    if isinstance(number, int) and not isinstance(number, bool) and abs(number) >= 2**63:
        return torch.tensor(float("inf") if number > 0 else float("-inf"), dtype=torch.float64)
    return torch.tensor(number, dtype=torch.float64 if isinstance(number, float) else None)
