"""Why an exercise is not right, as far as its values and its code tell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from grader.explaining import endings, failures, habits, slips, spoiled
from grader.explaining.case import Case, Hints, Other, Task
from grader.explaining.findings import RANKED, Finding
from grader.explaining.known import Known, known
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
_WHOLE = frozenset({"order", "length", "entries", "exchanged"})
# What need not be said of each name that one piece of code makes.
_ONCE = frozenset({"failed", "ended", "nan", "zeros", "values", "aspects", "value"})
# What is told of a function's numbers only where all checks of that function show it: of a few
# numbers it may be so by chance. What stands for the same counts as the same.
_BY_CHANCE: Mapping[str, str] = MappingProxyType(
    {
        **{kind: kind for kind in ("sign", "even", "by-sign", "off-by-one", "one-sided", "offset")},
        **{
            kind: kind
            for kind in ("alike", "order", "function", "places", "rows-scaled", "zero-one")
        },
        **dict.fromkeys(("scaled", "sum-for-mean", "one-less", "accumulated"), "scaled"),
    }
)
# What comes of several functions at once, of which one has a known mistake.
_OF_SEVERAL = frozenset({"exchanged", "other-name", "partly"})
# What code shows that stopped, too.
_OF_CODE = frozenset(
    {endings.of_call, habits.argument_changed, habits.argument_lost, slips.of_the_pen}
)


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
    if not (failed := _failed(exercise, checks)):
        return ()
    found = known(
        exercise,
        actual=actual,
        expected=expected,
        mistakes=mistakes,
        code=code,
        solution=task.solution,
    )
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
    cases = [*_unexplained([make(*one) for one in failed], found)]
    symptoms = [one.symptom for one in found]
    symptoms += failures.of_cell(fault, code, task) if cases else ()
    symptoms += endings.of_cell(code, task) if cases else ()
    symptoms += (_told_of(case, one) for case in cases for one in spoiled.of_case(case))
    cases = [case for case in cases if not any(True for _ in spoiled.of_case(case))]
    for rank, findings in ranked.items():
        symptoms += (replace(one, rank=rank) for one in _looked_at(cases, findings))
    return tuple(symptoms)


def _unexplained(cases: Sequence[Case], found: Sequence[Known]) -> Iterator[Case]:
    """Yield the cases that no known mistake explains.

    What a known mistake makes of functions, it makes of whatever these give.
    """
    explained = frozenset[str]().union(*(one.checks for one in found))
    units = [case.unit for case in cases if case.check.expression in explained]
    known_units = frozenset[str]().union(*units)
    for case in cases:
        is_known = bool(case.unit) and case.unit <= known_units
        if case.check.expression not in explained and not is_known:
            yield replace(case, partly_known=bool(case.unit & known_units))


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
        seen = [(case, [*finding(case)]) for case in cases if _is_seen(case, finding)]
        for case, symptoms in seen:
            for symptom in symptoms:
                again = any(case.unit & unit for unit in said.get(symptom.kind, ()))
                if case.check.expression in done or (again and symptom.kind in _ONCE):
                    continue
                if _may_be_chance(case, symptom, seen):
                    continue
                if case.partly_known and symptom.kind in _OF_SEVERAL:
                    continue
                said.setdefault(symptom.kind, []).append(case.unit)
                if symptom.kind in _WHOLE:
                    done.add(case.check.expression)
                yield _told_of(case, symptom)


def _told_of(case: Case, symptom: Symptom) -> Symptom:
    return replace(symptom, check=case.check.expression, made_by=tuple(sorted(case.unit)))


def _may_be_chance(
    case: Case, symptom: Symptom, seen: Sequence[tuple[Case, Sequence[Symptom]]]
) -> bool:
    """Whether another check of the same function is wrong in another way."""
    same = _BY_CHANCE.get(symptom.kind)
    if same is None or not case.unit:
        return False
    return any(
        other is not case
        and other.unit == case.unit
        and (case.check.is_call or other.check.is_call)
        and case.dtypes & other.dtypes
        and not any(_BY_CHANCE.get(one.kind) == same for one in symptoms)
        for other, symptoms in seen
    )


def _is_seen(case: Case, finding: Finding) -> bool:
    """Whether a value is the student's: what was not looked at shows but what stopped the cell."""
    if finding is failures.otherwise or finding in _OF_CODE:
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
