"""What `course.toml` says, ready for use; without one, what holds then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from grader.course.policy import Policy
from grader.course.rounding import exact
from grader.model.standing import Standing

NAME = "course.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Borders:
    """The borders of grades, as shares of the most there is, in rising order.

    near: how far from one a person should still look.
    """

    shares: tuple[Fraction, ...] = ()
    near: Fraction = Fraction(1, 50)

    def close_to(self, standing: Standing) -> Fraction | None:
        """Return the border that a mark is near to, the nearest; None where there is none."""
        if standing.final is None or not standing.max_score:
            return None
        share = exact(standing.final) / exact(standing.max_score)
        found = min(self.shares, key=lambda border: abs(border - share), default=None)
        return found if found is not None and abs(found - share) <= self.near else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A course.

    path: of the file, None where there is none; sources, released, roster: where they are, None
    where nothing is said; gradebook: a URL of SQLAlchemy's; language: of reports, None for each
    notebook's own; policies: by assignment, in the order of the course; default: of all others.
    """

    path: Path | None = None
    timezone: ZoneInfo | None = None
    sources: Path | None = None
    released: Path | None = None
    roster: Path | None = None
    gradebook: str | None = None
    language: str | None = None
    policies: Mapping[str, Policy] = field(default_factory=dict)
    default: Policy = field(default_factory=Policy)
    drop_lowest: int = 0
    borders: Borders = field(default_factory=Borders)

    def policy(self, assignment: str | None) -> Policy:
        """Return the policy of an assignment."""
        return self.policies.get(assignment, self.default) if assignment else self.default
