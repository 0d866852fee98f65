"""Evaluate an author's expression on values that a student's run gave.

The expression is the author's; the values are data, so none of the student's code runs here.
"""

import math
import warnings
from typing import Any

import numpy as np
import torch

from grader.model.values import (
    MappingValue,
    NumberValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
    Values,
)

_MODULES = {"torch": torch, "np": np, "math": math}
NAMES = frozenset(_MODULES)  # what an expression may use beside observed names


def recompute(expression: str, values: Values) -> Value:
    """Return the value of an expression, a tensor or a number, with these names bound.

    Raises ValueError with the reason where the values do not fit the expression.
    """
    scope: dict[str, Any] = {**_MODULES, **{name: _live(value) for name, value in values.items()}}
    try:
        with torch.no_grad(), warnings.catch_warnings(action="ignore"):
            result = eval(compile(expression, "<recompute>", "eval"), scope)  # noqa: S307 - the author's
    except Exception as error:  # whatever an expression may raise, it is no value
        raise ValueError(f"`{expression}` raises {type(error).__name__}: {error}") from error
    if isinstance(result, torch.Tensor):
        return TensorValue.of(result)
    if isinstance(result, bool | int | float | complex):
        return NumberValue(type=type(result).__name__, value=result)
    raise ValueError(
        f"`{expression}` gives a {type(result).__name__}, neither a tensor nor a number"
    )


def _live(value: Value) -> Any:
    match value:
        case TensorValue():
            return value.data.numpy() if value.kind == "array" else value.data
        case NumberValue() | TextValue():
            return value.value
        case SequenceValue():
            items = [_live(item) for item in value.items]
            return tuple(items) if value.type == "tuple" else items
        case MappingValue():
            return {name: _live(entry) for name, entry in value.entries.items()}
        case _:
            raise ValueError("is not data")
