"""What is marked with the reference's solution in place of earlier answers."""

from collections.abc import Sequence, Set

from grader.model.assignment import Check, Exercise
from grader.model.result import CheckResult


def sealed(
    exercise: Exercise, checks: Sequence[CheckResult], unbound: Set[str]
) -> tuple[CheckResult, ...]:
    """Return of each check whether it passed, and nothing else that was seen.

    unbound: names that the exercise asks for and its own cells do not bind: what stands there is
    the earlier solution's, and earns nothing here.
    """
    return tuple(
        _sealed(result, result.outcome == "passed" and unbound.isdisjoint(_names(check)))
        for check, result in zip(exercise.checks, checks, strict=True)
    )


def blamed(
    names: Sequence[str], exercise: Exercise, checks: Sequence[CheckResult]
) -> tuple[str, ...]:
    """Return those names of an exercise that its checks do not show to be right; else all.

    checks: what was found at it.
    """
    passed = {True: set[str](), False: set[str]()}
    for check, result in zip(exercise.checks, checks, strict=False):
        passed[result.outcome == "passed"] |= _names(check)
    right = passed[True] - passed[False]
    return tuple(name for name in names if name not in right) or tuple(names)


def _sealed(result: CheckResult, passed: bool) -> CheckResult:
    return CheckResult(
        check=result.check,
        hidden=result.hidden,
        outcome="passed" if passed else "failed",
        score=result.max_score if passed else 0.0,
        max_score=result.max_score,
        of=result.of,
    )


def _names(check: Check) -> set[str]:
    return {*check.free_names, *check.of}
