"""Values as features: plain data of which a sentence can be made."""

import math
from dataclasses import replace
from typing import assert_never

from grader.model.features import (
    Entries,
    Feature,
    Glimpse,
    Length,
    Number,
    Quote,
    Series,
    Thing,
    Thrown,
    Unseen,
)
from grader.model.values import (
    COMPARED,
    MappingValue,
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
)

SHOWN = 6  # numbers of a tensor that are shown
ITEMS = 3  # a sequence of at most so many is shown
NAMES = 20  # names of a mapping that are told
_STRINGS = frozenset({"str", "str_"})  # Python's and NumPy's
_LONG = 10**20  # integers from here on are told by their length


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
            return Thing(kind="other", name=value.type)
        case MappingValue():
            return Thing(kind="module" if value.module else "mapping", name=value.type)
        case SequenceValue():
            return Thing(kind="sequence", name=value.type)
        case RaisedValue():
            return Thing(kind="error", name=value.type)
        case OpaqueValue():
            return Thing(kind="opaque", name=value.type, reason=value.reason, about=value.about)
        case NoValue():
            return Unseen(why=value.reason)
        case _:
            assert_never(value)


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
        case MappingValue() if value.type == COMPARED:
            return glimpse(value.in_order)
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


def names(value: MappingValue) -> Entries:
    """Return the names that a mapping has, the first of many."""
    return Entries(names=tuple(sorted(value.entries)[:NAMES]))


def number(value: bool | int | float | complex) -> Number:
    """Return a number with six significant digits."""
    if isinstance(value, float):
        return Number(text=f"{value:.6g}" if math.isfinite(value) else str(value))
    if isinstance(value, int) and abs(value) >= _LONG:
        return Number(text="", digits=len(str(abs(value))))
    return Number(text=str(value))
