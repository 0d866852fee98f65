"""What differs between a value that was seen and the one that was expected.

As in torch.testing, both values are walked side by side and each aspect of each pair is judged;
unlike there, all aspects and all places are looked at, and values are never broadcast.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

import torch

from grader.comparing import describe, tolerance
from grader.comparing.walk import Place, are_curves, curve, walk
from grader.model.aspects import ASPECTS, ATTRIBUTES, DEFAULT_ASPECTS, Aspect, AspectOutcome
from grader.model.assignment import Check
from grader.model.facts import Extent, Mismatch
from grader.model.features import Feature, Flag, Gradient, Shape
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

MAX_MISMATCHES = 12
MAP = 24  # numbers along an axis of a value, at most, of which it is kept which differ

_SETS = frozenset({"set", "frozenset"})  # their items come in an order of their own

_Attributes = Mapping[Aspect, Callable[[TensorValue], Feature]]
_Numbers = NumberValue | TensorValue


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

    def first(self, aspect: Aspect) -> Mismatch | None:
        """Return the first mismatch in an aspect."""
        return next((one for one in self.mismatches if one.aspect == aspect), None)


def compare(
    *,
    actual: Value,
    expected: Value,
    check: Check,
    path: str = "",
    attributes: _Attributes = ATTRIBUTES,
) -> Differences:
    """Compare two values in the aspects that the check names.

    An aspect is skipped where there is nothing to compare: the value of another shape, the dtype of
    a list. `expected` decides which aspects there are. attributes: of tensors, what each aspect
    that is one of them is read from.
    """
    judge = _Judge(check, attributes)
    mismatches: list[Mismatch] = []
    failed: set[Aspect] = set()
    inside: Counter[Aspect] = Counter()
    has_parts = isinstance(expected, SequenceValue | MappingValue)
    has_parts = has_parts and not are_curves(actual, expected)
    for place in walk(actual, expected, path):
        for mismatch in judge.differences(place):
            failed.add(mismatch.aspect)
            inside[mismatch.aspect] += has_parts and mismatch.path != path
            if len(mismatches) < MAX_MISMATCHES:
                mismatches.append(mismatch)
    aspects: dict[Aspect, AspectOutcome] = {}
    for aspect in dict.fromkeys((*ASPECTS, *attributes)):
        if aspect not in check.aspects:
            continue
        if aspect in failed:
            aspects[aspect] = "failed"
        else:
            aspects[aspect] = "passed" if aspect in judge.looked_at else "skipped"
    differing = {aspect: inside[aspect] for aspect in ASPECTS if inside[aspect]}
    return Differences(aspects=aspects, mismatches=tuple(mismatches), differing=differing)


class _Judge:
    """Judges pairs of values, and keeps in `looked_at` the aspects that were compared."""

    def __init__(self, check: Check, attributes: _Attributes) -> None:
        self.check, self.attributes = check, attributes
        self.looked_at: set[Aspect] = set()

    def differences(self, place: Place) -> Iterator[Mismatch]:
        """Yield what differs between two values, what is inside them aside."""
        path, actual, expected = place
        match expected:
            case OpaqueValue() | RaisedValue() | NoValue():
                why = f": {expected.why}" if isinstance(expected, OpaqueValue) else ""
                raise TypeError(f"the reference has nothing to compare with at {path}{why}")
            case NumberValue() | TensorValue() if isinstance(actual, NumberValue | TensorValue):
                yield from self._numbers(actual, expected, path)
            case TextValue() if isinstance(actual, TextValue):
                yield from self._texts(actual, expected, path)
            case SequenceValue() if isinstance(actual, SequenceValue):
                yield from self._sequences(actual, expected, path)
            case MappingValue() if isinstance(actual, MappingValue):
                yield from self._mappings(actual, expected, path)
            case NumberValue() | TensorValue() | TextValue() | SequenceValue() | MappingValue():
                yield self._form("type", describe.thing(actual), describe.thing(expected), path)
            case _:
                assert_never(expected)

    def _form(self, aspect: Aspect, actual: Feature, expected: Feature, path: str) -> Mismatch:
        """Return a difference in what must agree before anything else can be compared.

        Where the check does not ask for the aspect, it counts under another one: values that
        cannot be compared are not right.
        """
        if aspect not in self.check.aspects:
            aspect = "values" if "values" in self.check.aspects else self.check.aspects[0]
        self.looked_at.add(aspect)
        return Mismatch(path=path, aspect=aspect, actual=actual, expected=expected)

    def _agree(self, *aspects: Aspect) -> None:
        self.looked_at.update(aspect for aspect in aspects if aspect in self.check.aspects)

    def _aspect(
        self, aspect: Aspect, actual: Feature, expected: Feature, path: str
    ) -> Iterator[Mismatch]:
        self._agree(aspect)
        if aspect in self.check.aspects and actual != expected:
            yield Mismatch(path=path, aspect=aspect, actual=actual, expected=expected)

    def _texts(self, actual: TextValue, expected: TextValue, path: str) -> Iterator[Mismatch]:
        yield from self._aspect("type", describe.thing(actual), describe.thing(expected), path)
        if actual.value == expected.value:
            self._agree("values")
        else:
            one, two = describe.glimpse(actual), describe.glimpse(expected)
            yield from self._aspect("values", one, two, path)

    def _numbers(self, actual: _Numbers, expected: _Numbers, path: str) -> Iterator[Mismatch]:
        self._agree("type")
        if self.check.exact_type:
            exact = describe.exact_thing(actual), describe.exact_thing(expected)
            if exact[0] != exact[1]:
                yield self._form("type", *exact, path)
        if isinstance(actual, TensorValue) and isinstance(expected, TensorValue):
            things = describe.thing(actual), describe.thing(expected)
            if things[0] != things[1]:
                yield self._form("type", *things, path)
            yield from self._attributes(actual, expected, path)
        else:
            yield from self._scalars(actual, expected, path)
        if _shape(actual) == _shape(expected):
            yield from self._values(actual, expected, path)

    def _scalars(self, actual: _Numbers, expected: _Numbers, path: str) -> Iterator[Mismatch]:
        """Compare where one or both are Python numbers: each stands for a tensor without axes."""
        is_array = any(isinstance(v, TensorValue) and v.kind == "array" for v in (actual, expected))
        stands_for = _shape(actual) == _shape(expected) and not is_array
        if not stands_for or _is_bool(actual) != _is_bool(expected):
            yield self._form("type", describe.thing(actual), describe.thing(expected), path)
        needs_grad = isinstance(expected, TensorValue) and expected.requires_grad
        if isinstance(actual, NumberValue) and needs_grad:
            yield from self._aspect("requires_grad", Flag(value=False), Flag(value=True), path)

    def _attributes(
        self, actual: TensorValue, expected: TensorValue, path: str
    ) -> Iterator[Mismatch]:
        shapes = Shape(sizes=actual.shape), Shape(sizes=expected.shape)
        self._agree("shape")
        if actual.shape != expected.shape:
            yield self._form("shape", *shapes, path)
        for aspect, read in self.attributes.items():
            yield from self._aspect(aspect, read(actual), read(expected), path)
        if "grad" in self.check.aspects and expected.grad is not None:
            self.looked_at.add("grad")
            path = f"{path}.grad"
            if actual.grad is None:
                none, some = Gradient(present=False), Gradient(present=True)
                yield Mismatch(path=path, aspect="grad", actual=none, expected=some)
                return
            inside = _Judge(replace(self.check, aspects=DEFAULT_ASPECTS), self.attributes)
            for mismatch in inside.differences(Place(path, actual.grad, expected.grad)):
                yield replace(mismatch, aspect="grad")

    def _values(self, actual: _Numbers, expected: _Numbers, path: str) -> Iterator[Mismatch]:
        if "values" not in self.check.aspects:
            return
        self.looked_at.add("values")
        left, right = tensors(actual, expected)
        wrong = tolerance.differs(left, right, dtype=dtype_of(expected), check=self.check)
        count = int(wrong.sum())
        if not count:
            return
        flat = wrong.reshape(-1)
        first = int(flat.nonzero()[0])
        index = _unravelled(first, wrong.shape)
        # NaN is neither larger nor smaller than anything.
        over = self.check.compare == "at_most" and not bool(left[wrong].isnan().any())
        yield Mismatch(
            path=f"{path}[{', '.join(map(str, index))}]" if index else path,
            aspect="values",
            actual=describe.number(_item(actual, left, first)),
            expected=describe.number(_item(expected, right, first)),
            extent=Extent(wrong=count, total=flat.numel(), over=over, places=_places(wrong, right))
            if over or flat.numel() > 1
            else None,
        )

    def _sequences(
        self, actual: SequenceValue, expected: SequenceValue, path: str
    ) -> Iterator[Mismatch]:
        self._agree("type", "shape")
        if (actual.type in _SETS) != (expected.type in _SETS):
            yield self._form("type", describe.thing(actual), describe.thing(expected), path)
        if len(actual.items) != len(expected.items):
            yield self._form("shape", describe.length(actual), describe.length(expected), path)
        elif are_curves(actual, expected):
            left, right = curve(actual) or [], curve(expected) or []
            yield from self._values(_as_tensor(left), _as_tensor(right, expected.items[0]), path)

    def _mappings(
        self, actual: MappingValue, expected: MappingValue, path: str
    ) -> Iterator[Mismatch]:
        if actual.module != expected.module:
            yield self._form("type", describe.thing(actual), describe.thing(expected), path)
            return
        self._agree("type", "shape")
        if actual.entries.keys() != expected.entries.keys():
            yield self._form("shape", describe.names(actual), describe.names(expected), path)


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


def tensors(actual: _Numbers, expected: _Numbers) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the numbers of two values; of integers too large, how they stand to each other."""
    values = [v.value if isinstance(v, NumberValue) else None for v in (actual, expected)]
    if all(type(value) is int for value in values):
        # Integers of any size, without rounding: only how they stand to each other matters.
        one, other = (int(value) for value in values if isinstance(value, int))
        if max(abs(one), abs(other)) >= 2**53:
            return torch.tensor((one > other) - (one < other)), torch.tensor(0)
    return _tensor(actual), _tensor(expected)


def _shape(value: _Numbers) -> tuple[int, ...]:
    return value.shape if isinstance(value, TensorValue) else ()


def _is_bool(value: _Numbers) -> bool:
    if isinstance(value, TensorValue):
        return value.dtype == "bool"
    return isinstance(value.value, bool)


def _as_tensor(items: list[float], of: Value | None = None) -> TensorValue:
    """Return a list of numbers as a tensor of the precision that they have."""
    dtype = tolerance.NUMBER if of is None else dtype_of(of)
    return TensorValue.of(torch.tensor(items, dtype=torch.float64), type="list", dtype=dtype)


def _tensor(value: _Numbers) -> torch.Tensor:
    if isinstance(value, TensorValue):
        return value.data
    number = value.value
    if isinstance(number, int) and not isinstance(number, bool) and abs(number) >= 2**63:
        return torch.tensor(float("inf") if number > 0 else float("-inf"), dtype=torch.float64)
    return torch.tensor(number, dtype=torch.float64 if isinstance(number, float) else None)


def _unravelled(place: int, shape: tuple[int, ...]) -> list[int]:
    """Return the index of a number by its place; torch would load sympy for that."""
    index = []
    for size in reversed(shape):
        place, along = divmod(place, size)
        index.append(along)
    return index[::-1]


def _places(wrong: torch.Tensor, expected: torch.Tensor) -> tuple[str, ...]:
    """Return which numbers differ; where there are but two, that would tell which is right."""
    is_small = 1 <= wrong.dim() <= 2 and max(wrong.shape) <= MAP and not bool(wrong.all())
    if not is_small or len({*expected.reshape(-1).tolist()}) <= 2:
        return ()
    rows = wrong.reshape(-1, wrong.shape[-1]).tolist()
    return tuple("".join("x" if one else "." for one in row) for row in rows)


def _item(value: _Numbers, numbers: torch.Tensor, place: int) -> bool | int | float | complex:
    if isinstance(value, NumberValue):
        return value.value
    return numbers.reshape(-1)[place].item()
