"""What lateness costs: a share for each day or hour, down to a floor, until nothing is taken."""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Literal

Unit = Literal["day", "hour"]
Base = Literal["score", "max"]
UNITS: dict[Unit, timedelta] = {"day": timedelta(days=1), "hour": timedelta(hours=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """A rule for late work.

    grace: by how much all that follows begins after the due date; deduct: the share that each
    begun unit costs, of the score that was reached or of the most that can be; floor: the share,
    of the same, below which lateness alone brings no score; refuse_after: how late nothing is
    taken any more, None for never.
    """

    grace: timedelta = timedelta()
    deduct: Fraction = Fraction(0)
    per: Unit = "day"
    of: Base = "score"
    floor: Fraction = Fraction(0)
    refuse_after: timedelta | None = None

    def begun(self, by: timedelta) -> int:
        """Return how many units have begun, by how late something is."""
        return max(0, -(-by // UNITS[self.per]))

    def refuses(self, by: timedelta) -> bool:
        """Whether what is so late is not taken."""
        return self.refuse_after is not None and by > max(self.refuse_after, timedelta())

    def left(self, score: Fraction, most: Fraction, by: timedelta) -> Fraction:
        """Return what is left of a score, by how late it is; never more than it was."""
        if by <= timedelta():
            return score
        if self.refuses(by):
            return min(score, Fraction(0))
        base = score if self.of == "score" else most
        lowered = score - self.begun(by) * self.deduct * base
        return min(score, max(lowered, self.floor * base, Fraction(0)))


NONE = Lateness()
