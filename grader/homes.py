"""The names that PyTorch has for the same thing beside the one that an exercise forbids.

A class or a function is mostly imported into the package that documents it:
`torch.nn.modules.conv.Conv2d` is `torch.nn.Conv2d`.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import accumulate
from types import FunctionType, ModuleType

import torch


def homes(forbidden: Iterable[str]) -> Mapping[str, str]:
    """Return other names of what is forbidden, each with the name that forbids it.

    They are where it is defined, and the packages around: what is the same object there.
    """
    return _homes(frozenset(forbidden))


@cache
def _homes(forbidden: frozenset[str]) -> Mapping[str, str]:
    return {other: name for name in sorted(forbidden) for other in _others(name)}


def _others(name: str) -> Iterator[str]:
    value = _value(name)
    if not isinstance(value, type | FunctionType):
        return
    for package in accumulate(value.__module__.split("."), "{}.{}".format):
        other = f"{package}.{value.__qualname__}"
        if other != name and _value(other) is value:
            yield other


def _value(name: str) -> object:
    """Return what a dotted name stands for in PyTorch, as far as it is loaded; None for nothing."""
    first, *parts = name.split(".")
    found: object = torch if first == torch.__name__ else None
    path = first
    for part in parts:
        path += f".{part}"
        inside = vars(found).get(part) if isinstance(found, ModuleType | type) else None
        # A package may let go of the names of its modules, which can still be imported.
        found = inside if inside is not None or found is None else sys.modules.get(path)
    return found
