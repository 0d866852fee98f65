"""Evaluate an author's expression on values that a student's run gave.

The expression is the author's, and so are the definitions that it calls; the values are data, so
none of the student's code runs here.
"""

import math
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import numpy as np
import torch

from grader.model.assignment import Check
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
MAX_LINES = 1_000_000  # of the author's functions: on a student's values a loop may have no end
_FILE = "<recompute>"


def recomputed(check: Check, values: Values) -> Value:
    """Return what a check's expression gives with these names bound. Raises ValueError."""
    return recompute(check.expression, values, tools=check.tools, seed=check.seed or 0)


def recompute(expression: str, values: Values, *, tools: str = "", seed: int = 0) -> Value:
    """Return the value of an expression, a tensor or a number, with these names bound.

    tools: definitions that it calls; seed: what they draw from. Raises ValueError with the reason
    where the values do not fit the expression.
    """
    scope: dict[str, Any] = {**_MODULES, **{name: _live(value) for name, value in values.items()}}
    try:
        with torch.no_grad(), warnings.catch_warnings(action="ignore"):
            if tools:
                with _drawing_from(seed), _bounded():
                    exec(compile(tools, _FILE, "exec"), scope)  # noqa: S102 - the author's
                    result = eval(compile(expression, _FILE, "eval"), scope)  # noqa: S307
            else:
                result = eval(compile(expression, _FILE, "eval"), scope)  # noqa: S307 - the author's
    except Exception as error:  # whatever an expression may raise, it is no value
        raise ValueError(f"`{expression}` raises {type(error).__name__}: {error}") from error
    if isinstance(result, torch.Tensor):
        return TensorValue.of(result.detach())
    if isinstance(result, bool | int | float | complex):
        return NumberValue(type=type(result).__name__, value=result)
    raise ValueError(
        f"`{expression}` gives a {type(result).__name__}, neither a tensor nor a number"
    )


@contextmanager
def _drawing_from(seed: int) -> Iterator[None]:
    """Have torch draw from a seed, and go on afterwards as if nothing had been drawn."""
    with torch.random.fork_rng(devices=()):
        torch.default_generator.manual_seed(seed)
        yield


@contextmanager
def _bounded() -> Iterator[None]:
    """Stop the author's functions after so many lines, which no machine's load decides on."""
    left = MAX_LINES

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal left
        if frame.f_code.co_filename != _FILE:
            return None
        left -= event == "line"
        if left < 0:
            raise TimeoutError("it does not come to an end")
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(before)


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
