"""Whether the numbers of a value keep the bounds of a check, whatever the reference has."""

import torch

from grader.comparing import describe, features
from grader.comparing.compare import Differences
from grader.model.assignment import Check
from grader.model.facts import Extent, Mismatch
from grader.model.features import Bound, Number, Thing
from grader.model.values import NumberValue, SequenceValue, TensorValue, Value


def keeps_bounds(check: Check, value: Value, path: str) -> Differences:
    """Return whether each number is as large, or as small, as the check wants it, and where not.

    NaN and infinities never are.
    """
    numbers = numbers_of(value)
    if numbers is None:
        is_one = Thing(kind="number")
        wrong = Mismatch(path=path, aspect="type", actual=describe.thing(value), expected=is_one)
        return Differences(aspects={"type": "failed", "values": "skipped"}, mismatches=(wrong,))
    bad = missed(check, numbers)
    if not bool(bad.any()):
        return Differences(aspects={"type": "passed", "values": "passed"}, mismatches=())
    first = numbers[bad][0].item()
    extent = Extent(wrong=int(bad.sum()), total=bad.numel()) if bad.numel() > 1 else None
    mismatch = Mismatch(
        path=path,
        aspect="values",
        actual=_told(check, first),
        expected=Bound(at_least=check.at_least, at_most=check.at_most),
        extent=extent,
    )
    return Differences(aspects={"type": "passed", "values": "failed"}, mismatches=(mismatch,))


def _told(check: Check, number: float) -> Number:
    """Return a number that misses a bound, with as many digits as show it."""
    short = features.number(number)
    rounded = torch.tensor([float(short.text)], dtype=torch.float64)
    return short if bool(missed(check, rounded).any()) else Number(text=repr(number))


def numbers_of(value: Value) -> torch.Tensor | None:
    """Return the real numbers of a value in a row, at least one; None where it is something else.

    Whole numbers and floats come in double precision.
    """
    match value:
        case NumberValue(value=bool() | complex()):
            return None
        case NumberValue(value=int() | float() as number):
            try:
                return torch.tensor([float(number)], dtype=torch.float64)
            except OverflowError:
                return torch.tensor([float("inf")], dtype=torch.float64)
        case TensorValue(data=data) if data.numel() and not data.is_complex():
            return None if data.dtype == torch.bool else data.reshape(-1).to(torch.float64)
        case SequenceValue(items=items) if items:
            parts = [numbers_of(item) for item in items]
            known = [part for part in parts if part is not None]
            return torch.cat(known) if len(known) == len(parts) else None
        case _:
            return None


def missed(check: Check, numbers: torch.Tensor) -> torch.Tensor:
    """Return which numbers do not keep the bounds, as booleans."""
    kept = numbers.isfinite()
    if check.at_least is not None:
        kept &= numbers >= check.at_least
    if check.at_most is not None:
        kept &= numbers <= check.at_most
    return ~kept


def room(check: Check, numbers: torch.Tensor) -> float:
    """Return how far numbers are inside the bounds, at the nearest; below 0 where outside."""
    if not bool(numbers.isfinite().all()):
        return float("-inf")
    sides = []
    if check.at_least is not None:
        sides.append(float(numbers.min()) - check.at_least)
    if check.at_most is not None:
        sides.append(check.at_most - float(numbers.max()))
    return min(sides)
