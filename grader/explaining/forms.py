"""What the form of a wrong value shows: nothing there, no tensor, another shape, dtype, device."""

from collections.abc import Iterator

from grader.comparing import describe
from grader.comparing.numbers import dtype_of
from grader.explaining import relations
from grader.explaining.case import Case, Pair
from grader.explaining.gradients import no_gradient
from grader.explaining.kinds import inside
from grader.model.facts import Symptom
from grader.model.features import Count, Feature, Flag, Name, Shape, Thing
from grader.model.values import (
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
)
from grader.syntax import returns

MAX_AXES = 2  # more of size 1, and their places could carry something


def is_comparable(pair: Pair) -> bool:
    """Whether there is something to compare, and it differs, or may differ and be right."""
    if isinstance(pair.expected, OpaqueValue | RaisedValue | NoValue):
        return False
    found = pair.differences()
    return not found.right or pair.free


def is_blank(pair: Pair) -> bool:
    """Whether there is None, or an ellipsis, where something else is expected."""
    kind = pair.actual.type if isinstance(pair.actual, TextValue) else ""
    if kind not in ("ellipsis", "NoneType"):
        return False
    return not (isinstance(pair.expected, TextValue) and pair.expected.type == kind)


def blank(case: Case) -> Iterator[Symptom]:
    """Find what is not there."""
    for pair in case.pairs():
        if not is_blank(pair):
            continue
        thing = describe.thing(pair.actual)
        if pair.path.endswith(".grad") and thing == Thing(kind="none"):
            if case.fault is not None:
                continue  # what stopped the cell is told, and may have come before
            base = pair.path.removesuffix(".grad")
            yield no_gradient(pair.path, case.actual.get(base, case.names.get(base)))
        else:
            is_call = case.check.is_call and not case.check.of
            of_gradient = is_call and any(
                name in case.reach for name in returns.gives_gradient(case.code)
            )
            about = {"call": Flag(value=is_call), "gradient": Flag(value=of_gradient)}
            yield pair.symptom("blank", found=thing, **about)


def not_a_tensor(pair: Pair) -> Iterator[Symptom]:
    """Find what is no tensor, and say whether its numbers are right."""
    actual, expected = pair.actual, pair.expected
    if not isinstance(expected, TensorValue) or expected.kind != "tensor":
        return
    match actual:
        case TensorValue(kind="array"):
            found = Thing(kind="array")
        case SequenceValue(type="list" | "tuple" as name):
            found = Thing(kind="sequence", name=name)
        case SequenceValue():
            found = Thing(kind="sequence")
        case NumberValue():
            if expected.shape == () and not (pair.check.exact_type or expected.requires_grad):
                return  # stands for a tensor without axes
            found = Thing(kind="number")
        case _:
            return
    right = Flag(value=not pair.free and _has_the_numbers(pair, actual, expected))
    yield pair.symptom("not-a-tensor", found=found, numbers_right=right, **inside(pair))


def other_shape(pair: Pair) -> Iterator[Symptom]:
    """Find a transposed, a broadcast value, and axes of size 1 too many or too few."""
    actual, expected = pair.actual, _tensor(pair.expected)
    if not isinstance(actual, TensorValue) or expected is None:
        return
    left, right = relations.wide(actual), relations.wide(expected)
    if left is None or right is None:
        return
    known = right.numel() > 0 and not pair.free
    if known and right.ndim == 2 and pair.same(left, right.T) and not pair.same(left, right):
        yield pair.symptom("transposed")
        return
    shape, wanted = Shape(sizes=actual.shape), Shape(sizes=expected.shape)
    other = relations.broadcast_with(actual.shape, expected.shape)
    is_stacked = "stack" in pair.hints.words  # which makes an axis of its own
    if (
        other is not None
        and not is_stacked
        and relations.is_broadcast(left, None if pair.free else right)
    ):
        yield pair.symptom("broadcast", shape=shape, wanted=wanted, other=Shape(sizes=other))
        return
    more = len(actual.shape) - len(expected.shape)
    if actual.shape == expected.shape or abs(more) > MAX_AXES:
        return
    if [n for n in actual.shape if n != 1] != [n for n in expected.shape if n != 1]:
        return
    about: dict[str, Feature] = {"shape": shape, "wanted": wanted, "more": Count(number=more)}
    if known:
        about["numbers_right"] = Flag(value=pair.same(left.reshape(right.shape), right))
    yield pair.symptom("axis", **about)


def other_attributes(pair: Pair) -> Iterator[Symptom]:
    """Find right numbers in another dtype, and a value on another device."""
    actual, expected = pair.actual, pair.expected
    if not isinstance(actual, TensorValue) or not isinstance(expected, TensorValue):
        return
    if actual.kind != expected.kind:
        return
    found = pair.differences()
    dtype = found.first("dtype")
    if dtype is not None and found.aspects.get("values") == "passed":
        right = Flag(value=True)
        about = {"found": dtype.actual, "wanted": dtype.expected, "numbers_right": right}
        yield pair.symptom("dtype", **about)
    device = found.first("device")
    if device is not None:
        # A device that the code names: then that is what is to be mended.
        is_named = isinstance(device.actual, Name) and device.actual.name in pair.hints.words
        cause = {"cause": Name(name="named")} if is_named else {}
        yield pair.symptom("device", found=device.actual, wanted=device.expected, **cause)


def other_dtype(pair: Pair) -> Iterator[Symptom]:
    """Find wrong numbers in another dtype."""
    actual, expected = pair.actual, pair.expected
    if not isinstance(actual, TensorValue) or not isinstance(expected, TensorValue):
        return
    found = pair.differences()
    dtype = found.first("dtype")
    if dtype is not None and actual.kind == expected.kind:
        wrong = Flag(value=False)
        about = {"found": dtype.actual, "wanted": dtype.expected, "numbers_right": wrong}
        if found.aspects.get("values") == "failed":
            yield pair.symptom("dtype", **about)


def _has_the_numbers(pair: Pair, actual: Value, expected: TensorValue) -> bool:
    left, right = relations.wide(actual), relations.wide(expected)
    return (
        left is not None
        and right is not None
        and right.numel() > 0
        and left.numel() == right.numel()
        and (left.shape == right.shape or left.numel() == 1)
        and pair.same(left.reshape(right.shape), right)
    )


def _tensor(value: Value) -> TensorValue | None:
    """Return a tensor, or a number as a tensor without axes."""
    if isinstance(value, TensorValue):
        return value
    data = relations.wide(value) if isinstance(value, NumberValue) else None
    return None if data is None else TensorValue.of(data, dtype=dtype_of(value))
