"""What is marked with the reference's solution in place of earlier answers, and what it tells."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from grader.model.assignment import Check, Exercise
from grader.model.result import CheckResult
from grader.wording import EMPTY, Text, counted, few, listed, say

MOST = 3  # names that a rule tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """An earlier exercise in whose place the reference's solution stood.

    names: what of its answer is read; is_missing: whether there was no answer.
    """

    exercise: str
    names: tuple[str, ...]
    is_missing: bool


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


def substituted(replaced: Sequence[Replaced], checks: Sequence[CheckResult]) -> Text:
    """Say by what an exercise was decided in whose place the reference's solutions stood."""
    passed = sum(check.outcome == "passed" for check in checks)
    is_right = passed == len(checks)
    yours = [name for one in replaced if not one.is_missing for name in one.names]
    missing = [name for one in replaced if one.is_missing for name in one.names]
    parts = []
    if yours and is_right:
        parts.append(say(", but for your {names}", names=_code(yours)))
    elif yours:
        parts.append(say(", with our {names} in place of yours", names=_code(yours)))
    if missing:
        parts.append(
            counted(
                ", with our {names} in place of the missing one",
                ", with our {names} in place of the missing ones",
                len(missing),
                names=_code(missing),
            )
        )
    if is_right:
        return say("right{replaced}", replaced=listed(parts, ""))
    return counted(
        "{number} of {total} checks passed{moment}{given}",
        "{number} of {total} checks passed{moment}{given}",
        passed,
        total=len(checks),
        moment=listed(parts, ""),
        given=EMPTY,
    )


def _code(names: Sequence[str]) -> Text:
    *first, last = (f"`{name}`" for name in names)
    if len(first) >= MOST:
        return few([*first, last], MOST)
    return listed([listed(first), last], say(" and ")) if first else listed([last])
