"""What a wrong value shows of what went wrong, put into words for a student.

A symptom is a fact; its possible cause is told as a possibility. Expected types, shapes, dtypes and
devices are told, expected numbers never. Of a hidden check only what the reference has too is told:
a number or a name of a student's choosing could carry hidden inputs out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import torch

from grader.judging import likeness
from grader.judging.compare import Differences, compare
from grader.model.assignment import DEFAULT_ASPECTS, Check
from grader.model.observation import (
    MappingValue,
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    SequenceValue,
    TensorValue,
    Value,
)
from grader.model.result import Mismatch

Symptom = tuple[str, str]  # the kind, and a text

MAX_AXES = 2  # more of size 1, and their places could carry something

_PLAIN = re.compile(r"(torch\.)?(bool|(bfloat|float|complex|u?int)(8|16|32|64|128))|cpu|cuda|mps")
_SHIFTS: dict[likeness.Shift, str] = {
    "ahead": "is one step ahead: each number should come one step later, as happens when it is "
    "recorded after the step instead of before it.",
    "behind": "is one step behind: each number should come one step earlier, as happens when it "
    "is recorded before the step instead of after it.",
    "one more": "has one number too many at one of its ends; all others are right. Maybe it is "
    "recorded once more, outside of the loop.",
    "one fewer": "lacks one number at one of its ends; all others are right. Maybe the loop runs "
    "once too few, or one number is not recorded.",
}


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


def parts(pair: Pair) -> Iterator[Pair]:
    """Return the pairs inside two values of one form: tensors, numbers, lists of numbers."""
    actual, expected = pair.actual, pair.expected
    if isinstance(actual, SequenceValue) and isinstance(expected, SequenceValue):
        if len(actual.items) == len(expected.items) and not _is_curve(pair):
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


def symptoms(pair: Pair) -> Iterator[Symptom]:
    """Return what a value shows that is not the expected one."""
    if isinstance(pair.expected, OpaqueValue | RaisedValue | NoValue):
        return
    found = compare(actual=pair.actual, expected=pair.expected, check=pair.check, path=pair.path)
    if not found.right or pair.free:
        yield from _kind(pair)
        yield from _graph(pair, found)
        yield from _form(pair)
        yield from _attributes(pair, found)
        yield from _numbers(pair)


def no_gradient(path: str, base: Value | None) -> str:
    """Put into words that a gradient is None, given the value whose gradient it is."""
    name = path.removesuffix(".grad")
    if isinstance(base, TensorValue) and not base.requires_grad:
        return (
            f"`{path}` is None, and `{name}` does not require gradients: `backward()` fills "
            "`.grad` of tensors with `requires_grad=True` only."
        )
    if isinstance(base, TensorValue) and not base.leaf:
        return (
            f"`{path}` is None, and `{name}` is no leaf: it was computed from other tensors, as "
            "happens when the name is bound to a result, and such a tensor keeps no gradient."
        )
    return (
        f"`{path}` is None: either `backward()` was not called, or the loss was not computed from "
        f"this very `{name}`, or the gradient was emptied again."
    )


def _kind(pair: Pair) -> Iterator[Symptom]:
    """Say of what is no tensor whether its numbers are right."""
    actual, expected = pair.actual, pair.expected
    if not isinstance(expected, TensorValue) or expected.kind != "tensor":
        return
    match actual:
        case TensorValue(kind="array"):
            what = "a NumPy array"
        case SequenceValue(type="list" | "tuple" as name):
            what = f"a {name}"
        case SequenceValue():
            what = "a sequence"
        case NumberValue():
            if expected.shape == () and not (pair.check.exact_type or expected.requires_grad):
                return  # stands for a tensor without axes
            what = "a Python number"
        case _:
            return
    left, right = likeness.wide(actual), likeness.wide(expected)
    agree = (
        left is not None
        and right is not None
        and not pair.free
        and right.numel() > 0
        and left.numel() == right.numel()
        and (left.shape == right.shape or left.numel() == 1)
        and likeness.is_same(
            left.reshape(right.shape), right, dtype=expected.dtype, check=pair.check
        )
    )
    numbers = "; its numbers are right" if agree else ""
    yield "not-a-tensor", f"{pair.code} is {what} and should be a tensor{numbers}."


def _graph(pair: Pair, found: Differences) -> Iterator[Symptom]:
    if (grad := _first(found, "grad")) is not None and grad.actual == "None":
        yield "no-grad-value", no_gradient(grad.path, pair.actual)
    needs = _first(found, "requires_grad")
    if needs is not None and needs.actual == "False":
        yield (
            "detached",
            f"{pair.code} does not require gradients and should: was it detached, or made from "
            "numbers or under `torch.no_grad()`?",
        )
    elif needs is not None:
        yield (
            "attached",
            f"{pair.code} requires gradients and should not: it may still hang on the graph that "
            "computed it, as happens without `.detach()`, `.item()` or `torch.no_grad()`.",
        )


def _form(pair: Pair) -> Iterator[Symptom]:
    actual, expected = pair.actual, _tensor(pair.expected)
    if not isinstance(actual, TensorValue) or expected is None:
        return
    left, right = likeness.wide(actual), likeness.wide(expected)
    if left is None or right is None:
        return
    known = right.numel() > 0 and not pair.free
    if known and right.ndim == 2 and _is(pair, left, right.T) and not _is(pair, left, right):
        yield (
            "transposed",
            f"{pair.code} is the transpose of what it should be: rows and columns are swapped.",
        )
        return
    shapes = f"`{actual.shape}` in place of `{expected.shape}`"
    other = likeness.broadcast_with(actual.shape, expected.shape)
    if other is not None:
        yield (
            "broadcast",
            f"{pair.code} has the shape {shapes}, as happens when tensors of the shapes "
            f"`{expected.shape}` and `{other}` are broadcast with each other.",
        )
        return
    more = len(actual.shape) - len(expected.shape)
    if actual.shape == expected.shape or abs(more) > MAX_AXES:
        return
    if [n for n in actual.shape if n != 1] != [n for n in expected.shape if n != 1]:
        return
    what = "has its axis of size 1 in another place"
    if more:
        axes = "an axis" if abs(more) == 1 else f"{abs(more)} axes"
        what = f"has {axes} of size 1 too {'many' if more > 0 else 'few'}"
    numbers = ""
    if known:
        right_ones = _is(pair, left.reshape(right.shape), right)
        numbers = "; its numbers are right" if right_ones else "; its numbers are not right either"
    yield "axis", f"{pair.code} {what}: {shapes}{numbers}."


def _attributes(pair: Pair, found: Differences) -> Iterator[Symptom]:
    actual, expected = pair.actual, pair.expected
    if not isinstance(actual, TensorValue) or not isinstance(expected, TensorValue):
        return
    if actual.kind != expected.kind:
        return
    dtype = _first(found, "dtype")
    if dtype is not None and found.aspects.get("values") == "passed":
        yield (
            "dtype",
            f"{pair.code} is {_named(dtype.actual, 'of another dtype')} in place of "
            f"`{dtype.expected}`; its numbers are right.",
        )
    device = _first(found, "device")
    if device is not None:
        where = _named(device.actual, "another device")
        yield "device", f"{pair.code} is on {where}, and should be on `{device.expected}`."


def _numbers(pair: Pair) -> Iterator[Symptom]:
    actual, expected = likeness.wide(pair.actual), likeness.wide(pair.expected)
    if actual is None or expected is None or not likeness.is_finite(expected):
        return
    curve = _is_curve(pair)
    if not likeness.is_finite(actual):
        yield "nan", _not_finite(pair, actual, curve)
        return
    if curve and not likeness.diverges_from(expected):
        step = likeness.diverges_from(actual)
        if step:
            at = "" if pair.hidden else f" from step {step} on"
            yield (
                "diverged",
                f"{pair.code} grows beyond all bounds: it is more than a million times its first "
                f"value{at}. Maybe the steps are too large, or go in the wrong direction.",
            )
            return
    dtype = likeness.dtype_of(pair.expected)
    if pair.free or "values" not in pair.check.aspects:
        return
    if curve:
        shift = likeness.shift(actual, expected, dtype=dtype, check=pair.check)
        if shift is not None:
            yield "shifted", f"{pair.code} {_SHIFTS[shift]}"
            return
    bools = "bool" in (dtype, likeness.dtype_of(pair.actual))
    if actual.shape != expected.shape or bools or _is(pair, actual, expected):
        return
    relation = likeness.relation(actual, expected, dtype=dtype)
    if relation is not None:
        yield _related(pair, relation, one=expected.numel() == 1)


def _not_finite(pair: Pair, actual: torch.Tensor, curve: bool) -> str:
    what = "NaN (not a number)" if bool(actual.isnan().any()) else "infinite numbers"
    if not curve:
        return (
            f"{pair.code} holds {what}, and should not: maybe something was divided by zero, or "
            "a number grew too large."
        )
    at = "" if pair.hidden else f" from step {likeness.not_finite_from(actual)} on"
    return (
        f"{pair.code} holds {what}{at}, and should not: maybe the steps are too large, or go in "
        "the wrong direction."
    )


def _related(pair: Pair, relation: likeness.Relation, *, one: bool) -> Symptom:
    factor = relation.factor
    if relation.kind == "sign":
        numbers = "has" if one else "has, in every number,"
        return "sign", f"{pair.code} {numbers} the opposite sign of what it should have."
    if relation.kind == "offset":
        return (
            "offset",
            f"{pair.code} is off by the same amount everywhere: maybe something is added once too "
            "often, or left out.",
        )
    mean = "a sum in place of a mean, or the other way round"
    if factor is None:
        how = "is off by the same constant factor everywhere"
    else:
        how = _factor(factor, told=relation.told and not pair.hidden)
        if factor >= 2 and pair.path.endswith(".grad"):
            return (
                "accumulated",
                f"{pair.code} {how}, as happens when `backward()` runs more than once without "
                f"emptying `.grad` in between, or with {mean}.",
            )
    return "scaled", f"{pair.code} {how}: maybe there is {mean}."


def _factor(factor: Fraction, *, told: bool) -> str:
    """Put a factor into words, the factor itself only where it is to be told."""
    size = abs(factor)
    if told:
        times = {Fraction(2): "twice", Fraction(1, 2): "half of"}.get(
            size, f"{size} times" if size > 1 else f"{size} of"
        )
        how = f"is {times} what it should be"
    elif size > 1:
        how = "is a whole multiple of what it should be"
    else:
        how = "is what it should be, divided by a whole number"
    return how if factor > 0 else f"{how}, with the opposite sign"


def _is(pair: Pair, actual: torch.Tensor, expected: torch.Tensor) -> bool:
    dtype = likeness.dtype_of(pair.expected)
    return likeness.is_same(actual, expected, dtype=dtype, check=pair.check)


def _is_curve(pair: Pair) -> bool:
    """Whether both are lists of more than one number."""
    values = pair.actual, pair.expected
    if not all(isinstance(value, SequenceValue) and len(value.items) > 1 for value in values):
        return False
    found = [likeness.wide(value) for value in values]
    return all(one is not None and one.ndim == 1 and not one.is_complex() for one in found)


def _tensor(value: Value) -> TensorValue | None:
    """Return a tensor, or a number as a tensor without axes."""
    if isinstance(value, TensorValue):
        return value
    data = likeness.wide(value) if isinstance(value, NumberValue) else None
    if data is None:
        return None
    return TensorValue(
        kind="tensor",
        type="Tensor",
        shape=(),
        dtype=likeness.dtype_of(value),
        device="cpu",
        layout="strided",
        requires_grad=False,
        data=data,
    )


def _first(found: Differences, aspect: str) -> Mismatch | None:
    return next((one for one in found.mismatches if one.aspect == aspect), None)


def _named(name: str, otherwise: str) -> str:
    return f"`{name}`" if _PLAIN.fullmatch(name) else otherwise
