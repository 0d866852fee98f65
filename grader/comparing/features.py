"""Single numbers as features."""

import math

from grader.model.features import Number

_LONG = 10**20  # integers from here on are told by their length


def number(value: bool | int | float | complex) -> Number:
    """Return a number with six significant digits."""
    if isinstance(value, float):
        return Number(text=f"{value:.6g}" if math.isfinite(value) else str(value))
    if isinstance(value, int) and abs(value) >= _LONG:
        return Number(text="", digits=len(str(abs(value))))
    return Number(text=str(value))
