"""Answers that take no thought: zeros, ones, the input itself, the right numbers in a wrong form.

A check that takes one of them for right is worth nothing, unless the reference gives the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import torch

from grader.comparing import describe
from grader.comparing.agreement import agree
from grader.comparing.examine import examine
from grader.comparing.kinds.registry import COMPARED
from grader.model.aspects import Aspect
from grader.model.assignment import Check, Exercise
from grader.model.features import Thing
from grader.model.kinds import KINDS
from grader.model.values import (
    MappingValue,
    NumberValue,
    RecordValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
    Values,
)

Verdict = Literal["refused", "equal", "taken"]
_Number = TensorValue | NumberValue
_Change = Callable[[_Number], _Number | None]


def verdicts(
    exercise: Exercise, check: Check, *, expected: Values, inputs: Values
) -> Mapping[str, Verdict]:
    """Return what a check says of each trivial answer.

    "refused" is as it should be; "equal" where the reference gives the same; "taken" where the
    check finds right what is not. inputs: data that the solution is given.
    """
    # Whether an answer is the reference's own does not hang on what the check says of tolerances.
    strict = replace(exercise, checks=(check.plain,))
    found: dict[str, Verdict] = {}
    for name, values in _answers(check, expected, inputs):
        actual = {**expected, **values}
        if not examine(check, actual=actual, expected=expected).right:
            found[name] = "refused"
        else:
            equal = agree(strict, actual=actual, other=expected)
            found[name] = "equal" if equal else "taken"
    return found


def _answers(check: Check, expected: Values, inputs: Values) -> Iterator[tuple[str, Values]]:
    if check.choices is not None:
        yield from _letters(check.expression, check.choices.letters)
        return
    names = check.of or (check.valid or check.expression,)
    wanted = {name: expected[name] for name in names}
    for kind, (change, aspect) in _CHANGES.items():
        if aspect is None or aspect in check.aspects:
            changed = {name: _changed(value, change) for name, value in wanted.items()}
            if any(value is not wanted[name] for name, value in changed.items()):
                yield kind, changed
    reworded = {name: _changed(value, _reworded, (TextValue,)) for name, value in wanted.items()}
    if reworded != wanted:
        yield "another text", reworded
    if not check.of:
        yield from ((f"the input `{name}`", {names[0]: value}) for name, value in inputs.items())
        whole = wanted[names[0]]
        if isinstance(whole, SequenceValue):
            yield "an empty sequence", {names[0]: replace(whole, items=())}
        if isinstance(whole, RecordValue):
            for kind, answer in COMPARED[whole.kind].trivial(whole):
                yield kind, {names[0]: answer}


def _letters(name: str, letters: Sequence[str]) -> Iterator[tuple[str, Values]]:
    """Yield answers to a choice by which nobody decides: all that there are, or none."""
    for kind, text in {"all the letters": " ".join(letters), "an empty text": ""}.items():
        yield kind, {name: TextValue(type="str", value=text)}


def _changed(
    value: Value,
    change: Callable[[Any], Value | None],
    of: tuple[type, ...] = (TensorValue, NumberValue),
) -> Value:
    """Return a value with every part of some types changed; itself where nothing can be."""
    match value:
        case _ if isinstance(value, of):
            return change(value) or value
        case SequenceValue():
            items = tuple(_changed(item, change, of) for item in value.items)
            same = all(one is two for one, two in zip(items, value.items, strict=True))
            return value if same else replace(value, items=items)
        case MappingValue():
            entries = {name: _changed(entry, change, of) for name, entry in value.entries.items()}
            same = all(entry is value.entries[name] for name, entry in entries.items())
            return value if same else replace(value, entries=entries)
        case RecordValue():
            turn = _changed if KINDS[value.kind].any_fields else _kept
            fields = {name: turn(one, change, of) for name, one in value.fields.items()}
            same = all(one is value.fields[name] for name, one in fields.items())
            # Of a table the dtypes are told beside the numbers.
            same = same or (change is _double and value.kind in ("frame", "series"))
            return value if same else replace(value, fields=fields)
        case _:
            return value


def _kept(part: Value, change: Callable[[Any], Value | None], of: tuple[type, ...]) -> Value:
    """Return a part of a record with its numbers changed where that leaves it of the same form."""
    match part:
        case TensorValue() if TensorValue in of and not part.dtype.startswith("int"):
            changed = change(part)  # whole numbers are codes and places, too
            fits = isinstance(changed, TensorValue) and changed.shape == part.shape
            return changed if changed is not None and fits else part
        case SequenceValue():
            items = tuple(_kept(item, change, of) for item in part.items)
            same = all(one is two for one, two in zip(items, part.items, strict=True))
            return part if same else replace(part, items=items)
        case RecordValue():
            return _changed(part, change, of)
        case _:
            return part


def _reworded(value: TextValue) -> Value | None:
    if value.type == "str":
        return replace(value, value="" if value.value else " ")
    if value.type == "dtype":
        return replace(value, value="torch.complex128")
    if isinstance(found := describe.thing(value), Thing) and found.name in _TIMES:
        return replace(value, value=_TIMES[found.name])
    return None


# What any program could have written down, by the sort of thing it is.
_TIMES = {
    "datetime": "1970-01-01 00:00:00",
    "date": "1970-01-01",
    "time": "00:00:00",
    "timedelta": "0 days 00:00:00",
}


def _filled(number: float) -> _Change:
    def fill(value: _Number) -> _Number | None:
        if isinstance(value, NumberValue):
            return replace(value, value=type(value.value)(number))
        return _tensor(value, torch.full_like(value.data, number))

    return fill


def _nan(value: _Number) -> _Number | None:
    is_float = (
        value.data.is_floating_point()
        if isinstance(value, TensorValue)
        else isinstance(value.value, float)
    )
    return _filled(float("nan"))(value) if is_float else None


def _mean(value: _Number) -> _Number | None:
    if (
        isinstance(value, NumberValue)
        or not value.data.is_floating_point()
        or not value.data.numel()
    ):
        return None
    return _tensor(value, torch.full_like(value.data, float(value.data.double().mean())))


def _empty(value: _Number) -> _Number | None:
    return _tensor(value, value.data.new_empty(0)) if isinstance(value, TensorValue) else None


def _double(value: _Number) -> _Number | None:
    if isinstance(value, NumberValue) or not value.data.is_floating_point():
        return None
    return _tensor(
        value, value.data.to(torch.float32 if value.dtype == "float64" else torch.float64)
    )


def _axis_more(value: _Number) -> _Number | None:
    return _tensor(value, value.data.unsqueeze(0)) if isinstance(value, TensorValue) else None


def _transposed(value: _Number) -> _Number | None:
    if isinstance(value, NumberValue) or value.data.ndim != 2:
        return None
    return _tensor(value, value.data.T.contiguous())


def _tensor(value: TensorValue, data: torch.Tensor) -> TensorValue:
    same = data.dtype == value.data.dtype
    dtype = value.dtype if same else str(data.dtype).removeprefix("torch.")
    return replace(value, data=data, shape=tuple(data.shape), dtype=dtype, stored=None)


# By name, with the aspect that a check has to look at for it to be told from the right answer.
_CHANGES: Mapping[str, tuple[_Change, Aspect | None]] = {
    "zeros": (_filled(0.0), None),
    "ones": (_filled(1.0), None),
    "NaN": (_nan, None),
    "the reference's mean everywhere": (_mean, None),
    "an empty tensor": (_empty, None),
    "the right values in another dtype": (_double, "dtype"),
    "the right values with an axis more": (_axis_more, "shape"),
    "the right values transposed": (_transposed, "values"),
}
