"""Why an exercise is not right, as far as its values and its code tell."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from grader.explaining import failures, forms, relations
from grader.explaining.case import Case, Hints, Other, Task
from grader.explaining.findings import RANKED, Finding
from grader.explaining.known import known
from grader.marking.confirm import is_unconfirmed
from grader.model.assignment import Check, Exercise
from grader.model.facts import Rank, Symptom
from grader.model.features import Feature, Name
from grader.model.result import CheckResult, Fault
from grader.model.values import RaisedValue, SequenceValue, TensorValue, Value, Values
from grader.syntax.names import bound_from
from grader.syntax.reach import changed, reach, words_of
from grader.syntax.returns import functions

_NOTHING: Mapping[str, Any] = MappingProxyType({})
MAX_GIVEN = 20  # names whose values are looked for in a wrong one
MAX_SIZES = 1_000  # of values that something may have been made of
_NO_TASK = Task()
# What is said of a value as a whole, so that nothing is said of its parts.
_WHOLE = frozenset({"order", "length", "entries"})
# What need not be said of each name that one piece of code makes.
_ONCE = frozenset({"failed", "nan", "zeros", "values", "aspects", "value"})
# What numbers may show by chance: told of a function only where all its wrong values show it.
_BY_CHANCE = frozenset(
    {
        *("sign", "scaled", "offset", "even", "by-sign", "one-sided", "off-by-one"),
        *("function", "inverted"),
    }
)
# What may come of other numbers that were built on.
_OF_NUMBERS = _BY_CHANCE | {"values", "value", "nan", "diverged", "shifted", "zeros", "other-data"}
# A factor may have another name where there are other numbers of elements.
_FACTORS = frozenset({"sign", "scaled", "sum-for-mean", "accumulated", "one-less"})
_SAME = ("sign", "wrong", "name", "missing", "true", "larger", "flipped")  # and in the same way


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
    spoiled: Sequence[str] = (),
    ranked: Mapping[Rank, Sequence[Finding]] = RANKED,
) -> tuple[Symptom, ...]:
    """Return what is wrong with an exercise as far as it shows, the most specific first.

    That is more than is told: what may be told of it is chosen first, then what is worth telling.

    actual, expected: the values of one look and of the reference, by check and by name in `of`;
    checks: what that look found; mistakes: what each known one gave, by its name; inputs: what the
    reference's calls were given; modified: by check, the inputs that its call changed in place; the
    others as in Case. spoiled: names of earlier answers, the first of which cannot be built on;
    ranked: what looks, by the rank of what it finds, the most specific first.
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
    first = [one.symptom for one in found]
    return tuple(_seen(cases, first, spoiled=spoiled, fault=fault, ranked=ranked))


def _seen(
    cases: Sequence[Case],
    first: Sequence[Symptom],
    *,
    spoiled: Sequence[str],
    fault: Fault | None,
    ranked: Mapping[Rank, Sequence[Finding]],
) -> Iterator[Symptom]:
    """Yield what is seen in values that are wrong, after what is known already."""
    symptoms = list(first)
    resting = [case for case in cases if spoiled and case.rests_on(spoiled[0])]
    unsure = {
        case.check.expression for case in cases if resting and any(map(case.rests_on, spoiled))
    }
    if resting:
        # Whatever is wrong there may come of the other, and be right in itself.
        symptoms.append(resting[0].symptom("rests-on", name=Name(name=spoiled[0])))
        cases = [case for case in cases if case not in resting]
    elif cases and fault is not None:
        symptoms += failures.of_cell(fault)
    for rank, findings in ranked.items():
        symptoms += (replace(one, rank=rank) for one in _looked_at(cases, findings))
    for one in _without_echoes(symptoms):
        if one.check not in unsure or one.kind not in _OF_NUMBERS:
            yield one


def _without_echoes(symptoms: Sequence[Symptom]) -> Iterator[Symptom]:
    """Yield the symptoms, but for those that say of a value what another says better."""
    changed = {name for one in symptoms if one.kind == "argument-changed" for name in one.made_by}
    silent = {name for one in symptoms if one.kind == "no-return" for name in one.made_by}
    known = any(one.kind == "mistake" for one in symptoms)
    exchanged = {one.check for one in symptoms if one.kind == "exchanged"}
    unbound: set[Feature | None] = set()
    for one in symptoms:
        made_by = {*one.made_by}
        match one.kind:
            case "modified" if made_by & changed:
                continue
            case "blank" | "failed" if _is_none(one) and (
                made_by & silent or _of_cell(one, silent)
            ):
                continue
            case _ if known and one.check in exchanged and one.kind != "mistake":
                continue  # the help of the mistake says why
            case "order" if one.check in exchanged:
                continue
            case "failed" if one.about.get("cause") == Name(name="undefined"):
                name = one.about.get("name")
                if name not in unbound:
                    yield one
                unbound.add(name)
            case _:
                yield one


def _of_cell(symptom: Symptom, silent: Collection[str]) -> bool:
    """Whether it stopped the cell, where a function of it gives back nothing."""
    return bool(silent) and not symptom.path and symptom.kind == "failed"


def _is_none(symptom: Symptom) -> bool:
    """Whether something is None, or fails since something is."""
    return symptom.kind == "blank" or symptom.about.get("cause") == Name(name="none")


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
                if symptom.kind in _BY_CHANCE and not _is_everywhere(symptom, case, cases, finding):
                    continue
                said.setdefault(symptom.kind, []).append(case.unit)
                if symptom.kind in _WHOLE:
                    done.add(case.check.expression)
                yield replace(
                    symptom, check=case.check.expression, made_by=tuple(sorted(case.unit))
                )


def _is_everywhere(symptom: Symptom, case: Case, cases: Sequence[Case], finding: Finding) -> bool:
    """Whether the other wrong values of the same functions show it, too."""
    own = case.unit & functions(case.code).keys()
    return all(
        any(_is_alike(symptom, found) for found in finding(one))
        for one in cases
        if one is not case and one.unit & own and _is_seen(one, finding) and _tells(one, symptom)
    )


def _tells(case: Case, symptom: Symptom) -> bool:
    """Whether there are numbers that can show the one or the other."""
    for pair in case.pairs():
        for part in pair.parts():
            left, right = relations.wide(part.actual), relations.wide(part.expected)
            if left is None or right is None or left.shape != right.shape:
                continue
            both = symptom.kind != "function" or relations.is_various(left)
            if relations.is_various(right) and both and forms.is_comparable(part):
                return True
    return False


def _is_alike(one: Symptom, other: Symptom) -> bool:
    if {one.kind, other.kind} <= _FACTORS and "sign" not in (one.kind, other.kind):
        return True
    return one.kind == other.kind and all(one.about.get(x) == other.about.get(x) for x in _SAME)


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
