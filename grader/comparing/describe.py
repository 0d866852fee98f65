"""Values put into words."""

import math

import torch

from grader.model.values import (
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
from grader.wording import Text, counted, listed, say

_NOTHING = {
    "timed out": say("timed out"),
    "crashed": say("crashed"),
    "unreadable": say("unreadable"),
    "not asked": say("not asked"),
}
# What the probe says of a value that it does not send.
_REASONS: dict[str, Text] = {
    text: text
    for text in (
        say("too many nested values"),
        say("contains itself"),
        say("too much text"),
        say("a class"),
        say("a function"),
        say("not a value that is compared"),
        say("too many items"),
        say("an integer of more than 1000 digits"),
    )
}
SHOWN = 6  # numbers of a tensor that are shown


def kind(value: Value) -> Text:
    """Return what sort of thing a value is: "a tensor", "a list"."""
    match value:
        case TensorValue(kind="array"):
            return say("a NumPy array")
        case TensorValue(layout="strided"):
            return say("a tensor")
        case TensorValue():
            return say("a {layout} tensor", layout=value.layout)
        case NumberValue(value=bool()):
            return say("True or False")
        case NumberValue():
            return say("a number")
        case TextValue(type="NoneType"):
            return say("None")
        case TextValue(type="ellipsis"):
            return say("... (not filled in)")
        case TextValue(type="str"):
            return say("text")
        case MappingValue(module=True):
            return say("a module ({type})", type=value.type)
        case SequenceValue() | MappingValue():
            return say("a {type}", type=value.type)
        case RaisedValue():
            return say("an error ({type})", type=value.type)
        case OpaqueValue():
            reason = _REASONS.get(value.reason, value.reason)
            return listed([value.type, reason], ": ")
        case NoValue():
            return _NOTHING[value.reason]
        case _:
            return listed([value.type])


def describe(value: Value) -> Text:
    """Return a value in one line: its attributes, and its first few numbers."""
    match value:
        case TensorValue():
            about: list[str] = [value.dtype]
            about += [say("shape {shape}", shape=str(value.shape))] if value.shape else []
            about += [value.device] if value.device != "cpu" else []
            inside = {"about": listed(about), "numbers": _numbers(value.data)}
            if value.kind == "array":
                return say("array of {about}: {numbers}", **inside)
            return say("tensor of {about}: {numbers}", **inside)
        case NumberValue():
            return listed([number(value.value)])
        case TextValue():
            text = repr(value.value) if value.type == "str" else value.value
            return listed([text])
        case SequenceValue():
            whole = say("{type} of {length}", type=value.type, length=length(value))
            if not 0 < len(value.items) <= 3:
                return whole
            return say(
                "{whole} ({items})", whole=whole, items=listed(map(describe, value.items), "; ")
            )
        case RaisedValue():
            return listed([value.type, value.message], ": ")
        case _:
            return kind(value)


def length(value: SequenceValue) -> Text:
    """Return the length of a sequence in words."""
    return counted("{number} item", "{number} items", len(value.items))


def names(value: MappingValue) -> Text:
    """Return the names that a mapping has."""
    if not value.entries:
        return say("no entries")
    return say("entries {names}", names=listed(list(value.entries)[:20]))


def number(value: bool | int | float | complex) -> str:
    """Return a number with six significant digits."""
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else str(value)
    if isinstance(value, int) and abs(value) >= 10**20:
        digits = len(str(abs(value)))
        return counted("an integer of {number} digit", "an integer of {number} digits", digits)
    return str(value)


def extent(wrong: int, total: int, *, at_most: bool = False) -> str:
    """Return how many of the values differ; nothing where there is but one."""
    if at_most:
        return say("larger than it may be")
    if total == 1:
        return ""
    if wrong == total:
        return counted("all {number} values differ", "all {number} values differ", total)
    return counted(
        "{number} of {total} values differ", "{number} of {total} values differ", wrong, total=total
    )


def _numbers(data: torch.Tensor) -> str:
    flat = data.reshape(-1)
    shown = [number(item) for item in flat[:SHOWN].tolist()]
    if data.ndim == 0:
        return shown[0]
    return f"[{', '.join(shown)}{', …' if flat.numel() > SHOWN else ''}]"
