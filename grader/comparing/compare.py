"""What differs between a value that was seen and the one that was expected.

As in torch.testing, both values are walked side by side and each aspect of each pair is judged;
unlike there, all aspects and all places are looked at, and values are never broadcast.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

import torch

from grader.comparing import describe, tolerance
from grader.comparing.features import number
from grader.comparing.kinds.columns import key
from grader.comparing.kinds.kind import Place, Two
from grader.comparing.kinds.registry import COMPARED
from grader.comparing.numbers import Numbers, as_tensor, dtype_of, tensors
from grader.comparing.places import at, pattern, unravelled
from grader.comparing.walk import (
    SETS,
    are_curves,
    are_sets,
    curve,
    has_keys_of,
    of_module,
    parameters,
    walk,
)
from grader.model.aspects import (
    ASPECTS,
    ATTRIBUTES,
    DEFAULT_ASPECTS,
    OF_SOME,
    Aspect,
    AspectOutcome,
)
from grader.model.assignment import Check
from grader.model.facts import Extent, Mismatch
from grader.model.features import (
    Entries,
    Feature,
    Flag,
    Gradient,
    Members,
    Shape,
    Size,
)
from grader.model.values import (
    MappingValue,
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    RecordValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
)

MAX_MISMATCHES = 12
FEW = 3  # items of a set that are shown

_Attributes = Mapping[Aspect, Callable[[TensorValue], Feature]]


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
    has_parts = isinstance(expected, SequenceValue | MappingValue | RecordValue)
    has_parts = has_parts and not are_curves(actual, expected)
    for place in walk(actual, expected, check, path):
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
        elif aspect not in OF_SOME or aspect in judge.looked_at:
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
        path, actual, expected, aspect = place
        if aspect is not None:
            yield from self._as(aspect, place)
            return
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
            case RecordValue() if isinstance(actual, RecordValue) and _are_alike(actual, expected):
                yield from self._records(Two(actual, expected, path, self.check))
            case NumberValue() | TensorValue() | TextValue() | SequenceValue() | MappingValue():
                yield self._form("type", describe.thing(actual), describe.thing(expected), path)
            case RecordValue():
                yield self._form("type", describe.thing(actual), describe.thing(expected), path)
            case _:
                assert_never(expected)

    def _as(self, aspect: Aspect, place: Place) -> Iterator[Mismatch]:
        """Yield what differs at a place that belongs to one aspect of what holds it."""
        self.looked_at.add(aspect)
        inside = _Judge(replace(self.check, aspects=("type", "shape", "values")), self.attributes)
        for mismatch in inside.differences(place._replace(aspect=None)):
            yield replace(mismatch, aspect=aspect)

    def _records(self, two: Two) -> Iterator[Mismatch]:
        kind = COMPARED[two.expected.kind]
        self._agree(*kind.aspects(two.expected))
        for one in kind.differences(two):
            if one.aspect not in self.check.aspects and not one.form:
                continue
            extent = Extent(wrong=one.wrong, total=one.total) if one.total > 1 else None
            found = self._form(one.aspect, one.actual, one.expected, one.path)
            yield replace(found, extent=extent)

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

    def _numbers(self, actual: Numbers, expected: Numbers, path: str) -> Iterator[Mismatch]:
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

    def _scalars(self, actual: Numbers, expected: Numbers, path: str) -> Iterator[Mismatch]:
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

    def _values(self, actual: Numbers, expected: Numbers, path: str) -> Iterator[Mismatch]:
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
        index = unravelled(first, wrong.shape)
        # NaN is neither larger nor smaller than anything.
        over = self.check.compare == "at_most" and not bool(left[wrong].isnan().any())
        yield Mismatch(
            path=at(expected, path, index),
            aspect="values",
            actual=number(_item(actual, left, first)),
            expected=number(_item(expected, right, first)),
            extent=Extent(wrong=count, total=flat.numel(), over=over, places=pattern(wrong, right))
            if over or flat.numel() > 1
            else None,
        )

    def _sequences(
        self, actual: SequenceValue, expected: SequenceValue, path: str
    ) -> Iterator[Mismatch]:
        self._agree("type", "shape")
        if (actual.type in SETS) != (expected.type in SETS):
            yield self._form("type", describe.thing(actual), describe.thing(expected), path)
        elif expected.names and actual.names != expected.names:
            yield from self._field_names(actual, expected, path)
        if len(actual.items) != len(expected.items):
            yield self._form("shape", describe.length(actual), describe.length(expected), path)
        if are_sets(actual, expected):
            yield from self._sets(actual, expected, path)
        elif len(actual.items) == len(expected.items) and are_curves(actual, expected):
            left, right = curve(actual) or [], curve(expected) or []
            yield from self._values(as_tensor(left), as_tensor(right, expected.items[0]), path)

    def _field_names(
        self, actual: SequenceValue, expected: SequenceValue, path: str
    ) -> Iterator[Mismatch]:
        if not actual.names:
            things = describe.thing(actual), describe.thing(expected)
            yield from self._aspect("type", *things, path)
        else:
            names = Entries(names=actual.names), Entries(names=expected.names)
            yield from self._aspect("shape", *names, path)

    def _sets(
        self, actual: SequenceValue, expected: SequenceValue, path: str
    ) -> Iterator[Mismatch]:
        self._agree("values")
        extra, missing = _unlike(actual.items, expected.items, self.check)
        if extra or missing:
            found, wanted = _members(extra, missing), _members(missing, extra)
            yield from self._aspect("values", found, wanted, path)

    def _mappings(
        self, actual: MappingValue, expected: MappingValue, path: str
    ) -> Iterator[Mismatch]:
        if actual.module != expected.module:
            yield self._form("type", describe.thing(actual), describe.thing(expected), path)
            return
        self._agree("type", "shape")
        if expected.module:
            if parameters(actual, expected, self.check) is None:
                ours, theirs = len(of_module(actual)), len(of_module(expected))
                if ours == theirs:
                    names = describe.names(actual), describe.names(expected)
                    yield self._form("shape", *names, path)
                else:
                    sizes = Size(of="parameter", number=ours), Size(of="parameter", number=theirs)
                    yield self._form("shape", *sizes, path)
        elif not has_keys_of(actual, expected):
            as_code = bool(actual.codes or expected.codes)
            left, right = (describe.names(one, as_code=as_code) for one in (actual, expected))
            yield self._form("shape", left, right, path)


def _are_alike(actual: RecordValue, expected: RecordValue) -> bool:
    """Whether two records are of one kind: dataclasses are, whatever they are called."""
    return actual.kind == expected.kind


def _members(extra: Sequence[Value], missing: Sequence[Value]) -> Members:
    shown = tuple(map(describe.glimpse, extra[:FEW]))
    return Members(extra=shown, surplus=len(extra), missing=len(missing))


def _unlike(
    actual: Sequence[Value], expected: Sequence[Value], check: Check
) -> tuple[list[Value], list[Value]]:
    """Return the items of two sets that have no counterpart in the other.

    What is exactly equal is taken away first; what is left is close where it is so in its order.
    """
    rest: dict[object, list[Value]] = {}
    for one in expected:
        rest.setdefault(key(one), []).append(one)
    extra = [one for one in actual if not rest.get(key(one)) or not rest[key(one)].pop()]
    missing = [one for held in rest.values() for one in held]
    if len(extra) == len(missing):
        pairs = list(zip(extra, missing, strict=True))
        close = [compare(actual=a, expected=e, check=check).right for a, e in pairs]
        extra = [one for one, is_right in zip(extra, close, strict=True) if not is_right]
        missing = [one for one, is_right in zip(missing, close, strict=True) if not is_right]
    return extra, missing


def _shape(value: Numbers) -> tuple[int, ...]:
    return value.shape if isinstance(value, TensorValue) else ()


def _is_bool(value: Numbers) -> bool:
    if isinstance(value, TensorValue):
        return value.dtype == "bool"
    return isinstance(value.value, bool)


def _item(value: Numbers, numbers: torch.Tensor, place: int) -> bool | int | float | complex:
    if isinstance(value, NumberValue):
        return value.value
    return numbers.reshape(-1)[place].item()
