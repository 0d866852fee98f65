"""What differs between a value that was seen and the one that was expected.

Three phases, as in torch.testing: walk both values side by side, judge each aspect of each pair,
put what differs into words. Unlike there, all aspects and all places are looked at, and values are
never broadcast.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import torch

from grader.comparing import describe, tolerance
from grader.model.assignment import ASPECTS, DEFAULT_ASPECTS, Aspect, Check
from grader.model.result import AspectOutcome, Mismatch
from grader.model.values import (
    MappingValue,
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
)
from grader.wording import Text, say

MAX_MISMATCHES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """How every aspect came out, and where it differs. Right where no aspect failed.

    differing: of something that has parts, how many differ in each aspect.
    """

    aspects: Mapping[Aspect, AspectOutcome]
    mismatches: tuple[Mismatch, ...]
    differing: Mapping[Aspect, int] = field(default_factory=dict)

    @property
    def right(self) -> bool:
        """Whether something was compared and nothing differs."""
        outcomes = self.aspects.values()
        return "failed" not in outcomes and "passed" in outcomes


def compare(*, actual: Value, expected: Value, check: Check, path: str = "") -> Differences:
    """Compare two values in the aspects that the check names.

    An aspect is skipped where there is nothing to compare: the value of another shape, the dtype of
    a list. `expected` decides which aspects there are.
    """
    walker = _Walker(check)
    mismatches: list[Mismatch] = []
    failed: set[Aspect] = set()
    inside: Counter[Aspect] = Counter()
    has_parts = isinstance(expected, SequenceValue | MappingValue) and not _are_curves(
        actual, expected
    )
    for mismatch in walker.walk(actual, expected, path):
        failed.add(mismatch.aspect)
        inside[mismatch.aspect] += has_parts and mismatch.path != path
        if len(mismatches) < MAX_MISMATCHES:
            mismatches.append(mismatch)
    aspects: dict[Aspect, AspectOutcome] = {}
    for aspect in ASPECTS:
        if aspect not in check.aspects:
            continue
        if aspect in failed:
            aspects[aspect] = "failed"
        else:
            aspects[aspect] = "passed" if aspect in walker.looked_at else "skipped"
    differing = {aspect: inside[aspect] for aspect in ASPECTS if inside[aspect]}
    return Differences(aspects=aspects, mismatches=tuple(mismatches), differing=differing)


class _Walker:
    """Walks two values and yields what differs; looked_at holds the aspects that were compared."""

    def __init__(self, check: Check) -> None:
        self.check = check
        self.looked_at: set[Aspect] = set()

    def walk(self, actual: Value, expected: Value, path: str) -> Iterator[Mismatch]:
        if isinstance(expected, OpaqueValue | RaisedValue | NoValue):
            raise TypeError(f"the reference has nothing to compare with at {path}")
        if isinstance(expected, NumberValue | TensorValue) and isinstance(
            actual, NumberValue | TensorValue
        ):
            yield from self._numbers(actual, expected, path)
        elif isinstance(expected, TextValue) and isinstance(actual, TextValue):
            yield from self._aspect("type", actual.type, expected.type, path)
            yield from self._aspect("values", repr(actual.value), repr(expected.value), path)
        elif isinstance(expected, SequenceValue) and isinstance(actual, SequenceValue):
            yield from self._sequences(actual, expected, path)
        elif isinstance(expected, MappingValue) and isinstance(actual, MappingValue):
            yield from self._mappings(actual, expected, path)
        else:
            yield from self._form("type", describe.kind(actual), describe.kind(expected), path)

    def _form(self, aspect: Aspect, actual: str, expected: str, path: str) -> Iterator[Mismatch]:
        """Compare what must agree before anything else can be compared.

        Where the check does not ask for the aspect, a difference counts under another one: values
        that cannot be compared are not right.
        """
        if aspect not in self.check.aspects and actual != expected:
            aspect = "values" if "values" in self.check.aspects else self.check.aspects[0]
        yield from self._aspect(aspect, actual, expected, path)

    def _aspect(self, aspect: Aspect, actual: str, expected: str, path: str) -> Iterator[Mismatch]:
        if aspect in self.check.aspects:
            self.looked_at.add(aspect)
            if actual != expected:
                yield Mismatch(path=path, aspect=aspect, actual=actual, expected=expected)

    def _numbers(
        self,
        actual: NumberValue | TensorValue,
        expected: NumberValue | TensorValue,
        path: str,
    ) -> Iterator[Mismatch]:
        if self.check.exact_type:
            yield from self._form("type", _exact(actual), _exact(expected), path)
        if isinstance(actual, TensorValue) and isinstance(expected, TensorValue):
            yield from self._form("type", describe.kind(actual), describe.kind(expected), path)
            yield from self._attributes(actual, expected, path)
        else:
            yield from self._scalars(actual, expected, path)
        if _shape(actual) == _shape(expected):
            yield from self._values(actual, expected, path)

    def _scalars(
        self, actual: NumberValue | TensorValue, expected: NumberValue | TensorValue, path: str
    ) -> Iterator[Mismatch]:
        """Compare where one or both are Python numbers: each stands for a tensor without axes."""
        kinds = describe.kind(actual), describe.kind(expected)
        stands_for = _shape(actual) == _shape(expected) and "a NumPy array" not in kinds
        truth = _is_bool(actual) == _is_bool(expected)
        yield from self._form("type", *(("", "") if stands_for and truth else kinds), path)
        needs_grad = isinstance(expected, TensorValue) and expected.requires_grad
        if isinstance(actual, NumberValue) and needs_grad:
            yield from self._aspect("requires_grad", "False", "True", path)

    def _attributes(
        self, actual: TensorValue, expected: TensorValue, path: str
    ) -> Iterator[Mismatch]:
        yield from self._form("shape", str(actual.shape), str(expected.shape), path)
        yield from self._aspect("dtype", _dtype(actual), _dtype(expected), path)
        yield from self._aspect("device", actual.device, expected.device, path)
        yield from self._aspect(
            "requires_grad", str(actual.requires_grad), str(expected.requires_grad), path
        )
        if "grad" in self.check.aspects and expected.grad is not None:
            self.looked_at.add("grad")
            if actual.grad is None:
                yield Mismatch(
                    path=f"{path}.grad", aspect="grad", actual="None", expected=say("a gradient")
                )
                return
            inside = _Walker(_all_values(self.check))
            for mismatch in inside.walk(actual.grad, expected.grad, f"{path}.grad"):
                yield replace(mismatch, aspect="grad")

    def _values(
        self, actual: NumberValue | TensorValue, expected: NumberValue | TensorValue, path: str
    ) -> Iterator[Mismatch]:
        if "values" not in self.check.aspects:
            return
        self.looked_at.add("values")
        left, right = tensors(actual, expected)
        dtype = expected.dtype if isinstance(expected, TensorValue) else tolerance.NUMBER
        wrong = tolerance.differs(left, right, dtype=dtype, check=self.check)
        count = int(wrong.sum())
        if not count:
            return
        flat = wrong.reshape(-1)
        first = int(flat.nonzero()[0])
        index = [int(n) for n in torch.unravel_index(torch.tensor(first), wrong.shape)]
        yield Mismatch(
            path=f"{path}[{', '.join(map(str, index))}]" if index else path,
            aspect="values",
            actual=describe.number(_item(actual, left, first)),
            expected=describe.number(_item(expected, right, first)),
            extent=describe.extent(count, flat.numel(), at_most=self.check.compare == "at_most"),
        )

    def _sequences(
        self, actual: SequenceValue, expected: SequenceValue, path: str
    ) -> Iterator[Mismatch]:
        yield from self._aspect("type", "sequence", "sequence", path)
        if len(actual.items) != len(expected.items):
            yield from self._form("shape", describe.length(actual), describe.length(expected), path)
            return
        yield from self._aspect("shape", "the same", "the same", path)
        if _are_curves(actual, expected):
            # Compared whole, so that one early difference is one mismatch, not hundreds.
            left, right = numbers(actual) or [], numbers(expected) or []
            yield from self._values(_as_tensor(left), _as_tensor(right, expected.items[0]), path)
            return
        for place, (one, other) in enumerate(zip(actual.items, expected.items, strict=True)):
            yield from self.walk(one, other, f"{path}[{place}]")

    def _mappings(
        self, actual: MappingValue, expected: MappingValue, path: str
    ) -> Iterator[Mismatch]:
        if actual.module != expected.module:
            yield from self._form("type", describe.kind(actual), describe.kind(expected), path)
            return
        yield from self._aspect("type", "", "", path)
        if sorted(actual.entries) != sorted(expected.entries):
            yield from self._form("shape", describe.names(actual), describe.names(expected), path)
            return
        yield from self._aspect("shape", "the same", "the same", path)
        for name, value in expected.entries.items():
            inner = f"{path}.{name}" if expected.module else f"{path}[{name!r}]"
            yield from self.walk(actual.entries[name], value, inner)


def numbers(value: Value) -> list[float] | None:
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


def _are_curves(actual: Value, expected: Value) -> bool:
    """Whether both are lists of more than one real number."""
    if not isinstance(expected, SequenceValue) or len(expected.items) < 2:
        return False
    return numbers(actual) is not None and numbers(expected) is not None


def _all_values(check: Check) -> Check:
    return replace(check, aspects=DEFAULT_ASPECTS)


def _shape(value: NumberValue | TensorValue) -> tuple[int, ...]:
    return value.shape if isinstance(value, TensorValue) else ()


def _exact(value: NumberValue | TensorValue) -> Text:
    if isinstance(value, TensorValue):
        return say("a {type}", type=value.type)
    return say("a Python {type}", type=value.type)


def _dtype(value: TensorValue) -> str:
    return f"torch.{value.dtype}" if value.kind == "tensor" else value.dtype


def _is_bool(value: NumberValue | TensorValue) -> bool:
    if isinstance(value, TensorValue):
        return value.dtype == "bool"
    return isinstance(value.value, bool)


def _as_tensor(items: list[float], of: Value | None = None) -> TensorValue:
    """Return a list of numbers as a tensor of the precision that they have."""
    return TensorValue(
        kind="tensor",
        type="list",
        shape=(len(items),),
        dtype=of.dtype if isinstance(of, TensorValue) else tolerance.NUMBER,
        device="cpu",
        layout="strided",
        requires_grad=False,
        data=torch.tensor(items, dtype=torch.float64),
    )


def tensors(
    actual: NumberValue | TensorValue, expected: NumberValue | TensorValue
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the numbers of two values; of integers too large, how they stand to each other."""
    values = [v.value if isinstance(v, NumberValue) else None for v in (actual, expected)]
    if all(type(value) is int for value in values):
        # Integers of any size, without rounding: only how they stand to each other matters.
        one, other = (int(value) for value in values if isinstance(value, int))
        if max(abs(one), abs(other)) >= 2**53:
            return torch.tensor((one > other) - (one < other)), torch.tensor(0)
    return _tensor(actual), _tensor(expected)


def _tensor(value: NumberValue | TensorValue) -> torch.Tensor:
    if isinstance(value, TensorValue):
        return value.data
    number = value.value
    if isinstance(number, int) and not isinstance(number, bool) and abs(number) >= 2**63:
        return torch.tensor(float("inf") if number > 0 else float("-inf"), dtype=torch.float64)
    return torch.tensor(number, dtype=torch.float64 if isinstance(number, float) else None)


def _item(
    value: NumberValue | TensorValue, numbers: torch.Tensor, place: int
) -> bool | int | float | complex:
    if isinstance(value, NumberValue):
        return value.value
    return numbers.reshape(-1)[place].item()
