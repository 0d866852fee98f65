"""When what was withheld may be told: expected numbers, and what is seen of hidden checks.

Their author or the course says so, and a rubric is opened by whoever marks by it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, tzinfo

from grader.model.result import CheckResult, ExerciseResult, Report
from grader.model.reveal import NEVER, Reveal


def revealed(
    told: ExerciseResult,
    found: ExerciseResult,
    rule: Reveal = NEVER,
    *,
    now: datetime,
    zone: tzinfo | None = None,
) -> ExerciseResult:
    """Return what is told, with what was expected where that may be told by now.

    So is a rubric, once a person has marked by it. found: the same, with everything; rule: of
    checks whose author says nothing; zone: of moments without an offset. Explanations stay as they
    were told.
    """
    by_expression = {check.check: check for check in found.checks}

    def opened(check: CheckResult) -> CheckResult:
        whole = by_expression.get(check.check)
        if whole is None or not _may_be_told(whole, rule, now, zone):
            return check
        return replace(
            check,
            mismatches=whole.mismatches,
            value=whole.value,
            expected=whole.expected,
            curve=whole.curve,
            not_compared=whole.not_compared,
        )

    is_marked = all(item.is_ticked is not None for item in found.rubric)
    return replace(
        told,
        checks=tuple(map(opened, told.checks)),
        rubric=found.rubric if is_marked else (),
    )


def rules_of(report: Report) -> frozenset[Reveal]:
    """Return when the author of single checks lets be told what was expected of them."""
    rules = (check.reveal for one in report.exercises for check in one.checks)
    return frozenset(one for one in rules if one is not None)


def next_opening(
    rules: Iterable[Reveal], *, now: datetime, zone: tzinfo | None = None
) -> datetime | None:
    """Return the first moment to come from which on more may be told; None where there is none."""
    moments = (one.opens(zone) for one in rules)
    return min((one for one in moments if one is not None and one > now), default=None)


def _may_be_told(check: CheckResult, rule: Reveal, now: datetime, zone: tzinfo | None) -> bool:
    """Whether what was expected of a check may be told."""
    what = (check.reveal or rule).at(now, zone)
    return what == "always" or (what == "shown" and not check.hidden)
