"""What a grading found: the content of `result.json`, from which every view is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from grader.model.assignment import Aspect

Outcome = Literal["graded", "not graded", "needs review"]
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
]
# When an exercise was looked at: in a run, or in a further one.
Moment = Literal["own", "below", "end", "apart", "sorted"]
AspectOutcome = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """One difference between what was seen and what was expected.

    path: from the checked expression to the place that differs, `losses[3]`; `actual` and
    `expected` in words; extent: how much of it differs, in words that give no value away.
    """

    path: str
    aspect: Aspect
    actual: str
    expected: str
    extent: str = ""


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
    ANSI colours.
    """

    name: str
    message: str
    line: int | None = None
    source: str | None = None
    statement: int | None = None
    traceback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What one check found.

    differing: of a value that has parts, how many of them differ in each aspect; of: what it was
    computed from, where the grader computed it; seen: the observed value in words; error: why
    nothing was compared.
    """

    check: str
    hidden: bool
    outcome: Literal["passed", "failed", "skipped", "error"]
    score: float
    max_score: float
    aspects: Mapping[Aspect, AspectOutcome] = field(default_factory=dict)
    mismatches: tuple[Mismatch, ...] = ()
    differing: Mapping[Aspect, int] = field(default_factory=dict)
    of: tuple[str, ...] = ()
    seen: str = ""
    error: str | None = None
    curve: Curve | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Why an exercise is not right, as far as the values tell.

    kind: the rule that found it, "mistake" for a known one; check: the expression that it is about,
    empty for the whole exercise; text: sentences for the student; mistake: the name of a known one.
    """

    kind: str
    text: str
    check: str = ""
    mistake: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A score that a person decided on. computed: what the grader had found."""

    score: float
    comment: str
    computed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseResult:
    """What one exercise is worth, and by which rule.

    banned: what it uses although it is forbidden; diagnoses: the most specific first; code: the
    student's; output: what it printed; error: what its cell raised.
    """

    exercise: str
    title: str
    score: float
    max_score: float
    outcome: ExerciseOutcome
    rule: str
    banned: tuple[str, ...] = ()
    error: Fault | None = None
    checks: tuple[CheckResult, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    override: Override | None = None
    code: str = ""
    output: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is known about one submission.

    language: that its texts are in; score and max_score are None where there is no score;
    student_id: what a learning platform or a roster knows the student by; other_data: by how much
    the seeds of given code were shifted in a second run, None where there was none; duration_s in
    seconds.
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
    other_data: int | None = None
    exercises: tuple[ExerciseResult, ...] = ()
