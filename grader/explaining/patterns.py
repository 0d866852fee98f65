"""Where numbers, items and truths are wrong, and that all are wrong in one way."""

import ast
from collections.abc import Callable, Iterator, Mapping

import torch

from grader.comparing import tolerance
from grader.comparing.compare import compare
from grader.comparing.numbers import dtype_of
from grader.explaining import relations
from grader.explaining.case import Case, Pair
from grader.model.facts import Symptom
from grader.model.features import Count, Flag, Name
from grader.model.values import SequenceValue, TensorValue, Value

_SPREAD = 0.02  # of factors, as a share of the largest, that are not the same
FEWEST = 4  # numbers: of fewer, where they are wrong may be chance
MAX_ITEMS = 20  # of a list that are compared with each other

# Where the expected numbers are such, which are right, or wrong.
SIGNS: Mapping[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "negative": lambda numbers: numbers < 0,
    "positive": lambda numbers: numbers > 0,
    "zero": lambda numbers: numbers == 0,
}


def repeated(pair: Pair) -> Iterator[Symptom]:
    """Find a list of tensors that are all alike, where they should differ."""
    match pair.actual, pair.expected:
        case SequenceValue(items=left), SequenceValue(items=right):
            if not 1 < len(left) == len(right) <= MAX_ITEMS or not _is_own(pair):
                return
            first, *others = left
            if not _holds_several(first) or not all(_is_like(one, first) for one in others):
                return
            if all(_is_like(one, right[0]) for one in right[1:]):
                return
            last = compare(actual=left[-1], expected=right[-1], check=pair.check).right
            yield pair.symptom("repeated", last=Flag(value=last))


def alike(pair: Pair) -> Iterator[Symptom]:
    """Find a matrix whose rows, or columns, are all the same and should differ."""
    left, right = _numbers(pair)
    if left is None or right is None or left.ndim != 2 or not isinstance(pair.actual, TensorValue):
        return
    for axis in (0, 1):
        along = [numbers == numbers.narrow(axis, 0, 1) for numbers in (left, right)]
        if left.shape[axis] > 1 and bool(along[0].all()) and not bool(along[1].all()):
            yield pair.symptom("alike", axis=Count(number=axis))
            return


def by_sign(pair: Pair) -> Iterator[Symptom]:
    """Find numbers that are wrong exactly where they should be negative, positive or zero."""
    left, right = _numbers(pair)
    if left is None or right is None or right.numel() < FEWEST or _holds_truths(pair):
        return
    wrong = pair.wrong(left, right)
    if wrong is None or int(wrong.sum()) < 2 or int((~wrong).sum()) < 2:
        return
    for name, is_such in SIGNS.items():
        for is_wrong, found in ((True, wrong), (False, ~wrong)):
            if bool((is_such(right) == found).all()):
                yield pair.symptom("by-sign", sign=Name(name=name), wrong=Flag(value=is_wrong))
                return


def rows_scaled(pair: Pair) -> Iterator[Symptom]:
    """Find a matrix each of whose rows, or columns, is right up to a factor of its own."""
    left, right = _numbers(pair)
    if left is None or right is None or left.ndim != 2 or not relations.is_finite(left):
        return
    if dtype_of(pair.expected) not in tolerance.TOLERANCES:
        return
    for axis in (0, 1):
        lines = [*zip(left.unbind(axis), right.unbind(axis), strict=True)]
        if len(lines) < 2 or not all(relations.is_various(other) for _, other in lines):
            continue
        dtype = dtype_of(pair.expected)
        ratios = [relations.ratio(one, other, dtype=dtype) for one, other in lines]
        if all(ratios) and max(ratios) - min(ratios) > _SPREAD * max(map(abs, ratios)):
            yield pair.symptom("rows-scaled", axis=Count(number=axis))
            return


def curve_begins(pair: Pair) -> Iterator[Symptom]:
    """Find where a list of numbers begins to be wrong."""
    left, right = _numbers(pair)
    if left is None or right is None or not pair.is_curve or not _is_own(pair):
        return
    wrong = pair.wrong(left, right)
    if wrong is not None and int(wrong.sum()) > 1:
        first = int(wrong.nonzero()[0])
        if first == 0 or bool(wrong[first:].all()):
            yield pair.symptom(
                "curve-begins",
                first=Flag(value=first == 0),
                place=Count(number=first),
                even=Flag(value=relations.is_even(left)),
                trained=Flag(value=bool({"backward", "grad"} & pair.hints.words)),
            )


def off_by_one(pair: Pair) -> Iterator[Symptom]:
    """Find whole numbers each of which, where it is wrong, is too large by one, or too small."""
    left, right = _numbers(pair)
    if left is None or right is None or _holds_truths(pair) or right.numel() < 2:
        return
    if dtype_of(pair.expected) in tolerance.TOLERANCES or float(right.max() - right.min()) < 2:
        return
    moved = (left - right)[left != right]
    if len(moved) > 1 and bool((moved.abs() == 1).all()) and bool((moved == moved[0]).all()):
        every = Flag(value=len(moved) == right.numel())
        yield pair.symptom("off-by-one", larger=Flag(value=float(moved[0]) > 0), every=every)


def one_sided(case: Case) -> Iterator[Symptom]:
    """Find truths that are wrong in one direction alone: True in too many places, or in too few."""
    for pair in case.pairs():
        left, right = _numbers(pair)
        if left is None or right is None or not _holds_truths(pair):
            continue
        wrong = left[left != right]
        if 1 < len(wrong) < left.numel() and bool((wrong == wrong[0]).all()):
            yield pair.symptom("one-sided", true=Flag(value=bool(wrong[0])))


def _numbers(pair: Pair) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    """Return the numbers of two values of one shape; None of any others."""
    left, right = pair.numbers() or (None, None)
    if left is None or right is None or left.shape != right.shape:
        return None, None
    return (left, right) if relations.is_finite(right) else (None, None)


def _is_own(pair: Pair) -> bool:
    """Whether a list is made by the student's code, not by the check."""
    own = ast.parse(pair.path, mode="eval").body
    name = own.func if isinstance(own, ast.Call) else own
    return isinstance(name, ast.Name) and not pair.free


def _holds_truths(pair: Pair) -> bool:
    return dtype_of(pair.expected) == "bool" == dtype_of(pair.actual)


def _holds_several(value: Value) -> bool:
    return isinstance(value, TensorValue) and value.data.numel() > 1


def _is_like(one: Value, other: Value) -> bool:
    return (
        isinstance(one, TensorValue)
        and isinstance(other, TensorValue)
        and one.shape == other.shape
        and one.dtype == other.dtype
        and bool((one.data == other.data).all())
    )
