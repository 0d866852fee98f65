"""What a wrong value shows of what went wrong, put into words for a student.

A symptom is a fact; its possible cause is told as a possibility. Expected types, shapes, dtypes and
devices are told, expected numbers never. Of a hidden check only what the reference has too is told:
a number or a name of a student's choosing could carry hidden inputs out.
"""

import re
from collections.abc import Iterator

from grader.comparing.compare import Differences, compare
from grader.explaining import relations
from grader.explaining.numbers import Symptom, numerical
from grader.explaining.pair import Pair
from grader.model.result import Mismatch
from grader.model.values import (
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    SequenceValue,
    TensorValue,
    Value,
)
from grader.wording import EMPTY, Text, counted, listed, say

MAX_AXES = 2  # more of size 1, and their places could carry something

_PLAIN = re.compile(r"(torch\.)?(bool|(bfloat|float|complex|u?int)(8|16|32|64|128))|cpu|cuda|mps")


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
        yield from numerical(pair)


def no_gradient(path: str, base: Value | None) -> Text:
    """Put into words that a gradient is None, given the value whose gradient it is."""
    name = path.removesuffix(".grad")
    if isinstance(base, TensorValue) and not base.requires_grad:
        return say(
            "`{path}` is None, and `{name}` does not require gradients: `backward()` fills "
            "`.grad` of tensors with `requires_grad=True` only.",
            path=path,
            name=name,
        )
    if isinstance(base, TensorValue) and not base.leaf:
        return say(
            "`{path}` is None, and `{name}` is no leaf: it was computed from other tensors, as "
            "happens when the name is bound to a result, and such a tensor keeps no gradient.",
            path=path,
            name=name,
        )
    return say(
        "`{path}` is None: either `backward()` was not called, or the loss was not computed from "
        "this very `{name}`, or the gradient was emptied again.",
        path=path,
        name=name,
    )


def _kind(pair: Pair) -> Iterator[Symptom]:
    """Say of what is no tensor whether its numbers are right."""
    actual, expected = pair.actual, pair.expected
    if not isinstance(expected, TensorValue) or expected.kind != "tensor":
        return
    match actual:
        case TensorValue(kind="array"):
            what = say("a NumPy array")
        case SequenceValue(type="list" | "tuple" as name):
            what = say("a {type}", type=name)
        case SequenceValue():
            what = say("a sequence")
        case NumberValue():
            if expected.shape == () and not (pair.check.exact_type or expected.requires_grad):
                return  # stands for a tensor without axes
            what = say("a Python number")
        case _:
            return
    left, right = relations.wide(actual), relations.wide(expected)
    agree = (
        left is not None
        and right is not None
        and not pair.free
        and right.numel() > 0
        and left.numel() == right.numel()
        and (left.shape == right.shape or left.numel() == 1)
        and relations.is_same(
            left.reshape(right.shape), right, dtype=expected.dtype, check=pair.check
        )
    )
    numbers = say("; its numbers are right") if agree else EMPTY
    yield (
        "not-a-tensor",
        say(
            "{code} is {what} and should be a tensor{numbers}.",
            code=pair.code,
            what=what,
            numbers=numbers,
        ),
    )


def _graph(pair: Pair, found: Differences) -> Iterator[Symptom]:
    if (grad := _first(found, "grad")) is not None and grad.actual == "None":
        yield "no-grad-value", no_gradient(grad.path, pair.actual)
    needs = _first(found, "requires_grad")
    if needs is not None and needs.actual == "False":
        yield (
            "detached",
            say(
                "{code} does not require gradients and should: was it detached, or made from "
                "numbers or under `torch.no_grad()`?",
                code=pair.code,
            ),
        )
    elif needs is not None:
        yield (
            "attached",
            say(
                "{code} requires gradients and should not: it may still hang on the graph that "
                "computed it, as happens without `.detach()`, `.item()` or `torch.no_grad()`.",
                code=pair.code,
            ),
        )


def _form(pair: Pair) -> Iterator[Symptom]:
    actual, expected = pair.actual, _tensor(pair.expected)
    if not isinstance(actual, TensorValue) or expected is None:
        return
    left, right = relations.wide(actual), relations.wide(expected)
    if left is None or right is None:
        return
    known = right.numel() > 0 and not pair.free
    if known and right.ndim == 2 and pair.same(left, right.T) and not pair.same(left, right):
        yield (
            "transposed",
            say(
                "{code} is the transpose of what it should be: rows and columns are swapped.",
                code=pair.code,
            ),
        )
        return
    seen, wanted = str(actual.shape), str(expected.shape)
    other = relations.broadcast_with(actual.shape, expected.shape)
    if other is not None:
        yield (
            "broadcast",
            say(
                "{code} has the shape `{seen}` in place of `{wanted}`, as happens when tensors of "
                "the shapes `{wanted}` and `{other}` are broadcast with each other.",
                code=pair.code,
                seen=seen,
                wanted=wanted,
                other=str(other),
            ),
        )
        return
    more = len(actual.shape) - len(expected.shape)
    if actual.shape == expected.shape or abs(more) > MAX_AXES:
        return
    if [n for n in actual.shape if n != 1] != [n for n in expected.shape if n != 1]:
        return
    what = say("has its axis of size 1 in another place")
    if more > 0:
        what = counted(
            "has an axis of size 1 too many", "has {number} axes of size 1 too many", more
        )
    elif more < 0:
        what = counted(
            "has an axis of size 1 too few", "has {number} axes of size 1 too few", -more
        )
    numbers = EMPTY
    if known and pair.same(left.reshape(right.shape), right):
        numbers = say("; its numbers are right")
    elif known:
        numbers = say("; its numbers are not right either")
    yield (
        "axis",
        say(
            "{code} {what}: `{seen}` in place of `{wanted}`{numbers}.",
            code=pair.code,
            what=what,
            seen=seen,
            wanted=wanted,
            numbers=numbers,
        ),
    )


def _attributes(pair: Pair, found: Differences) -> Iterator[Symptom]:
    actual, expected = pair.actual, pair.expected
    if not isinstance(actual, TensorValue) or not isinstance(expected, TensorValue):
        return
    if actual.kind != expected.kind:
        return
    dtype = _first(found, "dtype")
    if dtype is not None and found.aspects.get("values") == "passed":
        seen = _named(dtype.actual, say("of another dtype"))
        yield (
            "dtype",
            say(
                "{code} is {dtype} in place of `{wanted}`; its numbers are right.",
                code=pair.code,
                dtype=seen,
                wanted=dtype.expected,
            ),
        )
    device = _first(found, "device")
    if device is not None:
        where = _named(device.actual, say("another device"))
        yield (
            "device",
            say(
                "{code} is on {device}, and should be on `{wanted}`.",
                code=pair.code,
                device=where,
                wanted=device.expected,
            ),
        )


def _tensor(value: Value) -> TensorValue | None:
    """Return a tensor, or a number as a tensor without axes."""
    if isinstance(value, TensorValue):
        return value
    data = relations.wide(value) if isinstance(value, NumberValue) else None
    if data is None:
        return None
    return TensorValue(
        kind="tensor",
        type="Tensor",
        shape=(),
        dtype=relations.dtype_of(value),
        device="cpu",
        layout="strided",
        requires_grad=False,
        data=data,
    )


def _first(found: Differences, aspect: str) -> Mismatch | None:
    return next((one for one in found.mismatches if one.aspect == aspect), None)


def _named(name: str, otherwise: Text) -> Text:
    return listed([f"`{name}`"]) if _PLAIN.fullmatch(name) else otherwise
