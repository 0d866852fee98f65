"""What a course adds to the report on a hand-in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.model.difference import ExerciseChange


@dataclass(frozen=True, slots=True, kw_only=True)
class InCourse:
    """Which attempt it is, how it differs from the one before, and points as they are shown.

    attempt: its number, of `attempts`, from 1; changes: exercises that were judged otherwise in the
    attempt before, None where that was not the same assignment or has no score; points: by
    exercise, where the course rounds them.
    """

    attempt: int = 1
    attempts: int = 1
    changes: tuple[ExerciseChange, ...] | None = None
    points: Mapping[str, float] = field(default_factory=dict)


ALONE = InCourse()
