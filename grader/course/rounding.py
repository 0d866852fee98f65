"""Points as they are shown: exact inside, whole, half or quarter points or decimals outside."""

from dataclasses import dataclass
from fractions import Fraction

from grader.model.result import points

FINEST = 6  # decimals that points are written with at most


def exact(number: float) -> Fraction:
    """Return the number that points are meant to be: 0.1, not the binary fraction next to it."""
    return Fraction(repr(points(number)))


def written(number: Fraction) -> float:
    """Return points as they are kept and written."""
    return points(float(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """What points are rounded to.

    step: the multiples that are shown, as 1/4; None where they stay as they are, which is to
    `FINEST` decimals; name: as it is written in `course.toml`.
    """

    name: str = "exact"
    step: Fraction | None = None

    def rounded(self, score: Fraction, most: Fraction | None = None) -> Fraction:
        """Return the nearest multiple of the step; halfway between two, the one above.

        What is not above the most there is, is not rounded above it.
        """
        if self.step is None:
            return score
        found = (score / self.step + Fraction(1, 2)).__floor__() * self.step
        return most if most is not None and score <= most < found else found


EXACT = Rounding()
NAMED = {
    "exact": EXACT,
    "whole": Rounding(name="whole", step=Fraction(1)),
    "half": Rounding(name="half", step=Fraction(1, 2)),
    "quarter": Rounding(name="quarter", step=Fraction(1, 4)),
}


def to_decimals(number: int) -> Rounding:
    """Return rounding to a number of decimals."""
    return Rounding(name=str(number), step=Fraction(1, 10**number))
