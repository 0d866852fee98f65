"""One mistake costs once: what a student's wrong earlier answers still let a later one earn.

The rule is that of exam boards ("error carried forward") and of Numbas ("adaptive marking"): the
later solution is run again on the student's own earlier values, and the student is compared with
what that gives. Values that would make anything right are not carried.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import torch

from grader.comparing import describe
from grader.comparing.compare import compare
from grader.comparing.tolerance import pieces
from grader.marking.checks import judge
from grader.marking.trivial import verdicts
from grader.model.aspects import ASPECTS
from grader.model.assignment import Check, Exercise
from grader.model.facts import Unfollowed
from grader.model.values import (
    MappingValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    RecordValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
    Values,
)

_WHOLE = Check(expression="", aspects=ASPECTS)
_FORM = Check(expression="", aspects=("type", "shape", "dtype", "device"), exact_type=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What an exercise is to be marked on.

    values: the student's, by name; owners: the exercises whose wrong answers they are.
    """

    values: Values
    owners: tuple[str, ...]


def carried(
    exercise: Exercise, *, actual: Values, expected: Values, right: Collection[str]
) -> Carried | Unfollowed | None:
    """Return the earlier values to mark an exercise on, or why there is no following through.

    actual, expected: what the exercise builds on, in the student's run and in the reference's;
    right: exercises that are right, whose functions need not be carried. None where nothing
    differs.
    """
    values: dict[str, Value] = {}
    owners: dict[str, None] = {}
    wrong = [names for owner, names in exercise.builds_on.items() if owner not in right]
    for owner, names in exercise.builds_on.items():
        for name in names:
            if owner in right and any(name in others for others in wrong):
                continue  # given code made it of this answer and of one that is to blame
            student, reference = actual.get(name), expected.get(name)
            if student is None or reference is None:
                return Unfollowed(why="not seen", name=name)
            if isinstance(reference, OpaqueValue):
                if owner in right:
                    continue
                return Unfollowed(why="no data", name=name)
            if _is_same(student, reference):
                continue
            if (refused := _refused(name, student, reference)) is not None:
                return refused
            values[name] = student
            owners[owner] = None
    return Carried(values=values, owners=tuple(owners)) if values else None


def is_usable(exercise: Exercise, carried: Values) -> bool:
    """Whether what the reference gives on carried values is something to compare with."""
    try:
        found = judge(exercise, actual=carried, expected=carried)
    except (TypeError, ValueError, KeyError):
        return False
    return all(check.outcome == "passed" for check in found)


def tells_apart(
    exercise: Exercise,
    *,
    usual: Values,
    carried: Values,
    inputs: tuple[Values, Values],
    mistakes: Iterable[Values],
) -> bool:
    """Whether on carried values right and wrong still differ, as they do on the reference's own.

    usual, carried: what the reference gives on its own values and on the student's; inputs: what
    it is given there and here; mistakes: what known ones give on the student's, asked for last.
    """
    for check in exercise.checks:
        if check.is_threshold:
            continue  # what it wants is the same on all values
        before = verdicts(exercise, check, expected=usual, inputs=inputs[0])
        after = verdicts(exercise, check, expected=carried, inputs=inputs[1])
        if any(
            after.get(name, "refused") != "refused" for name, v in before.items() if v == "refused"
        ):
            return False
    for values in mistakes:
        found = judge(exercise, actual=values, expected=carried)
        if all(check.outcome == "passed" for check in found):
            return False
    return True


def _is_same(actual: Value, expected: Value) -> bool:
    try:
        return compare(actual=actual, expected=expected, check=_WHOLE).right
    except TypeError:  # something in it cannot be compared
        return False


def _refused(name: str, actual: Value, expected: Value) -> Unfollowed | None:
    """Return why a value cannot stand in for the reference's."""
    if isinstance(actual, RaisedValue):
        return Unfollowed(why="not defined", name=name)
    if isinstance(actual, OpaqueValue):
        return Unfollowed(why="opaque", name=name, found=describe.thing(actual))
    if not _crosses(actual):
        return Unfollowed(why="has a graph", name=name)
    try:
        form = compare(actual=actual, expected=expected, check=_FORM)
    except TypeError:
        return Unfollowed(why="cannot be compared", name=name)
    if not form.right:
        first = form.mismatches[0]
        return Unfollowed(why="another form", name=name, aspect=first.aspect, found=first.actual)
    return None if _is_finite(actual) else Unfollowed(why="not finite", name=name)


def _crosses(value: Value) -> bool:
    match value:
        case TensorValue():
            return value.leaf
        case SequenceValue():
            return all(map(_crosses, value.items))
        case MappingValue():
            return all(map(_crosses, value.entries.values()))
        case RecordValue():
            return all(map(_crosses, value.fields.values()))
        case TextValue():
            return value.type in ("str", "NoneType")  # a dtype, say, crosses as its name
        case _:
            return isinstance(value, NumberValue)


def _is_finite(value: Value) -> bool:
    match value:
        case TensorValue():
            finite = all(map(_is_finite_piece, pieces(value.data)))
            return finite and (value.grad is None or _is_finite(value.grad))
        case NumberValue():
            number = value.value
            parts = (number.real, number.imag)
            return isinstance(number, int) or all(map(math.isfinite, parts))
        case SequenceValue():
            return all(map(_is_finite, value.items))
        case MappingValue():
            return all(map(_is_finite, value.entries.values()))
        case RecordValue():
            return all(map(_is_finite, value.fields.values()))
        case _:
            return True


def _is_finite_piece(data: torch.Tensor) -> bool:
    return bool((data if data.is_complex() else data.to(torch.float64)).isfinite().all())
