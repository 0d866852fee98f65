"""How right numbers may stand in a wrong value: elsewhere, in other axes, added up, or not yet."""

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, permutations

import torch

from grader.comparing.numbers import dtype_of
from grader.explaining import relations
from grader.explaining.case import Pair
from grader.model.facts import Symptom
from grader.model.features import Count, Feature, Flag, Name, Shape
from grader.model.values import NumberValue, TensorValue

MAX_AXES = 4  # of a value whose axes are tried in all orders
MAX_NUMBERS = 200_000  # of a value that is sorted

# What a student may have forgotten, or done too much: the right value is its result, or the wrong.
FUNCTIONS: Mapping[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "square": torch.square,
    "abs": torch.abs,
    "reciprocal": torch.reciprocal,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "round": torch.round,
    "complement": lambda numbers: 1 - numbers,
}


def arranged(pair: Pair) -> Iterator[Symptom]:
    """Find right numbers in a wrong arrangement, and a sum or mean missing or too much."""
    actual, expected = pair.actual, pair.expected
    if not isinstance(actual, TensorValue) or not isinstance(expected, TensorValue | NumberValue):
        return
    left, right = pair.numbers() or (None, None)
    if left is None or right is None or not relations.is_finite(right):
        return
    if left.shape == right.shape and pair.same(left, right):
        return
    shapes: dict[str, Feature] = {
        "shape": Shape(sizes=tuple(left.shape)),
        "wanted": Shape(sizes=tuple(right.shape)),
    }
    found = _moved(pair, left, right, shapes)
    if found is None and left.shape == right.shape:
        found = _function(pair, left, right)
    elif found is None:
        found = _reduced(pair, left, right, shapes) or _cut(pair, left, right, shapes)
    if found is not None:
        yield found


def other_shape(pair: Pair) -> Iterator[Symptom]:
    """Find a tensor of another shape than the expected one."""
    actual, expected = pair.actual, pair.expected
    if not isinstance(actual, TensorValue) or not isinstance(expected, TensorValue):
        return
    if actual.shape != expected.shape:
        shape, wanted = Shape(sizes=actual.shape), Shape(sizes=expected.shape)
        yield pair.symptom("shape", shape=shape, wanted=wanted)


def _moved(
    pair: Pair, left: torch.Tensor, right: torch.Tensor, shapes: dict[str, Feature]
) -> Symptom | None:
    """Find the right numbers elsewhere: in another order of axes, in another shape, anywhere."""
    if left.numel() != right.numel() or not _tells(right):
        return None
    if 2 < right.ndim <= MAX_AXES and left.ndim == right.ndim:
        for order in permutations(range(right.ndim)):
            if [right.shape[axis] for axis in order] == list(left.shape) and pair.same(
                left, right.permute(order)
            ):
                return pair.symptom("axes", order=Shape(sizes=order), **shapes)
    if left.shape != right.shape and pair.same(left.reshape(right.shape), right):
        return pair.symptom("reshaped", **shapes)
    if left.numel() > MAX_NUMBERS or "bool" in (dtype_of(pair.actual), dtype_of(pair.expected)):
        return None
    if pair.same(left.reshape(-1).sort().values, right.reshape(-1).sort().values):
        if left.shape == right.shape:
            for axis in range(right.ndim):
                if pair.same(left, right.flip(axis)):
                    about = {"axis": Count(number=axis), "axes": Count(number=right.ndim)}
                    return pair.symptom("turned", **about)
        return pair.symptom(
            "places",
            same=Flag(value=left.shape == right.shape),
            reshaped=Flag(value=_is_laid_anew(pair, left, right)),
            **shapes,
        )
    return None


def _is_laid_anew(pair: Pair, left: torch.Tensor, right: torch.Tensor) -> bool:
    """Whether a reshape stands where axes should change places, or the other way round."""
    if left.shape != right.shape or not 1 < right.ndim <= MAX_AXES:
        return False
    orders = [*permutations(range(right.ndim))]
    laid = (right.permute(order).reshape(right.shape) for order in orders)
    return any(pair.same(left, one) for one in laid) or any(
        pair.same(left.permute(order).reshape(right.shape), right) for order in orders
    )


def _reduced(
    pair: Pair, left: torch.Tensor, right: torch.Tensor, shapes: dict[str, Feature]
) -> Symptom | None:
    """Find a value that is still to be added up or averaged, or that is so already."""
    for kind, whole, part in (("not-reduced", left, right), ("reduced", right, left)):
        if not 1 <= whole.ndim - part.ndim <= 2 and whole.shape != part.shape:
            continue
        for axes in _axes(whole, part):
            if _repeats(whole, axes):
                continue
            for how in ("sum", "mean"):
                made = getattr(whole, how)(dim=axes)
                one, other = (made, right) if kind == "not-reduced" else (left, made)
                if pair.same(one, other):
                    about: dict[str, Feature] = {"mean": Flag(value=how == "mean"), **shapes}
                    if len(axes) == 1 and whole.ndim > 1:
                        about["axis"] = Count(number=axes[0])
                    return pair.symptom(kind, **about)
    return None


def _repeats(whole: torch.Tensor, axes: tuple[int, ...]) -> bool:
    """Whether a value is the same all along some axes: its mean is but one part of it."""
    first = whole
    for axis in axes:
        first = first.narrow(axis, 0, 1)
    return bool((whole == first).all())


def _axes(whole: torch.Tensor, part: torch.Tensor) -> Iterator[tuple[int, ...]]:
    """Yield the axes of a value without which it has the shape of the other."""
    away = whole.ndim - part.ndim
    if whole.ndim > MAX_AXES or away < 1:
        return
    for axes in combinations(range(whole.ndim), away):
        left = [size for axis, size in enumerate(whole.shape) if axis not in axes]
        if left == list(part.shape):
            yield axes


def _cut(
    pair: Pair, left: torch.Tensor, right: torch.Tensor, shapes: dict[str, Feature]
) -> Symptom | None:
    """Find a value that goes on along one axis after the right numbers, or ends before."""
    if left.ndim != right.ndim:
        return None
    differ = [axis for axis in range(left.ndim) if left.shape[axis] != right.shape[axis]]
    if len(differ) != 1:
        return None
    (axis,) = differ
    size = min(left.shape[axis], right.shape[axis])
    if not size:
        return None
    for end in ("end", "beginning"):
        one, other = (
            whole.narrow(axis, 0 if end == "end" else whole.shape[axis] - size, size)
            for whole in (left, right)
        )
        if pair.same(one, other) and _tells(other):
            more = left.shape[axis] - right.shape[axis]
            return pair.symptom(
                "cut",
                longer=Flag(value=more > 0),
                begins=Flag(value=end == "end"),
                axis=Count(number=axis),
                **shapes,
            )
    return None


def _function(pair: Pair, left: torch.Tensor, right: torch.Tensor) -> Symptom | None:
    """Find a function that makes the one of the other, where numbers differ enough to tell."""
    if "bool" in (dtype_of(pair.actual), dtype_of(pair.expected)):
        if pair.same(1 - left, right):
            return pair.symptom("inverted")
        return None
    if not relations.is_finite(left) or not _tells(right) or not _tells(left):
        return None
    for name, function in FUNCTIONS.items():
        for missing, one, other in ((True, left, right), (False, right, left)):
            made = function(one)
            if relations.is_finite(made) and pair.same(
                *((made, other) if missing else (other, made))
            ):
                return pair.symptom("function", name=Name(name=name), missing=Flag(value=missing))
    return None


def partly(pair: Pair) -> Iterator[Symptom]:
    """Find a value that is wrong, or right, in a single row, column or place alone."""
    left, right = pair.numbers() or (None, None)
    if left is None or right is None or left.shape != right.shape:
        return
    if not isinstance(pair.actual, TensorValue):
        return
    if (wrong := pair.wrong(left, right)) is None:
        return
    for axis, size in enumerate(left.shape):
        others = tuple(other for other in range(left.ndim) if other != axis)
        for is_right, found in ((False, wrong), (True, ~wrong)):
            along = found.amax(dim=others) if others else found
            (places,) = along.nonzero(as_tuple=True)
            alone = is_right or not bool(wrong.all())
            several = not is_right or int(found.sum()) > 1
            if len(places) == 1 and size > 2 and alone and several and not _spreads(found, axis):
                yield pair.symptom(
                    "partly",
                    right=Flag(value=is_right),
                    axis=Count(number=axis),
                    axes=Count(number=left.ndim),
                    place=Count(number=int(places[0])),
                    size=Count(number=size),
                )
                return


def _spreads(found: torch.Tensor, axis: int) -> bool:
    """Whether what is wrong is but one place, which a mismatch tells as well."""
    return found.ndim > 1 and int(found.sum()) == 1


def _tells(numbers: torch.Tensor) -> bool:
    """Whether there are two numbers that differ clearly: else anything could be like them."""
    if numbers.numel() < 2:
        return False
    low, high = float(numbers.min()), float(numbers.max())
    return math.isfinite(low) and high - low > 1e-3 * max(abs(low), abs(high))
