"""What differs between a value that was seen and the one that was expected.

Three phases, as in torch.testing: walk both values side by side, judge each aspect of each pair,
put what differs into words. Unlike there, all aspects and all places are looked at, and values are
never broadcast.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

import torch

from grader.judging import words
from grader.model.assignment import ASPECTS, Aspect, Check
from grader.model.observation import (
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
from grader.model.result import AspectOutcome, Mismatch

MAX_MISMATCHES = 12

# (rtol, atol) by dtype. The ratios between the rows and the atol are those of
# torch.testing.assert_close (2.13, "default_tolerances"), which are meant for one operation; rtol
# is a hundred times as wide for float32 and float64, since exercises chain hundreds of operations
# whose order is the student's to choose. Everything not listed is compared exactly.
TOLERANCES: Mapping[str, tuple[float, float]] = {
    "float16": (1e-2, 1e-5),
    "bfloat16": (1.6e-2, 1e-5),
    "float32": (1.3e-4, 1e-5),
    "float64": (1e-5, 1e-7),
    "complex64": (1.3e-4, 1e-5),
    "complex128": (1e-5, 1e-7),
}
# A Python number mostly is the `.item()` of a float32 tensor, so it is as precise as one.
NUMBER = TOLERANCES["float32"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How every aspect came out, and where it differs. Right where no aspect failed."""

    aspects: Mapping[Aspect, AspectOutcome]
    mismatches: tuple[Mismatch, ...]

    @property
    def right(self) -> bool:
        """Whether something was compared and nothing differs."""
        outcomes = self.aspects.values()
        return "failed" not in outcomes and "passed" in outcomes


def compare(*, actual: Value, expected: Value, check: Check, path: str = "") -> Comparison:
    """Compare two values in the aspects that the check names.

    An aspect is skipped where there is nothing to compare: the value of another shape, the dtype of
    a list. `expected` decides which aspects there are.
    """
    walker = _Walker(check)
    mismatches = list(islice(walker.walk(actual, expected, path), MAX_MISMATCHES))
    failed = {mismatch.aspect for mismatch in mismatches}
    aspects: dict[Aspect, AspectOutcome] = {}
    for aspect in ASPECTS:
        if aspect not in check.aspects:
            continue
        if aspect in failed:
            aspects[aspect] = "failed"
        else:
            aspects[aspect] = "passed" if aspect in walker.looked_at else "skipped"
    return Comparison(aspects=aspects, mismatches=tuple(mismatches))


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
            yield from self._aspect("type", words.kind(actual), words.kind(expected), path)

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
        if isinstance(actual, NumberValue) or isinstance(expected, NumberValue):
            # A Python number stands for a tensor without axes, and the other way round.
            scalar = _shape(actual) == _shape(expected) == ()
            if not scalar or (isinstance(actual, TensorValue) and actual.kind == "array"):
                yield from self._aspect("type", words.kind(actual), words.kind(expected), path)
                return
            yield from self._aspect("type", "number", "number", path)
            if isinstance(actual, NumberValue) and isinstance(expected, NumberValue):
                truth = isinstance(actual.value, bool), isinstance(expected.value, bool)
                if truth[0] != truth[1]:
                    yield from self._aspect("type", actual.type, expected.type, path)
                    return
        else:
            yield from self._aspect("type", actual.kind, expected.kind, path)
            yield from self._attributes(actual, expected, path)
        if _shape(actual) == _shape(expected):
            yield from self._values(_tensor(actual), _tensor(expected), expected, path)

    def _attributes(
        self, actual: TensorValue, expected: TensorValue, path: str
    ) -> Iterator[Mismatch]:
        yield from self._aspect("shape", str(actual.shape), str(expected.shape), path)
        yield from self._aspect("dtype", _dtype(actual), _dtype(expected), path)
        yield from self._aspect("device", actual.device, expected.device, path)
        yield from self._aspect(
            "requires_grad", str(actual.requires_grad), str(expected.requires_grad), path
        )
        if "grad" in self.check.aspects and expected.grad is not None:
            self.looked_at.add("grad")
            if actual.grad is None:
                yield Mismatch(
                    path=f"{path}.grad", aspect="grad", actual="None", expected="a gradient"
                )
                return
            inside = _Walker(_all_values(self.check))
            for mismatch in inside.walk(actual.grad, expected.grad, f"{path}.grad"):
                yield Mismatch(
                    path=mismatch.path,
                    aspect="grad",
                    actual=mismatch.actual,
                    expected=mismatch.expected,
                    extent=mismatch.extent,
                )

    def _values(
        self, actual: torch.Tensor, expected: torch.Tensor, of: Value, path: str
    ) -> Iterator[Mismatch]:
        if "values" not in self.check.aspects:
            return
        self.looked_at.add("values")
        wrong = self._wrong(actual, expected, self._tolerance(of))
        count = int(wrong.sum())
        if not count:
            return
        flat = wrong.reshape(-1)
        first = int(flat.nonzero()[0])
        index = [int(n) for n in torch.unravel_index(torch.tensor(first), wrong.shape)]
        yield Mismatch(
            path=f"{path}[{', '.join(map(str, index))}]" if index else path,
            aspect="values",
            actual=words.number(actual.reshape(-1)[first].item()),
            expected=words.number(expected.reshape(-1)[first].item()),
            extent=words.extent(count, flat.numel()),
        )

    def _wrong(
        self, actual: torch.Tensor, expected: torch.Tensor, tolerance: tuple[float, float]
    ) -> torch.Tensor:
        """Return where the values differ. NaN is right only where NaN is expected."""
        wide = torch.complex128 if actual.is_complex() or expected.is_complex() else torch.float64
        exact = not (actual.is_floating_point() or expected.is_floating_point())
        if exact and wide is torch.float64:
            if actual.dtype == expected.dtype:
                return actual != expected
            return actual.to(torch.int64) != expected.to(torch.int64)
        left, right = actual.to(wide), expected.to(wide)
        if self.check.compare == "at_most":
            bound = right + self.check.margin * right.abs() + (self.check.atol or 0.0)
            return ~(left <= bound)
        rtol, atol = tolerance
        close = (left - right).abs() <= atol + rtol * right.abs()
        same = (left == right) | (left.isnan() & right.isnan())
        # Next to an infinite value every distance is within tolerance: only the same one is right.
        return ~torch.where(right.isinf() | left.isinf(), same, close | same)

    def _tolerance(self, expected: Value) -> tuple[float, float]:
        if self.check.compare == "exact":
            return 0.0, 0.0
        rtol, atol = NUMBER
        if isinstance(expected, TensorValue):
            rtol, atol = TOLERANCES.get(expected.dtype, (0.0, 0.0))
        check = self.check
        return (
            rtol if check.rtol is None else check.rtol,
            atol if check.atol is None else check.atol,
        )

    def _sequences(
        self, actual: SequenceValue, expected: SequenceValue, path: str
    ) -> Iterator[Mismatch]:
        yield from self._aspect("type", "sequence", "sequence", path)
        if len(actual.items) != len(expected.items):
            yield from self._aspect("shape", words.length(actual), words.length(expected), path)
            return
        yield from self._aspect("shape", "the same", "the same", path)
        left, right = numbers(actual), numbers(expected)
        if left is not None and right is not None and len(right) > 1:
            # A curve: compared whole, so that one early difference is one mismatch, not hundreds.
            of = expected.items[0]
            yield from self._values(
                torch.tensor(left, dtype=torch.float64),
                torch.tensor(right, dtype=torch.float64),
                of if isinstance(of, TensorValue) else NumberValue(type="float", value=0.0),
                path,
            )
            return
        for place, (one, other) in enumerate(zip(actual.items, expected.items, strict=True)):
            yield from self.walk(one, other, f"{path}[{place}]")

    def _mappings(
        self, actual: MappingValue, expected: MappingValue, path: str
    ) -> Iterator[Mismatch]:
        yield from self._aspect(
            "type",
            "module" if actual.module else "mapping",
            "module" if expected.module else "mapping",
            path,
        )
        names = str(list(actual.entries)), str(list(expected.entries))
        if sorted(actual.entries) != sorted(expected.entries):
            yield from self._aspect("shape", *names, path)
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
        if isinstance(item, TensorValue) and item.shape == () and not item.data.is_complex():
            found.append(float(item.data))
        elif isinstance(item, NumberValue) and isinstance(item.value, float):
            found.append(item.value)
        else:
            return None
    return found


def _all_values(check: Check) -> Check:
    return replace(check, aspects=("type", "shape", "dtype", "device", "values"))


def _shape(value: NumberValue | TensorValue) -> tuple[int, ...]:
    return value.shape if isinstance(value, TensorValue) else ()


def _dtype(value: TensorValue) -> str:
    return f"torch.{value.dtype}" if value.kind == "tensor" else value.dtype


def _tensor(value: NumberValue | TensorValue) -> torch.Tensor:
    if isinstance(value, TensorValue):
        return value.data
    if isinstance(value.value, int) and not -(2**63) <= value.value < 2**63:
        return torch.tensor(float("inf") if value.value > 0 else float("-inf"))
    if isinstance(value.value, float):
        return torch.tensor(value.value, dtype=torch.float64)
    return torch.tensor(value.value)
