"""Why an exercise is not right, as far as its values and its code tell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from grader.explaining import failures
from grader.explaining.case import Case, Hints, Other, Task
from grader.explaining.findings import RANKED, Finding
from grader.explaining.known import known
from grader.marking.confirm import is_unconfirmed
from grader.model.assignment import Check, Exercise
from grader.model.facts import Rank, Symptom
from grader.model.result import CheckResult, Fault
from grader.model.values import RaisedValue, SequenceValue, TensorValue, Value, Values
from grader.syntax.names import bound_from
from grader.syntax.reach import changed, reach, words_of

_NOTHING: Mapping[str, Any] = MappingProxyType({})
MAX_GIVEN = 20  # names whose values are looked for in a wrong one
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
    ranked: Mapping[Rank, Sequence[Finding]] = RANKED,
) -> tuple[Symptom, ...]:
    """Return what is wrong with an exercise as far as it shows, the most specific first.

    That is more than is told: what may be told of it is chosen first, then what is worth telling.

    actual, expected: the values of one look and of the reference, by check and by name in `of`;
    checks: what that look found; mistakes: what each known one gave, by its name; inputs: what the
    reference's calls were given; modified: by check, the inputs that its call changed in place; the
    others as in Case. ranked: what looks, by the rank of what it finds, the most specific first.
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
    make = partial(
        _case,
        own=changed(code, task.solution),
        looks=[actual, expected, names, *inputs.values()],
        modified=modified,
        actual=actual,
        expected=expected,
        names=names,
        given=_given(task, names),
        earlier=earlier,
        fault=fault,
        code=code,
        task=task,
        others=_others(exercise, checks, code),
    )
    cases = [make(*one) for one in failed if one[0].expression not in explained]
    symptoms = [one.symptom for one in found]
    if cases and fault is not None:
        symptoms += failures.of_cell(fault)
    for rank, findings in ranked.items():
        symptoms += (replace(one, rank=rank) for one in _looked_at(cases, findings))
    return tuple(symptoms)


def _given(task: Task, names: Values) -> Values:
    """Return what the names of given code stand for."""
    found = sorted(name for name in bound_from(task.released, 1) or () if name in names)
    return {name: names[name] for name in found[:MAX_GIVEN]}


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
    needed = _needs(check, code)
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


def _others(exercise: Exercise, checks: Sequence[CheckResult], code: str) -> list[Other]:
    return [
        Other(check=check, needs=_needs(check, code), right=result.outcome == "passed")
        for check, result in zip(exercise.checks, checks, strict=False)
    ]


def _needs(check: Check, code: str) -> frozenset[str]:
    return reach(code, (*check.free_names, *check.of))


def _looked_at(cases: Sequence[Case], findings: Sequence[Finding]) -> Iterator[Symptom]:
    """Yield what is found; of what is one thing, some is not found twice."""
    said: dict[str, list[frozenset[str]]] = {}
    done: set[str] = set()
    for finding in findings:
        for case in cases:
            for symptom in finding(case) if _is_seen(case, finding) else ():
                again = any(case.unit & unit for unit in said.get(symptom.kind, ()))
                if case.check.expression in done or (again and symptom.kind in _ONCE):
                    continue
                said.setdefault(symptom.kind, []).append(case.unit)
                if symptom.kind in _WHOLE:
                    done.add(case.check.expression)
                yield replace(
                    symptom, check=case.check.expression, made_by=tuple(sorted(case.unit))
                )


def _is_seen(case: Case, finding: Finding) -> bool:
    """Whether a value is the student's: what was not looked at shows but what stopped the cell."""
    if finding is failures.otherwise:
        return True
    return case.result.outcome != "error" or isinstance(case.value, RaisedValue)


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
