"""An expected value as a released notebook holds it: rounded, in plain Python."""

import math
import pprint
from collections.abc import Iterator
from dataclasses import dataclass

from grader.comparing.tolerance import NUMBER, bounds
from grader.model.assignment import Check
from grader.model.values import (
    SEVERAL,
    MappingValue,
    NumberValue,
    SequenceValue,
    TensorValue,
    Value,
)

MOST = 60  # numbers: more are no reading matter
# A right answer is within the tolerance of the value, and that is within half of it rounded.
_ROOM = 3.0

# Numbers, as deep in lists as they are in the value.
Numbers = bool | int | float | list["Numbers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Public:
    """The numbers of a value, and how far others may be from them.

    rtol, atol: as `math.isclose` takes them, so wide that every right answer is close.
    """

    numbers: Numbers
    rtol: float
    atol: float

    def literal(self, width: int) -> str:
        """Return the numbers as Python code. width: of its lines, where that can be kept."""
        text = pprint.pformat(self.numbers, width=width, compact=True)
        # Infinities and NaN have no literal.
        for name in ("inf", "nan"):
            text = text.replace(name, f'float("{name}")')
        return text


def public(value: Value, check: Check) -> Public | None:
    """Return what students are shown of an expected value; None where it is not a few numbers.

    A number is rounded so that it says no more than the check looks at.
    """
    found = [*_parts(value)]
    if not found or None in found:
        return None
    dtypes = {part[0] for part in found if part is not None}
    tolerances = [bounds(dtype, check) for dtype in dtypes]
    rtol, atol = (max(each) for each in zip(*tolerances, strict=True))
    total = sum(part[1] for part in found if part is not None)
    if not 0 < total <= MOST:
        return None
    return Public(
        numbers=_numbers(value, check), rtol=_short(_ROOM * rtol), atol=_short(_ROOM * atol)
    )


def _parts(value: Value) -> Iterator[tuple[str, int] | None]:
    """Yield the dtype and the length of each part of a value; None for what is no numbers."""
    match value:
        case TensorValue(stored=None) if not value.data.is_complex() and value.layout == "strided":
            yield value.dtype, value.data.numel()
        case NumberValue(value=bool() | int()):
            yield "int64", 1
        case NumberValue(value=float()):
            yield NUMBER, 1
        case MappingValue() if value.type == SEVERAL:
            yield from _parts(value.in_order)
        case SequenceValue(type="list" | "tuple"):
            for item in value.items:
                yield from _parts(item)
        case _:
            yield None


def _numbers(value: Value, check: Check) -> Numbers:
    match value:
        case TensorValue():
            return _rounded(value.data.tolist(), *bounds(value.dtype, check))
        case MappingValue():
            return _numbers(value.in_order, check)
        case SequenceValue():
            return [_numbers(item, check) for item in value.items]
        case NumberValue(value=bool() | int() | float() as number):
            return _rounded(number, *bounds(NUMBER, check))
        case _:
            raise TypeError(f"no numbers: {value}")


def _rounded(number: Numbers, rtol: float, atol: float) -> Numbers:
    if isinstance(number, list):
        return [_rounded(one, rtol, atol) for one in number]
    if isinstance(number, bool | int) or not math.isfinite(number):
        return number
    if (room := atol + rtol * abs(number)) == 0:
        return number
    # The last digit is worth at most half of what is tolerated.
    return round(number, -math.floor(math.log10(room / 2))) + 0.0


def _short(number: float) -> float:
    """Return a tolerance without the digits that multiplying leaves behind."""
    return float(f"{number:.3g}")
