"""A value that was seen beside the one that is expected there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch

from grader.explaining import relations
from grader.model.assignment import DEFAULT_ASPECTS, Check
from grader.model.values import MappingValue, SequenceValue, TensorValue, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A value that was seen, and what is expected there.

    path: the code that gives it; hidden: whether it may hold what students must not see; free:
    whether other numbers than the expected ones may be right.
    """

    path: str
    actual: Value
    expected: Value
    check: Check
    hidden: bool
    free: bool = False

    @property
    def code(self) -> str:
        """The path, marked as code."""
        return f"`{self.path}`"

    @property
    def is_curve(self) -> bool:
        """Whether both are lists of more than one number."""
        values = self.actual, self.expected
        if not all(isinstance(value, SequenceValue) and len(value.items) > 1 for value in values):
            return False
        found = [relations.wide(value) for value in values]
        return all(one is not None and one.ndim == 1 and not one.is_complex() for one in found)

    def same(self, actual: torch.Tensor, expected: torch.Tensor) -> bool:
        """Whether numbers made of both values agree, as the check compares them."""
        dtype = relations.dtype_of(self.expected)
        return relations.is_same(actual, expected, dtype=dtype, check=self.check)


def parts(pair: Pair) -> Iterator[Pair]:
    """Return the pairs inside two values of one form: tensors, numbers, lists of numbers."""
    actual, expected = pair.actual, pair.expected
    if isinstance(actual, SequenceValue) and isinstance(expected, SequenceValue):
        if len(actual.items) == len(expected.items) and not pair.is_curve:
            for place, (one, other) in enumerate(zip(actual.items, expected.items, strict=True)):
                path = f"{pair.path}[{place}]"
                yield from parts(replace(pair, path=path, actual=one, expected=other))
            return
    elif (
        isinstance(actual, MappingValue)
        and isinstance(expected, MappingValue)
        and actual.module == expected.module
        and actual.entries.keys() == expected.entries.keys()
    ):
        for name, other in expected.entries.items():
            path = f"{pair.path}.{name}" if expected.module else f"{pair.path}[{name!r}]"
            yield from parts(replace(pair, path=path, actual=actual.entries[name], expected=other))
        return
    yield pair
    if isinstance(actual, TensorValue) and isinstance(expected, TensorValue):
        grad, wanted = actual.grad, expected.grad
        if "grad" in pair.check.aspects and grad is not None and wanted is not None:
            check = replace(pair.check, aspects=DEFAULT_ASPECTS)
            path = f"{pair.path}.grad"
            yield replace(pair, path=path, actual=grad, expected=wanted, check=check)
