"""What a grading found: the content of `result.json`, from which every view is made.

Its facts come first. The texts are made of them by `grader.wording`, in the language of the
report, and are empty before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from grader.model.aspects import Aspect, AspectOutcome
from grader.model.concern import Concern
from grader.model.facts import (
    Mismatch,
    NotCompared,
    PartsDiffer,
    Ruling,
    SomePassed,
    Symptom,
)
from grader.model.features import Feature
from grader.model.reveal import Reveal

Outcome = Literal["graded", "not graded", "needs review", "waits for a person"]
ExerciseOutcome = Literal[
    "right",
    "right by follow-through",
    "partly right",
    "wrong",
    "blank",
    "missing",
    "timed out",
    "crashed",
    "not graded here",
    "could not be run here",
    "waits for a person",
    "marked by a person",
]
# Of what has no score, until a person decides.
OPEN: frozenset[ExerciseOutcome] = frozenset({"could not be run here", "waits for a person"})
CheckOutcome = Literal["passed", "failed", "skipped", "error"]
# What is hidden: the data that it was given, the check itself, or whatever was seen, as that was
# after the student's code had been given hidden data.
Hides = Literal["", "data", "check", "moment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Two lists of numbers by step (counted from 1), thinned for drawing."""

    actual: tuple[tuple[int, float], ...]
    expected: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An error in the student's code.

    line (from 1) and source: the student's own line where there was one, the deepest; statement:
    the line of the cell that it was called from; traceback: as the kernel printed it, with its
    ANSI colours; written_for, run_on: versions of Python, where the code cannot be read and was
    written for a newer one.
    """

    name: str
    message: str
    line: int | None = None
    source: str | None = None
    statement: int | None = None
    traceback: str = ""
    written_for: str = ""
    run_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What one check found.

    hidden: whether what was seen may hold what students must not see; hides: what that is, empty
    where nothing is hidden; inputs: of what kind the data are that it was given, by name, where
    they are hidden and it is not right; differing: of a value that has parts, how many of them
    differ in each aspect; of: what it was computed from, where the
    grader computed it; value: what was seen; not_compared: why nothing was compared, or does not
    count; source: the name that this is about, where it is not the checked expression itself;
    expected: what should have been seen, where it is not right; reveal: when that may be told, None
    where the course says it.
    Texts: title: what it is called, empty where that is the expression; given: its inputs; seen,
    wanted: what was seen, and what was expected; error: why nothing was compared; sentences: what
    differs.
    """

    check: str
    hidden: bool
    outcome: CheckOutcome
    score: float
    max_score: float
    aspects: Mapping[Aspect, AspectOutcome] = field(default_factory=dict)
    mismatches: tuple[Mismatch | PartsDiffer, ...] = ()
    differing: Mapping[Aspect, int] = field(default_factory=dict)
    of: tuple[str, ...] = ()
    value: Feature | None = None
    not_compared: NotCompared | None = None
    source: str = ""
    curve: Curve | None = None
    expected: Feature | None = None
    reveal: Reveal | None = None
    hides: Hides = ""
    inputs: Mapping[str, Feature] = field(default_factory=dict)
    title: str = ""
    given: str = ""
    seen: str = ""
    wanted: str = ""
    error: str | None = None
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Why an exercise is not right, as far as the values tell.

    kind: the finding, "mistake" for a known one; check: the expression that it is about, empty for
    the whole exercise; mistake: the name of a known one; symptom: the fact; text: sentences for
    the student.
    """

    kind: str
    text: str
    check: str = ""
    mistake: str = ""
    symptom: Symptom | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What a person decided.

    score: what counts, None where there is a comment alone; computed: what the grader had found,
    None where it had found no score.
    """

    score: float | None
    comment: str
    computed: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricResult:
    """An item of a rubric. is_ticked: None before a person has decided. Texts: text."""

    name: str
    points: float
    is_ticked: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseResult:
    """What one exercise is worth, and by which rule.

    symptoms: what its values show, the most specific first; code: the student's; output: what it
    printed; error: what its cell raised; called: what it forbids, is not found in its code, and was
    called while checks ran, as the student's process says: for the staff to look at; text: of an
    answer that is one, written for a person, and is_prose: whether as Markdown; rubric: what a
    person looks for there, or has found.
    Texts: title; rule: the ruling; banned: what it uses although it is forbidden; not_found: what
    it means that nothing forbidden was found, empty where nothing is forbidden; diagnoses: the
    first few symptoms.
    """

    exercise: str
    score: float
    max_score: float
    outcome: ExerciseOutcome
    ruling: Ruling
    error: Fault | None = None
    checks: tuple[CheckResult, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    override: Override | None = None
    code: str = ""
    output: str = ""
    title: str = ""
    rule: str = ""
    banned: tuple[str, ...] = ()
    not_found: str = ""
    called: tuple[str, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    text: str = ""
    is_prose: bool = False
    rubric: tuple[RubricResult, ...] = ()


def is_graded(outcome: Outcome) -> bool:
    """Whether the grader has done all that it can, so that at most a person is waited for."""
    return outcome in ("graded", "waits for a person")


def is_right_outcome(outcome: ExerciseOutcome) -> bool:
    """Whether an outcome says that nothing has to be mended."""
    return outcome in ("right", "right by follow-through")


def is_right(result: ExerciseResult) -> bool:
    """Whether nothing of an exercise has to be mended."""
    if result.outcome == "marked by a person":
        return points(result.score) >= points(result.max_score)
    return is_right_outcome(result.outcome)


def is_unanswered(result: ExerciseResult) -> bool:
    """Whether an exercise is blank, or missing from the notebook."""
    return result.outcome in ("blank", "missing")


def is_open(result: ExerciseResult) -> bool:
    """Whether an exercise has no score yet, and nobody has decided on it.

    It could not be run, or waits for a person.
    """
    decided = result.override is not None and result.override.score is not None
    return result.outcome in OPEN and not decided


def is_waiting(result: ExerciseResult) -> bool:
    """Whether an exercise waits for a person, who has not decided on it yet."""
    return is_open(result) and result.outcome == "waits for a person"


def is_unconfirmed(result: ExerciseResult) -> bool:
    """Whether something of an exercise was right only for the data shown."""
    return isinstance(result.ruling, SomePassed) and result.ruling.unconfirmed is not None


def points(number: float) -> float:
    """Return points as they are written down."""
    return round(number, 6)


def points_text(number: float | None) -> str:
    """Return points as tables have them: no more decimals than there are, empty for none."""
    return "" if number is None else f"{points(number):.6f}".rstrip("0").rstrip(".")


def totals(results: Sequence[ExerciseResult]) -> tuple[float, float] | None:
    """Return the points of all exercises, and the most there are.

    None where some have no score yet, and no person has decided on them.
    """
    if any(map(is_open, results)):
        return None
    score, most = sum(one.score for one in results), sum(one.max_score for one in results)
    return points(score), points(most)


def so_far(results: Sequence[ExerciseResult]) -> float:
    """Return the points of those exercises that have a score."""
    return points(sum(one.score for one in results if not is_open(one)))


# What tells which variant a hand-in has: a mark, the numbers in its code, or who handed it in.
KnownBy = Literal["mark", "numbers", "student"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedVariant:
    """The variant that a hand-in was graded by, where numbers differ by student.

    number: from 1, and 0 for the numbers of the example; total: how many there are; owner: whose it
    is, where it is not that of who handed it in, empty where nobody knows whose; None where nothing
    tells that it is another's.
    """

    number: int
    total: int
    known_by: KnownBy
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is known about one submission.

    language: that its texts are in; score and max_score are None where there is no score, which is
    also where some of its exercises have none yet, and nobody has decided on them;
    student_id: what a learning platform or a roster knows the student by; handed_in: when, in ISO
    8601, and late, as the platform tells it, None where it does not; graded_at: when that was,
    likewise; other_data: by how much the seeds of given code were shifted in a second run, None
    where there was none; override: of the whole submission's score; final: what it counts for by
    the rules of the course, None where that is the score; concerns: why a person should look at it,
    as far as the hand-in tells; duration_s in seconds; variant: None where nothing differs by
    student, and in what students get.
    """

    assignment: str | None
    title: str
    student: str
    source: str
    outcome: Outcome
    language: str
    reason: str | None
    score: float | None
    max_score: float | None
    notes: tuple[str, ...]
    seed: int
    device: str
    kernel: str
    isolation: str
    versions: Mapping[str, str]
    hashes: Mapping[str, str | None]
    duration_s: float
    student_id: str | None = None
    handed_in: str | None = None
    graded_at: str | None = None
    late: bool | None = None
    other_data: int | None = None
    override: Override | None = None
    final: float | None = None
    concerns: tuple[Concern, ...] = ()
    exercises: tuple[ExerciseResult, ...] = ()
    variant: CarriedVariant | None = None
