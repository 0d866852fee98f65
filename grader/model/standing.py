"""Where a student stands in an assignment: what counts, after a person's word and the policy.

Tables, the index, exports and totals are made of standings; what a report says besides is in its
Report.
"""

from dataclasses import dataclass

from grader.model.concern import Concern
from grader.model.result import (
    CarriedVariant,
    ExerciseOutcome,
    ExerciseResult,
    Outcome,
    Report,
    is_open,
    is_unconfirmed,
    points,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseStanding:
    """An exercise of a standing.

    score: in points, None where it could not be run and nobody has decided on it; computed: what
    the grader had found, None likewise; is_decided: whether a person decided on the score, which
    may be the same; comment: of that person, or of one who has something to say of it; ticked: the
    items of its rubric that a person ticked, None where nobody has decided on them;
    is_unconfirmed: whether something was right only for the data shown.
    """

    exercise: str
    title: str
    outcome: ExerciseOutcome
    score: float | None
    max_score: float
    computed: float | None
    is_decided: bool = False
    comment: str = ""
    ticked: tuple[str, ...] | None = None
    is_unconfirmed: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for a person, who has not decided on it."""
        return self.outcome == "waits for a person" and self.score is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A row of the gradebook: a student and an assignment.

    student_id: what a learning platform or a roster knows the student by; assignment: None where
    what was handed in answers none that is known; source: the path of the hand-in that counts, as
    the person who graded wrote it: platforms put ids into it; place: the folder of its files, below
    `feedback` and `results`; handed_in: in ISO 8601, and late, None where the platform did not
    tell it.
    computed: what the grader found, in points; score: after what a person decided; final: after the
    policy (lateness, rounding), which is shown and exported; each None where there is none.
    deduction: points that the policy took, from `score`; is_decided: whether a person decided on
    the score of all of it; adjustment: what a person added to what was found, which lateness does
    not touch; comment: a person's, for all of it; concerns: why a person should look at the
    hand-in; attempt: the number of the hand-in that counts, of `attempts`, from 1; both are 0 where
    nothing was handed in, and the row is there because the student is on a roster; variant: that it
    was graded by, None where nothing differs by student.
    """

    student: str
    student_id: str | None
    assignment: str | None
    title: str
    outcome: Outcome
    reason: str | None
    language: str
    source: str
    place: str
    max_score: float | None
    computed: float | None
    score: float | None
    final: float | None
    handed_in: str | None = None
    late: bool | None = None
    deduction: float = 0.0
    is_decided: bool = False
    adjustment: float = 0.0
    comment: str = ""
    concerns: tuple[Concern, ...] = ()
    notes: tuple[str, ...] = ()
    exercises: tuple[ExerciseStanding, ...] = ()
    attempt: int = 1
    attempts: int = 1
    variant: CarriedVariant | None = None

    @property
    def waiting(self) -> tuple[ExerciseStanding, ...]:
        """The exercises that wait for a person; none where a person decided on all of it."""
        is_over = self.score is not None
        return () if is_over else tuple(one for one in self.exercises if one.is_waiting)

    @property
    def so_far(self) -> float:
        """The points of the exercises that have a score."""
        return points(sum(one.score for one in self.exercises if one.score is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A student's number for the whole course.

    finals: by assignment, what counted, None where there is no score yet; dropped: assignments that
    the policy left out; score, max_score: None where an assignment that counts has no score yet;
    is_decided: whether a person decided on the score; computed: what it was before, then.
    """

    student: str
    student_id: str | None
    finals: dict[str, float | None]
    dropped: tuple[str, ...]
    score: float | None
    max_score: float | None
    computed: float | None = None
    is_decided: bool = False
    comment: str = ""


def standing_of(report: Report, place: str = "") -> Standing:
    """Return the row that a report gives by itself, before anybody decided. place: of its files."""
    return Standing(
        student=report.student,
        student_id=report.student_id,
        assignment=report.assignment,
        title=report.title,
        outcome=report.outcome,
        reason=report.reason,
        language=report.language,
        source=report.source,
        place=place,
        max_score=report.max_score,
        computed=report.score,
        score=report.score,
        final=report.score,
        handed_in=report.handed_in,
        late=report.late,
        notes=report.notes,
        concerns=report.concerns,
        exercises=tuple(map(_exercise, report.exercises)),
        variant=report.variant,
    )


def _exercise(result: ExerciseResult) -> ExerciseStanding:
    score = None if is_open(result) else result.score
    return ExerciseStanding(
        exercise=result.exercise,
        title=result.title,
        outcome=result.outcome,
        score=score,
        max_score=result.max_score,
        computed=score,
        is_unconfirmed=is_unconfirmed(result),
    )
