"""What two gradings of the same student and assignment say differently."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How something was judged. score, max_score: in points, None where it has no score."""

    outcome: str
    score: float | None
    max_score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckChange:
    """A check that ended otherwise. before, after: its outcomes, None where it was not there."""

    expression: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseChange:
    """An exercise that was judged otherwise.

    before, after: None where it was not there; title: as reports have it, where that is known.
    """

    exercise: str
    before: Judged | None
    after: Judged | None
    checks: Sequence[CheckChange] = ()
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A student's assignment that was judged otherwise, by the grader alone.

    place: of the files of the row; before, after: None where it was not there; title: of the
    assignment, in a language, as the titles of its exercises are.
    """

    student: str
    student_id: str | None
    assignment: str | None
    place: str
    before: Judged | None
    after: Judged | None
    exercises: Sequence[ExerciseChange] = ()
    title: str = ""
    language: str = ""

    @property
    def gained(self) -> float | None:
        """How many points there are more; None where one of both has no score."""
        before = self.before.score if self.before is not None else None
        after = self.after.score if self.after is not None else None
        return None if before is None or after is None else round(after - before, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChange:
    """What the last run that graded something changed.

    before: when the run began with which it is compared; differences: of rows that were there
    before and are there now; added: how many rows are new.
    """

    before: datetime
    differences: Sequence[Difference]
    added: int
