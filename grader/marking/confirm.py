"""What is right on the data shown has to be right on other data, too."""

from collections.abc import Sequence
from dataclasses import replace

from grader.comparing.compare import compare
from grader.model.assignment import DEFAULT_ASPECTS, Check, Exercise
from grader.model.result import CheckResult
from grader.model.values import Values
from grader.wording import Text, counted, say

ONLY_SHOWN = say("right only for the data shown: it stays the same on other data")
ELSEWHERE = say("right on the data shown, wrong on other data")


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
            error = ONLY_SHOWN if _is_fixed(check, *values) else ELSEWHERE
            found[place] = replace(shown[place], outcome="failed", score=0.0, error=error)
    return tuple(found)


def is_unconfirmed(check: CheckResult) -> bool:
    """Whether a check passed, but on the data shown alone."""
    return check.error in (ONLY_SHOWN, ELSEWHERE)


def rule(checks: Sequence[CheckResult]) -> Text:
    """Return what an exercise was decided by, some of whose checks are not confirmed."""
    lost = {check.error for check in checks if is_unconfirmed(check)}
    return counted(
        "{only} ({number} of {total} checks hold there)",
        "{only} ({number} of {total} checks hold there)",
        sum(check.outcome == "passed" for check in checks),
        total=len(checks),
        only=ONLY_SHOWN if lost == {ONLY_SHOWN} else ELSEWHERE,
    )


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
