"""Why an exercise is not right, as far as its values and its code tell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from grader.explaining import failures
from grader.explaining.case import Case, Hints, Task
from grader.explaining.findings import FINDINGS, Finding
from grader.explaining.known import known
from grader.marking.confirm import is_unconfirmed
from grader.model.assignment import Check, Exercise
from grader.model.facts import Symptom
from grader.model.result import CheckResult, Fault
from grader.model.values import RaisedValue, SequenceValue, TensorValue, Value, Values
from grader.syntax.reach import changed, reach, words_of
from grader.syntax.returns import functions

_NOTHING: Mapping[str, Any] = MappingProxyType({})
MAX_SIZES = 1_000  # of values that something may have been made of
_NO_TASK = Task()
# What is said of a value as a whole, so that nothing is said of its parts.
_WHOLE = frozenset({"order", "length", "entries"})
# What need not be said of each name that one piece of code makes.
_ONCE = frozenset({"failed", "nan", "zeros", "values", "aspects", "value"})


def diagnose(
    exercise: Exercise,
    *,
    actual: Values,
    expected: Values,
    checks: Sequence[CheckResult],
    mistakes: Mapping[str, Values] = _NOTHING,
    names: Values = _NOTHING,
    inputs: Mapping[str, Values] = _NOTHING,
    earlier: Sequence[Sequence[CheckResult]] = (),
    modified: Mapping[str, Sequence[str]] = _NOTHING,
    fault: Fault | None = None,
    code: str = "",
    task: Task = _NO_TASK,
    findings: Sequence[Finding] = FINDINGS,
    fallbacks: Sequence[Finding] = (),
) -> tuple[Symptom, ...]:
    """Return what is wrong with an exercise as far as it shows, the most specific first.

    actual, expected: the values of one look and of the reference, by check and by name in `of`;
    checks: what that look found; mistakes: what each known one gave, by its name; inputs: what the
    reference's calls were given; modified: by check, the inputs that its call changed in place; the
    others as in Case. findings: what looks, the most specific first; fallbacks: what looks where
    these find nothing.
    Where the author knows the mistake of a check, nothing else is said of it.
    """
    failed = _failed(exercise, checks)
    if not failed:
        return ()
    found = known(
        exercise,
        actual=actual,
        expected=expected,
        mistakes=mistakes,
        code=code,
        solution=task.solution,
    )
    explained = frozenset[str]().union(*(one.checks for one in found))
    own, passed = changed(code, task.solution), _passed(exercise, checks, code)
    make = partial(
        _case,
        own=own,
        looks=[actual, expected, names, *inputs.values()],
        modified=modified,
        actual=actual,
        expected=expected,
        names=names,
        earlier=earlier,
        fault=fault,
        code=code,
        task=task,
        passed=passed,
        others=_shown(exercise, checks, expected),
    )
    cases = [make(*one) for one in failed if one[0].expression not in explained]
    symptoms = [one.symptom for one in found]
    if cases and fault is not None:
        symptoms += failures.of_cell(fault)
    symptoms += _looked_at(cases, findings)
    return (*symptoms, *_looked_at(_left(cases, symptoms, explained), fallbacks))


def _case(
    check: Check,
    result: CheckResult,
    *,
    own: frozenset[str],
    looks: Sequence[Values],
    modified: Mapping[str, Sequence[str]],
    code: str,
    task: Task,
    **known: Any,
) -> Case:
    """Return a case. own: what the student's code changes; looks: where sizes are looked for."""
    needed = reach(code, (*check.free_names, *check.of))
    return Case(
        check=check,
        result=result,
        modified=modified.get(check.expression, ()),
        reach=needed,
        unit=needed & own,
        hints=_hints(check, code, task, looks),
        code=code,
        task=task,
        **known,
    )


def _failed(exercise: Exercise, checks: Sequence[CheckResult]) -> list[tuple[Check, CheckResult]]:
    return [
        (check, result)
        for check, result in zip(exercise.checks, checks, strict=False)
        if result.outcome in ("failed", "error") and not is_unconfirmed(result)
    ]


def _shown(exercise: Exercise, checks: Sequence[CheckResult], expected: Values) -> Values:
    """Return the expected values of names that are not hidden."""
    return {
        check.expression: expected[check.expression]
        for check, result in zip(exercise.checks, checks, strict=False)
        if not result.hidden and not check.is_call and check.expression in expected
    }


def _looked_at(cases: Sequence[Case], findings: Sequence[Finding]) -> Iterator[Symptom]:
    """Yield what is found; of what is one thing, the same is not found twice."""
    said: dict[str, list[frozenset[str]]] = {}
    done: set[str] = set()
    for finding in findings:
        for case in cases:
            for symptom in finding(case) if _is_seen(case, finding) else ():
                again = any(case.unit & unit for unit in said.get(symptom.kind, ()))
                if case.check.expression in done or (
                    again and (case.result.hidden or symptom.kind in _ONCE)
                ):
                    continue
                said.setdefault(symptom.kind, []).append(case.unit)
                if symptom.kind in _WHOLE:
                    done.add(case.check.expression)
                yield replace(symptom, check=case.check.expression)


def _left(
    cases: Sequence[Case], symptoms: Sequence[Symptom], explained: frozenset[str]
) -> list[Case]:
    """Return those of which nothing is said yet that is certain to be told."""
    said = {one.check for one in symptoms} | explained
    units = [
        case.unit for case in cases if case.check.expression in said and not case.result.hidden
    ]
    return [
        case
        for case in cases
        if (case.check.expression not in said or case.result.hidden)
        and not any(case.unit & unit for unit in units)
        and (case.unit or case.result.hidden or not said)
    ]


def _is_seen(case: Case, finding: Finding) -> bool:
    """Whether a value is the student's: what was not looked at shows but what stopped the cell."""
    if finding is failures.otherwise:
        return True
    return case.result.outcome != "error" or isinstance(case.value, RaisedValue)


def _passed(exercise: Exercise, checks: Sequence[CheckResult], code: str) -> frozenset[str]:
    """Return the functions that are right wherever a student can see it."""
    right, wrong = set[str](), set[str]()
    for check, result in zip(exercise.checks, checks, strict=False):
        if not result.hidden:
            made = right if result.outcome == "passed" else wrong
            made |= reach(code, (*check.free_names, *check.of)) & functions(code).keys()
    return frozenset(right - wrong)


def _hints(check: Check, code: str, task: Task, values: Sequence[Values]) -> Hints:
    sizes: set[int] = set()
    for value in (value for one in values for value in one.values()):
        sizes.update(_sizes(value))
        if len(sizes) > MAX_SIZES:
            break
    names = (*check.free_names, *check.of)
    return Hints(
        sizes=frozenset(sizes),
        words=words_of(code, names),
        solution=words_of(task.solution, names),
    )


def _sizes(value: Value) -> Iterator[int]:
    match value:
        case TensorValue(shape=shape):
            yield from shape
            yield value.data.numel()
        case SequenceValue(items=items):
            yield len(items)
            for item in items[:MAX_SIZES]:
                yield from _sizes(item)
