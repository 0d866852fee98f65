"""How far two values are from each other, in units of what a check tolerates."""

import math
from collections.abc import Iterator
from dataclasses import replace

import torch

from grader.comparing.kinds.kind import Place, Two
from grader.comparing.kinds.registry import COMPARED
from grader.comparing.numbers import dtype_of, tensors
from grader.comparing.recompute import recomputed
from grader.comparing.tolerance import NUMBER, bounds
from grader.comparing.walk import (
    are_curves,
    are_sets,
    curve,
    has_keys_of,
    parameters,
    walk,
)
from grader.model.assignment import Check
from grader.model.values import (
    MappingValue,
    NumberValue,
    RecordValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
    Values,
)

ROOM = 3.0  # a tolerance should be so many times what rounding does
FAR = float("inf")  # of another form, or not finite where the other is


def distance(check: Check, *, actual: Values, expected: Values) -> float:
    """Return how far what a check looks at is off: 1 at the edge of what it takes for right.

    For `at_most` the unit is the margin, and what is lower is not off at all.
    """
    if check.of:
        names = {**expected, **{name: actual[name] for name in check.of if name in actual}}
        context = {name: names[name] for name in check.free_names if name in names}
        wanted = recomputed(check, {name: expected[name] for name in context})
        try:
            found = recomputed(check, context)
        except ValueError:
            return FAR
        return max(_distances(check, found, wanted), default=0.0)
    name = check.valid or check.expression
    if name not in actual:
        return FAR
    return max(_distances(check, actual[name], expected[name]), default=0.0)


def enough(check: Check, *, actual: Values, expected: Values) -> tuple[float, float] | None:
    """Return the rtol and atol that leave room between two values which are equally right.

    ROOM times what they are apart, rounded up to one digit, in the ratio that they have in the
    check; in the usual one where that has none. None where no tolerance would do: they are of
    another form, or no floats.
    """
    if check.compare == "close":
        for one in (check, replace(check, rtol=None, atol=None)):
            spread = distance(one, actual=actual, expected=expected)
            if spread != FAR and (found := _widened(one, expected, ROOM * spread)) != (0.0, 0.0):
                return found
    return None


def _widened(check: Check, expected: Values, times: float) -> tuple[float, float]:
    if check.of:
        names = {name: expected[name] for name in check.free_names if name in expected}
        value = recomputed(check, names)
    else:
        value = expected[check.valid or check.expression]
    parts = [place.expected for place in walk(value, value, check)]
    if are_curves(value, value):
        rows = [bounds(NUMBER, check)]
    else:
        parts += [one.grad for one in parts if isinstance(one, TensorValue) and one.grad]
        numbers = [one for one in parts if isinstance(one, TensorValue | NumberValue)]
        rows = [bounds(dtype_of(one), check) for one in numbers if not _is_whole(one)]
    rtol = max((row[0] for row in rows), default=0.0)
    atol = max((row[1] for row in rows), default=0.0)
    return _rounded_up(times * rtol), _rounded_up(times * atol)


def _rounded_up(number: float) -> float:
    if number == 0:
        return 0.0
    digit = 10.0 ** math.floor(math.log10(number))
    return float(f"{math.ceil(number / digit - 1e-9) * digit:.1g}")


def _distances(check: Check, actual: Value, expected: Value) -> Iterator[float]:
    for place in walk(actual, expected, check):
        yield from _distances_at(check, place)


def _distances_at(check: Check, place: Place) -> Iterator[float]:
    match place.actual, place.expected:
        case (TensorValue() | NumberValue()) as actual, (TensorValue() | NumberValue()) as expected:
            alone = check
            if check.compare == "close" and _is_whole(actual) and _is_whole(expected):
                alone = replace(check, compare="exact")  # as it is compared
            yield _of_numbers(alone, *tensors(actual, expected), dtype_of(expected))
            if isinstance(expected, TensorValue) and expected.grad and "grad" in check.aspects:
                grad = actual.grad if isinstance(actual, TensorValue) else None
                if grad is None:
                    yield FAR
                else:
                    yield from _distances(check, grad, expected.grad)
        case SequenceValue(items=left) as actual, SequenceValue(items=right) as expected:
            if len(left) != len(right):
                yield FAR
            elif are_sets(actual, expected):
                for one, other in zip(left, right, strict=True):
                    yield from _distances(check, one, other)
            elif (found := curve(actual)) is not None and (wanted := curve(expected)) is not None:
                yield _of_numbers(check, _doubles(found), _doubles(wanted), NUMBER)
        case MappingValue() as actual, MappingValue() as expected:
            if not _have_same_keys(actual, expected, check):
                yield FAR
        case RecordValue(kind=kind) as actual, RecordValue() as expected if (
            actual.kind == expected.kind
        ):
            two = Two(actual, expected, place.path, check)
            for differs in COMPARED[kind].differences(two):
                if differs.form or differs.aspect in check.aspects:
                    yield FAR
        case TextValue(), TextValue():
            yield 0.0 if place.actual.value == place.expected.value else FAR
        case _:
            yield FAR


def _have_same_keys(actual: MappingValue, expected: MappingValue, check: Check) -> bool:
    if actual.module and expected.module:
        return parameters(actual, expected, check) is not None
    return actual.module == expected.module and has_keys_of(actual, expected)


def _of_numbers(check: Check, left: torch.Tensor, right: torch.Tensor, dtype: str) -> float:
    if left.shape != right.shape or left.is_complex() != right.is_complex():
        return FAR
    if not left.numel():
        return 0.0
    wide = torch.complex128 if left.is_complex() else torch.float64
    left, right = left.to(wide), right.to(wide)
    rtol, atol = bounds(dtype, check)
    off = (left - right).abs()
    if check.compare == "at_most":
        rtol, atol = check.margin, check.atol or 0.0
        off = (left - right).clamp(min=0.0)
    same = (off == 0) | (left == right) | (left.isnan() & right.isnan())
    units = torch.where(same, 0.0, off / (atol + rtol * right.abs()))
    return float(units.nan_to_num(nan=FAR, posinf=FAR).max())


def _doubles(items: list[float]) -> torch.Tensor:
    return torch.tensor(items, dtype=torch.float64)


def _is_whole(value: TensorValue | NumberValue) -> bool:
    if isinstance(value, NumberValue):
        return isinstance(value.value, int)
    return not value.data.is_floating_point() and not value.data.is_complex()
