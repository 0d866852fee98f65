"""Values as features: plain data of which a sentence can be made."""

from dataclasses import replace
from typing import assert_never

from grader.comparing.features import number
from grader.comparing.kinds.registry import COMPARED
from grader.model.features import (
    Entries,
    Feature,
    Glimpse,
    Length,
    Quote,
    Series,
    Thing,
    Thrown,
    Unseen,
)
from grader.model.values import (
    SEVERAL,
    MappingValue,
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    RecordValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
)

SHOWN = 6  # numbers of a tensor that are shown
ITEMS = 3  # a sequence of at most so many is shown
NAMES = 20  # names of a mapping that are told
# Classes of different libraries whose values stand for the same; of NumPy's, with their unit.
_SORTS = {
    **{"Timestamp": "datetime", "datetime64": "datetime", "datetime64[D]": "date"},
    **{"Timedelta": "timedelta", "timedelta64": "timedelta"},
    **{"NaTType": "NaT", "NAType": "NA"},
}
_STRINGS = frozenset({"str", "str_"})  # Python's and NumPy's


def thing(value: Value) -> Feature:
    """Return what sort of thing a value is; values of one sort can be compared further."""
    match value:
        case TensorValue(kind="array"):
            return Thing(kind="array")
        case TensorValue():
            return Thing(kind="tensor", name=_kept_as(value))
        case NumberValue(value=bool()):
            return Thing(kind="bool")
        case NumberValue():
            return Thing(kind="number")
        case TextValue(type="NoneType"):
            return Thing(kind="none")
        case TextValue(type="ellipsis"):
            return Thing(kind="ellipsis")
        case TextValue(type="str" | "str_"):
            return Thing(kind="text")
        case TextValue():
            return Thing(kind="other", name=_sort(value.type))
        case MappingValue():
            return Thing(kind="module" if value.module else "mapping", name=value.type)
        case SequenceValue():
            return Thing(kind="sequence", name=value.type)
        case RecordValue():
            return Thing(kind="record", name=value.type)
        case RaisedValue():
            return Thing(kind="error", name=value.type)
        case OpaqueValue():
            return Thing(kind="opaque", name=value.type, reason=value.reason, about=value.about)
        case NoValue():
            return Unseen(why=value.reason)
        case _:
            assert_never(value)


def _sort(type: str) -> str:
    """Return what sort of thing a text of a type stands for."""
    return _SORTS.get(type) or _SORTS.get(type.partition("[")[0], type)


def exact_thing(value: NumberValue | TensorValue) -> Thing:
    """Return what sort of thing numbers are, where a Python number is no tensor without axes."""
    if isinstance(value, TensorValue):
        return Thing(kind="tensor", name=value.type, exact=True)
    return Thing(kind="number", name=value.type, exact=True)


def glimpse(value: Value) -> Feature:
    """Return a value in one line: its attributes, and its first few numbers."""
    match value:
        case TensorValue():
            flat = value.data.reshape(-1)
            return Glimpse(
                kind=value.kind,
                dtype=value.dtype,
                shape=value.shape,
                device=value.device,
                kept_as=_kept_as(value),
                numbers=tuple(number(item) for item in flat[:SHOWN].tolist()),
                more=flat.numel() > SHOWN,
            )
        case NumberValue():
            return number(value.value)
        case TextValue():
            return Quote(text=repr(value.value) if value.type in _STRINGS else value.value)
        case SequenceValue():
            length = len(value.items)
            items = map(glimpse, value.items) if length <= ITEMS else ()
            return Series(type=value.type, length=length, items=tuple(items))
        case MappingValue() if value.type == SEVERAL:
            return glimpse(value.in_order)
        case RecordValue():
            return COMPARED[value.kind].glimpse(value)
        case RaisedValue():
            return Thrown(type=value.type, message=value.message)
        case MappingValue() | OpaqueValue() | NoValue():
            return thing(value)
        case _:
            assert_never(value)


def _kept_as(value: TensorValue) -> str:
    if value.layout != "strided":
        return value.layout
    return "per-channel" if value.stored and value.stored.axis is not None else ""


def kind(value: Value) -> Feature:
    """Return of what kind a value is, without any number or text of it."""
    match value:
        case NumberValue():
            return exact_thing(value)
        case TensorValue() | SequenceValue():
            return _without_numbers(glimpse(value), value)
        case _:
            return thing(value)


def _without_numbers(found: Feature, value: Value) -> Feature:
    match found:
        case Glimpse():
            return replace(found, numbers=(), more=False)
        case Series() if isinstance(value, SequenceValue) and found.items:
            items = tuple(map(kind, value.items))
            is_plain = all(isinstance(one, Thing) for one in items)
            return replace(found, items=() if is_plain else items)
        case _:
            return found


def length(value: SequenceValue) -> Length:
    """Return how many items a sequence has."""
    return Length(items=len(value.items))


def names(value: MappingValue, *, as_code: bool = False) -> Entries:
    """Return the names that a mapping has, the first of many. as_code: texts in quotes."""
    found = sorted(value.entries)[:NAMES]
    if as_code:
        found = [name if name in value.codes else repr(name) for name in found]
    return Entries(names=tuple(found))
