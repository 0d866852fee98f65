"""What is right on the data shown has to be right on other data, too."""

from collections.abc import Sequence
from dataclasses import replace

from grader.comparing.compare import compare
from grader.model.aspects import DEFAULT_ASPECTS
from grader.model.assignment import Check, Exercise
from grader.model.facts import Unconfirmed
from grader.model.result import CheckResult
from grader.model.values import Values


def confirmed(
    exercise: Exercise,
    shown: Sequence[CheckResult],
    other: Sequence[CheckResult],
    *,
    values: tuple[Values, Values],
) -> tuple[CheckResult, ...]:
    """Return the checks of a look without the marks for what is right on the data shown alone.

    other: those of a look on other data; values: what was seen at either look.
    """
    found = list(shown)
    for place, check in enumerate(exercise.checks):
        if shown[place].outcome == "passed" and other[place].outcome != "passed":
            why = Unconfirmed(fixed=_is_fixed(check, *values))
            found[place] = replace(shown[place], outcome="failed", score=0.0, not_compared=why)
    return tuple(found)


def unconfirmed(checks: Sequence[CheckResult]) -> Unconfirmed | None:
    """Return what became of an exercise that is right on the data shown alone, in all its checks.

    None where every check is confirmed, or one is wrong on the data shown, too.
    """
    lost = [check for check in checks if is_unconfirmed(check)]
    failed = [check for check in checks if check.outcome in ("failed", "error")]
    if not lost or len(lost) < len(failed):
        return None
    return Unconfirmed(fixed=all(check.not_compared == Unconfirmed(fixed=True) for check in lost))


def is_unconfirmed(check: CheckResult) -> bool:
    """Whether a check passed, but on the data shown alone."""
    return isinstance(check.not_compared, Unconfirmed)


def _is_fixed(check: Check, shown: Values, other: Values) -> bool:
    """Whether what a check looks at is the same on other data, to the last digit.

    What is computed may come out wrong there and yet change: nobody has typed that in.
    """
    aspects = tuple(dict.fromkeys((*DEFAULT_ASPECTS, *check.aspects)))
    exact = replace(check, compare="exact", rtol=None, atol=None, aspects=aspects)
    return all(
        name in shown
        and name in other
        and compare(actual=other[name], expected=shown[name], check=exact).right
        for name in check.of or (check.valid or check.expression,)
    )
