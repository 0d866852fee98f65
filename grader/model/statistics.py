"""What the marks of a class say about it, and about each exercise: facts, without a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.model.facts import Symptom
from grader.model.result import ExerciseOutcome

# The kind of a mistake of which no check tells: something is used that is forbidden.
RULE = "rule"
BINS = 10  # of a distribution of shares, each as wide as the others; the last holds 1, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Where numbers lie. number: how many there are; low, high: the quartiles."""

    number: int
    mean: float
    least: float
    low: float
    median: float
    high: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """How many shares of all points were reached. bins: the places of hand-ins in each."""

    spread: Spread
    bins: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrimination:
    """How well success in an exercise tells those who are good at the rest from those who are not.

    coefficient: point-biserial, of success with the points of all other exercises, from -1 to 1;
    None where all succeed or none, where the rest is the same for all, or where there are fewer
    than three; number: of hand-ins that it rests on; right: how many of these succeed.
    """

    coefficient: float | None
    number: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStatistics:
    """How a check ended.

    number: of each outcome; missed: places of those that did not pass it; title: as reports have
    it, empty where that is the expression, or is in another language.
    """

    expression: str
    hidden: bool
    number: Mapping[str, int]
    missed: Sequence[str]
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeStatistics:
    """Something that was found wrong.

    kind, mistake: as in a Symptom, or RULE; places: of the hand-ins in which it was found; example:
    of one of them, of which all say the same, None for RULE; also: what else the same hand-ins
    show, and no other; help: what the author says of a known one, or by which rule an answer is
    worth nothing although it passes its checks, in a language.
    """

    kind: str
    mistake: str
    places: Sequence[str]
    example: Symptom | None = None
    also: Sequence[Symptom] = ()
    help: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseStatistics:
    """What a class made of an exercise.

    language: of the title; max_score: the most that anybody could have; answers: how many have a
    score; right: how many of these have all points (where there are none to be had, how many are
    right); mean: of their shares of the points, None where there are none; outcomes: the places of
    each; mistakes: the commonest first; unexplained: places of answers that are wrong, of which
    nothing was found that is not said of every wrong answer.
    """

    exercise: str
    title: str
    max_score: float
    answers: int
    right: int
    mean: float | None
    discrimination: Discrimination
    outcomes: Mapping[ExerciseOutcome, Sequence[str]]
    language: str = ""
    checks: Sequence[CheckStatistics] = ()
    mistakes: Sequence[MistakeStatistics] = ()
    unexplained: Sequence[str] = ()

    @property
    def success(self) -> float | None:
        """The share of answers that are right; None where there is no answer."""
        return self.right / self.answers if self.answers else None

    @property
    def difficulty(self) -> float | None:
        """The share of the points that the class did not get, from 0 to 1."""
        return None if self.mean is None else 1 - self.mean


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentStatistics:
    """What a class made of an assignment.

    language: of the title; handed_in: how many have; absent: of a roster, who have not; open:
    without a score; late, repeated: late, and with several attempts; scores: None where nobody has
    one; seconds: that grading took, None where nothing was handed in.
    """

    assignment: str
    title: str
    handed_in: int
    absent: int
    open: Sequence[str]
    late: Sequence[str]
    repeated: Sequence[str]
    scores: Scores | None
    seconds: Spread | None
    exercises: Sequence[ExerciseStatistics]
    language: str = ""
