"""What the checks of an exercise are worth."""

from dataclasses import dataclass, field, replace
from fractions import Fraction

from grader.comparing.examine import Examined, examine
from grader.model.assignment import Check, Exercise
from grader.model.facts import Moment, Replaced
from grader.model.result import CheckResult, Hides, points
from grader.model.values import Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the checks found at one look.

    given: the exercises on whose wrong answers what was expected was built; values: what the
    checks were found in; replaced: in whose place the reference's solutions stood, so that nothing
    is told of the look but which checks passed.
    """

    moment: Moment
    checks: tuple[CheckResult, ...]
    given: tuple[str, ...] = ()
    values: Values = field(default_factory=dict)
    replaced: tuple[Replaced, ...] = ()

    @property
    def score(self) -> float:
        """The points of all checks together."""
        return sum(check.score for check in self.checks)

    @property
    def passed(self) -> int:
        """How many checks passed."""
        return sum(check.outcome == "passed" for check in self.checks)

    @property
    def right(self) -> bool:
        """Whether every check passed."""
        return self.passed == len(self.checks)


def judge(
    exercise: Exercise, *, actual: Values, expected: Values, knows_hidden_inputs: bool = False
) -> tuple[CheckResult, ...]:
    """Compare the values of one look with the reference's, and give points, check by check.

    expected: as for `examine`; knows_hidden_inputs: whether the student's code had been given
    hidden inputs before, so that none of the values is to be shown.
    """
    total = sum(Fraction(check.weight) for check in exercise.checks)
    return tuple(
        _weighed(
            check,
            examine(check, actual=actual, expected=expected),
            worth=Fraction(exercise.points) * Fraction(check.weight) / total,
            hides=_hides(check, knows_hidden_inputs),
        )
        for check in exercise.checks
    )


def skipped(check: CheckResult) -> CheckResult:
    """Return the result of a check that was not looked at."""
    return CheckResult(
        check=check.check,
        hidden=check.hidden,
        hides=check.hides,
        outcome="skipped",
        score=0.0,
        max_score=check.max_score,
        of=check.of,
        reveal=check.reveal,
    )


def rounded(check: CheckResult) -> CheckResult:
    """Return a result with its points as they are written down."""
    return replace(check, score=points(check.score), max_score=points(check.max_score))


def _weighed(check: Check, found: Examined, *, worth: Fraction, hides: Hides) -> CheckResult:
    share = Fraction(1) if found.right else _credit(check, found)
    return CheckResult(
        check=check.expression,
        hidden=hides != "",
        hides=hides,
        outcome=found.outcome,
        score=float(worth) * float(share),
        max_score=float(worth),
        aspects=found.aspects,
        mismatches=found.mismatches,
        differing=found.differing,
        of=check.of,
        value=found.value,
        not_compared=found.not_compared,
        source=found.source,
        curve=found.curve,
        expected=found.expected,
        reveal=check.reveal,
    )


def _hides(check: Check, knows_hidden_inputs: bool) -> Hides:
    if check.hidden and check.given:
        return "data"
    if knows_hidden_inputs:
        return "moment"
    return "check" if check.hidden else ""


def _credit(check: Check, found: Examined) -> Fraction:
    """Return what share of a check its right aspects earn."""
    if check.choices is not None:
        return found.share
    right = (aspect for aspect, outcome in found.aspects.items() if outcome == "passed")
    return sum((Fraction(check.credit.get(aspect, 0)) for aspect in right), Fraction(0)) / Fraction(
        check.weight
    )
