"""The right value under another name."""

import keyword
import math
from collections.abc import Iterator
from itertools import islice

from grader.comparing.compare import compare
from grader.explaining import relations
from grader.explaining.case import Case
from grader.model.facts import Symptom
from grader.model.features import Flag, Name
from grader.model.kinds import is_data
from grader.model.values import (
    NumberValue,
    RaisedValue,
    SequenceValue,
    TensorValue,
    Value,
)
from grader.syntax import givens

# Each name with a number is a guess at the right one: a student's own code has few of them.
MAX_NAMES, MAX_NUMBERS = 100, 20
MAX_NAME = 60  # characters of a name


def other_name(case: Case) -> Iterator[Symptom]:
    """Find the expected value under another name that the student's code bound."""
    check, wanted = case.check, case.expected.get(case.check.expression)
    if check.of or check.is_call or "values" not in check.aspects:
        return
    if wanted is None or not is_data(wanted) or not _is_telling(wanted):
        return
    if isinstance(case.value, RaisedValue) and case.value.type != "NameError":
        return
    # What is given may have been changed in place: then it is no second name of the answer.
    kept = givens.kept_names(case.code, case.task.released)
    others = (
        name
        for name in case.names
        if _is_name(name) and name not in check.free_names and name not in kept
    )
    names = list(islice(others, MAX_NAMES))
    if _size(wanted) == 1 and sum(_size(case.names[name]) == 1 for name in names) > MAX_NUMBERS:
        return
    close = check.close
    for name in names:
        if compare(actual=case.names[name], expected=wanted, check=close).right:
            undefined = Flag(value=isinstance(case.value, RaisedValue))
            yield case.symptom("other-name", name=Name(name=name), undefined=undefined)
            return


def exchanged(case: Case) -> Iterator[Symptom]:
    """Find the value that another check of the exercise should have."""
    check, value = case.check, case.value
    if check.is_call or check.of or not is_data(value):
        return
    for other in case.others:
        name = other.check.expression
        wanted = (
            None if other.check.is_call or name == check.expression else case.expected.get(name)
        )
        if wanted is None or not is_data(wanted) or not _is_telling(wanted):
            continue
        if compare(actual=value, expected=wanted, check=check.close).right:
            yield case.symptom("exchanged", other=Name(name=name))


def _is_telling(value: Value) -> bool:
    """Whether a value is one that nothing else has by chance."""
    match value:
        case TensorValue() | SequenceValue():
            numbers = relations.wide(value)
            if numbers is None or numbers.is_complex():
                return isinstance(value, SequenceValue) and len(value.items) > 1
            return numbers.numel() > 1 and bool(numbers.min() < numbers.max())
        case NumberValue(value=float() as number):
            return math.isfinite(number) and not number.is_integer()
        case _:
            return False


def _size(value: Value) -> int:
    return value.data.numel() if isinstance(value, TensorValue) else 1


def _is_name(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name) and len(name) <= MAX_NAME
