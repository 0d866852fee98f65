"""What the staff see of a course at a glance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grader.model.difference import RunChange
from grader.model.review import ToReview
from grader.model.standing import Standing
from grader.model.statistics import AssignmentStatistics


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOverview:
    """A course as it stands.

    rows: in order of places; seconds: that grading each took, by places; totals: by a student's id,
    or the name of one who has none, None where nothing says what a total is; to_review: the worst
    first; change: what the last run changed, None where that is nothing; has_similar:
    whether there is a page of what is written alike.
    """

    rows: Sequence[Standing]
    language: str
    statistics: Sequence[AssignmentStatistics] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    totals: Mapping[str, float | None] | None = None
    to_review: Sequence[ToReview] = ()
    change: RunChange | None = None
    has_similar: bool = False
