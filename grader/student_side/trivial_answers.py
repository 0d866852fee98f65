"""Answers that take no thought, in place of what a name stands for: runs as a cell of a reference.

`tensorgrader_trivial` returns what a way makes of a value; it raises where it makes nothing of it.
"""

import copy
from numbers import Number
from typing import Any

import numpy as np
import torch


def tensorgrader_trivial(value: Any, way: str, bound: float, *, alone: bool) -> Any:
    """Return a trivial answer in place of a value.

    bound: a number that would do; alone: whether nothing else of the answer is asked for, as else
    a plain number may be a setting. Raises TypeError where the way makes nothing of it.
    """
    number = {"zeros": 0.0, "ones": 1.0, "bound": bound}.get(way)
    if isinstance(value, torch.nn.Module):
        if way == "untrained":
            return tensorgrader_untrained(value)
        if way in ("zeros", "ones") and number is not None:
            return tensorgrader_filled(value, number)
    elif callable(value) and not isinstance(value, type):
        if way == "idle":
            return lambda *args, **options: None
        if way == "argument":
            return lambda *args, **options: [*args, *options.values()][0]
        if number is not None:
            return lambda *args, **options: number
    elif number is not None and (alone or isinstance(value, torch.Tensor | np.ndarray)):
        return tensorgrader_filled(value, number)
    raise TypeError("nothing trivial")


def tensorgrader_untrained(module: torch.nn.Module) -> torch.nn.Module:
    """Return a module as it is before it learns anything."""
    module = copy.deepcopy(module)
    for part in module.modules():
        if callable(reset := getattr(part, "reset_parameters", None)):
            reset()
    return module


def tensorgrader_filled(value: Any, number: float) -> Any:
    """Return a value with one number in place of all. Raises TypeError where it has none."""
    if isinstance(value, torch.nn.Module):
        module = copy.deepcopy(value)
        with torch.no_grad():
            for one in module.parameters():
                one.fill_(number)
        return module
    if isinstance(value, torch.Tensor):
        with torch.no_grad():
            return torch.full_like(value, number).requires_grad_(value.requires_grad)
    if isinstance(value, np.ndarray):
        return np.full_like(value, number)
    if isinstance(value, bool | int | float):
        return type(value)(number)
    if isinstance(value, Number):
        return number
    if isinstance(value, list | tuple) and value:
        return type(value)(tensorgrader_filled(one, number) for one in value)
    if isinstance(value, dict) and value:
        return {key: tensorgrader_filled(one, number) for key, one in value.items()}
    raise TypeError("nothing trivial")
