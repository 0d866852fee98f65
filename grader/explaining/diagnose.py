"""Why an exercise is not right, as far as its values tell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from grader.comparing.agreement import agree
from grader.comparing.examine import examine
from grader.explaining.case import Case
from grader.explaining.findings import FINDINGS, Finding
from grader.marking.confirm import is_unconfirmed
from grader.model.assignment import Exercise
from grader.model.facts import Symptom
from grader.model.result import CheckResult, Fault
from grader.model.values import NoValue, RaisedValue, Values, is_data

_UNSEEN = NoValue(reason="not asked")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def diagnose(
    exercise: Exercise,
    *,
    actual: Values,
    expected: Values,
    checks: Sequence[CheckResult],
    mistakes: Mapping[str, Values] = _NOTHING,
    names: Values = _NOTHING,
    earlier: Sequence[Sequence[CheckResult]] = (),
    modified: Mapping[str, Sequence[str]] = _NOTHING,
    fault: Fault | None = None,
    code: str = "",
    findings: Sequence[Finding] = FINDINGS,
) -> tuple[Symptom, ...]:
    """Return what an exercise's values show of what is wrong, the most specific first.

    actual, expected: the values of one look and of the reference, by check and by name in `of`;
    checks: what that look found; mistakes: what each known one gave, by its name; modified: by
    check, the inputs that its call changed in place; the others as in Case. findings: what looks,
    the most specific first.
    """
    wrong = [
        Case(
            check=check,
            result=result,
            actual=actual,
            expected=expected,
            names=names,
            earlier=earlier,
            modified=modified.get(check.expression, ()),
            fault=fault,
            code=code,
        )
        for check, result in zip(exercise.checks, checks, strict=False)
        if result.outcome in ("failed", "error") and not is_unconfirmed(result)
    ]
    if not wrong:
        return ()
    found = list(_known(exercise, actual, expected, mistakes))
    for finding in findings:
        for case in wrong:
            found += [
                replace(symptom, check=case.check.expression) if symptom.path else symptom
                for symptom in finding(case)
                if _is_seen(case) or not symptom.path
            ]
    return tuple(found)


def _is_seen(case: Case) -> bool:
    """Whether a value is the student's: what was not looked at shows nothing."""
    return case.result.outcome != "error" or isinstance(case.value, RaisedValue)


def _known(
    exercise: Exercise, actual: Values, expected: Values, mistakes: Mapping[str, Values]
) -> Iterator[Symptom]:
    """Return the known mistakes that values show: one that explains all, else those of parts.

    An exercise may ask for several things, and each be wrong in its own way. A mistake of a part is
    known where the values agree with it in every check that it fails; each check is explained once.
    """
    for name, values in mistakes.items():
        if agree(exercise, actual=actual, other=values):
            yield Symptom(kind="mistake", mistake=name)
            return
    try:
        left = _failed(exercise, actual, expected)
        fails = {name: _failed(exercise, values, expected) for name, values in mistakes.items()}
    except (TypeError, ValueError):  # on a student's own values the reference may have no data
        return
    for name in sorted(mistakes, key=lambda name: -len(fails[name])):
        if not fails[name] or not fails[name] <= left:
            continue
        checks = tuple(check for check in exercise.checks if check.expression in fails[name])
        is_seen = any(is_data(actual.get(check.expression, _UNSEEN)) for check in checks)
        part = replace(exercise, checks=checks)
        if is_seen and agree(part, actual=actual, other=mistakes[name]):
            left -= fails[name]
            yield Symptom(kind="mistake", mistake=name, check=checks[0].expression)


def _failed(exercise: Exercise, actual: Values, expected: Values) -> set[str]:
    return {
        check.expression
        for check in exercise.checks
        if not examine(check, actual=actual, expected=expected).right
    }
