"""How wrong numbers are like the right ones: negated, scaled, moved, one step too late.

What is found has to be told without giving a right number away to whoever chose the wrong ones: by
what numbers are moved is kept back, and a factor is known only where it is whole.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, zip_longest
from typing import Literal

import torch

from grader.comparing import tolerance
from grader.model.assignment import Check
from grader.model.values import NumberValue, SequenceValue, TensorValue, Value

Shift = Literal["ahead", "behind", "one more", "one fewer"]
Shape = tuple[int, ...]

MOST_NUMBERS = 2**22  # of a value in which anything is looked for
MOST = 10_000  # the largest factor that is looked for
GROWN = 1e6  # a curve diverges where it exceeds its first value so many times
_EXACT = 2**53  # integers below it are exact in double precision
# With a wider margin every large factor would be near a whole one, and tell any number.
_NEAR = 1e-3
# Of numbers this near to the right ones, a common factor may be all that the tolerance leaves.
_CLOSE = 0.02
_ROUNDING = 1e-6  # of the largest number: what adding up in another order may cost
_SPREAD = 1e-3  # numbers that lie closer together, as a share of the largest, count as one


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """How all numbers of a value stand to the expected ones.

    factor: whole, or one through a whole number; None where it is neither, or there is none.
    may_be_shown: whether the factor gives no right number away.
    """

    kind: Literal["sign", "scaled", "offset"]
    factor: Fraction | None = None
    may_be_shown: bool = False


def wide(value: Value) -> torch.Tensor | None:
    """Return the numbers of a value in double precision.

    None where they cannot be had exactly, or are more than explanations are looked for in.
    """
    return _wide(value) if _amount(value) <= MOST_NUMBERS else None


def _amount(value: Value) -> int:
    match value:
        case TensorValue():
            return value.data.numel()
        case SequenceValue(items=items):
            return sum(map(_amount, items))
        case _:
            return 1


def _wide(value: Value) -> torch.Tensor | None:
    match value:
        case TensorValue():
            return _doubles(value.data)
        case NumberValue(value=int() as number):
            return _doubles(torch.tensor(number)) if abs(number) < _EXACT else None
        case NumberValue(value=complex() as number):
            return torch.tensor(number, dtype=torch.complex128)
        case NumberValue():
            return torch.tensor(value.value, dtype=torch.float64)
        case SequenceValue(items=items):
            plain = [item.value for item in items if isinstance(item, NumberValue)]
            if len(plain) == len(items) and all(map(_is_double, plain)):
                return torch.tensor(plain, dtype=torch.float64)
            return _stacked([_wide(item) for item in items])
        case _:
            return None


def is_same(
    actual: torch.Tensor, expected: torch.Tensor, *, dtype: str, check: Check | None = None
) -> bool:
    """Whether numbers have the same shape and are equal within a check's tolerance."""
    check = check or Check(expression="")
    return actual.shape == expected.shape and not bool(
        tolerance.differs(actual, expected, dtype=dtype, check=check).any()
    )


def is_finite(numbers: torch.Tensor) -> bool:
    """Whether no number is NaN or infinite."""
    return bool(numbers.isfinite().all())


def relation(actual: torch.Tensor, expected: torch.Tensor, *, dtype: str) -> Relation | None:
    """Return how numbers stand to the expected ones; both are finite and of one shape."""
    if not expected.any():
        return None
    if _is_near(-actual, expected, dtype):
        return Relation(kind="sign")
    if actual.is_complex() or expected.is_complex():
        return None
    return _scaled(actual, expected, dtype) or _moved(actual, expected, dtype)


def shift(
    actual: torch.Tensor, expected: torch.Tensor, *, dtype: str, check: Check
) -> Shift | None:
    """Return by what step a curve is off, or whether it has but one number more or fewer."""
    candidates: tuple[tuple[Shift, torch.Tensor, torch.Tensor], ...]
    if len(actual) == len(expected):
        candidates = (
            ("ahead", actual[:-1], expected[1:]),
            ("behind", actual[1:], expected[:-1]),
        )
    elif len(actual) == len(expected) + 1:
        candidates = (("one more", actual[1:], expected), ("one more", actual[:-1], expected))
    elif len(actual) == len(expected) - 1:
        candidates = (("one fewer", actual, expected[1:]), ("one fewer", actual, expected[:-1]))
    else:
        return None
    for name, left, right in candidates:
        if is_various(right) and is_same(left, right, dtype=dtype, check=check):
            return name
    return None


def not_finite_from(curve: torch.Tensor) -> int:
    """Return the step, from 1, at which a curve is not finite any more; 0 where it stays so."""
    return _first(~curve.isfinite())


def diverges_from(curve: torch.Tensor) -> int:
    """Return the step, from 1, at which a curve has left all bounds; 0 where it stays within."""
    if not len(curve) or not curve[0]:
        return 0
    return _first(curve.abs() > GROWN * curve[0].abs())


def broadcast_with(actual: Shape, expected: Shape) -> Shape | None:
    """Return the shape, an axis away, that broadcasts with the expected one to what was seen."""
    for other in _axis_away(expected):
        if actual not in (expected, other) and actual == _broadcast(expected, other):
            return other
    return None


def is_broadcast(actual: torch.Tensor, expected: torch.Tensor | None = None) -> bool:
    """Whether numbers show that two shapes were broadcast along two axes of equal size.

    The expected ones stand on the diagonal, or each number is a sum or a product of what its row
    has and what its column has.
    """
    for one, other in combinations(range(actual.ndim), 2):
        if actual.shape[one] != actual.shape[other] or actual.shape[one] < 2:
            continue
        square = actual.movedim((one, other), (-2, -1))
        if expected is not None and is_various(expected):
            diagonal = actual.diagonal(dim1=one, dim2=other).movedim(-1, one)
            if diagonal.numel() == expected.numel() and _is_near(
                diagonal.reshape(expected.shape), expected, "torch.float64"
            ):
                return True
        if is_various(actual) and _has_one_pattern(square):
            return True
    return False


def _has_one_pattern(square: torch.Tensor) -> bool:
    """Whether the rows differ by a number each, or by a factor each."""
    row, column, corner = square[..., :1, :], square[..., :, :1], square[..., :1, :1]
    limit = _ROUNDING * float(square.abs().max())
    added = float((square - row - column + corner).abs().max())
    multiplied = float((square * corner - row * column).abs().max())
    return added <= limit or multiplied <= limit * float(square.abs().max())


def _doubles(data: torch.Tensor) -> torch.Tensor | None:
    if data.is_complex():
        return data.to(torch.complex128)
    doubles = data.to(torch.float64)
    if not data.is_floating_point() and bool((doubles.abs() >= _EXACT).any()):
        return None
    return doubles


def _is_double(number: complex) -> bool:
    return isinstance(number, float) or (isinstance(number, int) and abs(number) < _EXACT)


def _stacked(items: list[torch.Tensor | None]) -> torch.Tensor | None:
    parts = [item for item in items if item is not None]
    forms = {(part.shape, part.dtype) for part in parts}
    if len(parts) < len(items) or len(forms) > 1:
        return None
    return torch.stack(parts) if parts else torch.zeros(0, dtype=torch.float64)


def _scaled(actual: torch.Tensor, expected: torch.Tensor, dtype: str) -> Relation | None:
    flat = expected.reshape(-1)
    place = int(flat.abs().argmax())
    ratio = float(actual.reshape(-1)[place] / flat[place])
    is_one = abs(ratio - 1) < _CLOSE
    if not ratio or is_one or not _is_near(actual, ratio * expected, dtype):
        return None
    various = is_various(flat[flat != 0])
    factor = _whole(ratio)
    if factor is None or not _is_near(actual, float(factor) * expected, dtype):
        return Relation(kind="scaled") if various else None
    if not various and dtype not in tolerance.TOLERANCES:
        return None  # one integer nearly always is a multiple of another
    may_be_shown = (
        various or not _is_round(float(flat[place])) or abs(factor) in (2, Fraction(1, 2))
    )
    return Relation(kind="scaled", factor=factor, may_be_shown=may_be_shown)


def ratio(actual: torch.Tensor, expected: torch.Tensor, *, dtype: str) -> float:
    """Return the number that all expected ones are multiplied by; 0 where there is none.

    Of a single number only where it is no round one, which could be guessed.
    """
    is_real = not (actual.is_complex() or expected.is_complex())
    if dtype not in tolerance.TOLERANCES or not is_real or not bool(expected.any()):
        return 0.0
    flat = expected.reshape(-1)
    place = int(flat.abs().argmax())
    found = float(actual.reshape(-1)[place] / flat[place])
    telling = is_various(flat[flat != 0]) or not _is_round(float(flat[place]))
    return found if telling and found and _is_near(actual, found * expected, dtype) else 0.0


def _moved(actual: torch.Tensor, expected: torch.Tensor, dtype: str) -> Relation | None:
    if not is_various(expected):
        return None
    spread = float(expected.max() - expected.min())
    moved = (actual - expected).reshape(-1)
    # Against the spread, not the numbers: far enough away, anything is off by about the same.
    unequal = float((moved - moved[0]).abs().max())
    limit = _NEAR / 10 * spread if dtype in tolerance.TOLERANCES else 0.0
    is_moved = float(moved[0].abs()) > _NEAR * spread
    return Relation(kind="offset") if is_moved and unequal <= limit else None


def _whole(ratio: float) -> Fraction | None:
    """Return a factor that is whole, or one through a whole number; None for any other."""
    size, sign = abs(ratio), 1 if ratio > 0 else -1
    for number, is_multiple in ((size, True), (1 / size, False)):
        if number > MOST + 0.5:
            continue
        whole = round(number)
        if whole >= 2 and abs(number - whole) <= _NEAR:
            return Fraction(sign * whole) if is_multiple else Fraction(sign, whole)
    return None


def _is_round(number: float) -> bool:
    """Whether a number has few digits: it is a whole part of numbers that are easily guessed."""
    thousands = number * 1000
    if not math.isfinite(thousands):
        return False
    return abs(thousands - round(thousands)) <= max(_ROUNDING * abs(thousands), _ROUNDING)


def _is_near(actual: torch.Tensor, expected: torch.Tensor, dtype: str) -> bool:
    """Whether numbers are equal as far as rounding goes, whatever an author tolerates."""
    rounding = float(_ROUNDING * expected.abs().max()) if dtype in tolerance.TOLERANCES else 0.0
    return is_same(actual, expected, dtype=dtype, check=Check(expression="", atol=rounding))


def is_various(numbers: torch.Tensor) -> bool:
    """Whether there are at least two numbers that differ clearly."""
    if numbers.numel() < 2:
        return False
    if numbers.is_complex():
        return is_various(numbers.real) or is_various(numbers.imag)
    return bool(numbers.max() - numbers.min() > _SPREAD * numbers.abs().max())


def is_telling(numbers: torch.Tensor) -> bool:
    """Whether numbers are such that nothing else has them by chance."""
    return is_various(numbers) or bool(
        numbers.numel() and not _is_round(float(numbers.reshape(-1)[0]))
    )


def is_even(numbers: torch.Tensor) -> bool:
    """Whether there are several numbers, and all are the same."""
    return numbers.numel() > 1 and bool((numbers == numbers.reshape(-1)[0]).all())


def _first(found: torch.Tensor) -> int:
    return int(found.nonzero()[0]) + 1 if bool(found.any()) else 0


def _axis_away(shape: Shape) -> Iterator[Shape]:
    for place in range(len(shape), -1, -1):
        yield (*shape[:place], 1, *shape[place:])
    for place, size in enumerate(shape):
        if size == 1:
            yield (*shape[:place], *shape[place + 1 :])


def _broadcast(one: Shape, other: Shape) -> Shape | None:
    sizes = []
    for left, right in zip_longest(reversed(one), reversed(other), fillvalue=1):
        if left != right and 1 not in (left, right):
            return None
        sizes.append(right if left == 1 else left)
    return tuple(reversed(sizes))
