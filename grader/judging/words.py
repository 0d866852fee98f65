"""Values put into words."""

import math

import torch

from grader.model.observation import (
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


def kind(value: Value) -> str:
    """Return what sort of thing a value is: "a tensor", "a list"."""
    match value:
        case TensorValue(kind="array"):
            return "a NumPy array"
        case TensorValue(layout="strided"):
            return "a tensor"
        case TensorValue():
            return f"a {value.layout} tensor"
        case NumberValue(value=bool()):
            return "True or False"
        case NumberValue():
            return "a number"
        case TextValue(type="NoneType"):
            return "None"
        case TextValue(type="ellipsis"):
            return "... (not filled in)"
        case TextValue(type="str"):
            return "text"
        case SequenceValue():
            return f"a {value.type}"
        case MappingValue(module=True):
            return f"a module ({value.type})"
        case MappingValue():
            return f"a {value.type}"
        case RaisedValue():
            return f"an error ({value.type})"
        case OpaqueValue():
            return f"{value.type}: {value.reason}"
        case NoValue():
            return value.reason
        case _:
            return value.type


def describe(value: Value) -> str:
    """Return a value in one line: its attributes, and its first few numbers."""
    match value:
        case TensorValue():
            name = "tensor" if value.kind == "tensor" else "array"
            about = [value.dtype]
            about += [f"shape {value.shape}"] if value.shape else []
            about += [value.device] if value.device != "cpu" else []
            return f"{name} of {', '.join(about)}: {_numbers(value.data)}"
        case NumberValue():
            return number(value.value)
        case TextValue():
            return repr(value.value) if value.type == "str" else value.value
        case SequenceValue():
            few = 0 < len(value.items) <= 3
            inside = f" ({'; '.join(map(describe, value.items))})" if few else ""
            return f"{value.type} of {length(value)}{inside}"
        case RaisedValue():
            return f"{value.type}: {value.message}"
        case _:
            return kind(value)


def length(value: SequenceValue) -> str:
    """Return the length of a sequence in words."""
    return f"{len(value.items)} item" + ("" if len(value.items) == 1 else "s")


def names(value: MappingValue) -> str:
    """Return the names that a mapping has."""
    listed = ", ".join(list(value.entries)[:20])
    return f"entries {listed}" if listed else "no entries"


def number(value: bool | int | float | complex) -> str:
    """Return a number with six significant digits."""
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else str(value)
    if isinstance(value, int) and abs(value) >= 10**20:
        return f"an integer of {len(str(abs(value)))} digits"
    return str(value)


def extent(wrong: int, total: int, *, at_most: bool = False) -> str:
    """Return how many of the values differ; nothing where there is but one."""
    if at_most:
        return "larger than it may be"
    if total == 1:
        return ""
    return f"all {total} values differ" if wrong == total else f"{wrong} of {total} values differ"


def _numbers(data: torch.Tensor) -> str:
    flat = data.reshape(-1)
    shown = [number(item) for item in flat[:SHOWN].tolist()]
    if data.ndim == 0:
        return shown[0]
    return f"[{', '.join(shown)}{', …' if flat.numel() > SHOWN else ''}]"
