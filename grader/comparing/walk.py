"""Two values side by side, place by place."""

from collections.abc import Iterator
from typing import NamedTuple

from grader.model.values import (
    COMPARED,
    MappingValue,
    NumberValue,
    SequenceValue,
    TensorValue,
    Value,
)


class Place(NamedTuple):
    """Two values that stand at the same place. path: the code that leads there."""

    path: str
    actual: Value
    expected: Value


def walk(actual: Value, expected: Value, path: str = "") -> Iterator[Place]:
    """Yield two values, and then what is inside them, as far as both have the same form.

    Two lists of numbers are one place: one early difference in a curve is not hundreds.
    """
    yield Place(path, actual, expected)
    match actual, expected:
        case SequenceValue(items=left), SequenceValue(items=right):
            if len(left) == len(right) and not are_curves(actual, expected):
                for number, (one, other) in enumerate(zip(left, right, strict=True)):
                    yield from walk(one, other, f"{path}[{number}]")
        case MappingValue(entries=left, module=module), MappingValue(entries=right):
            if module == expected.module and left.keys() == right.keys():
                for name, other in right.items():
                    inner = f"{path}.{name}" if module else f"{path}[{name!r}]"
                    inner = name if expected.type == COMPARED else inner
                    yield from walk(left[name], other, inner)


def curve(value: Value) -> list[float] | None:
    """Return a list of real numbers as floats; None where it is something else."""
    if not isinstance(value, SequenceValue):
        return None
    found: list[float] = []
    for item in value.items:
        if isinstance(item, NumberValue) and isinstance(item.value, float):
            found.append(item.value)
        elif isinstance(item, TensorValue) and item.shape == () and not item.data.is_complex():
            found.append(float(item.data))
        else:
            return None
    return found


def are_curves(actual: Value, expected: Value) -> bool:
    """Whether both are lists of more than one real number."""
    if not isinstance(expected, SequenceValue) or len(expected.items) < 2:
        return False
    return curve(actual) is not None and curve(expected) is not None
