"""Attributes of Python's and of the libraries' own that hold something else than before.

What a library adds to itself as it is used is no change, nor what it wraps; what a notebook puts in
another's place is one.
"""

import builtins
import gc
import math
import random
import sys
import time
import types
from operator import is_

import numpy as np
import torch

_nn = torch.nn
_MODULES = (builtins, math, random, time, np, np.linalg, np.random, torch, torch.linalg)
_MODULES += (torch.autograd, torch.random, _nn.functional, _nn.init)
_PARTS = (_nn, torch.optim, torch.optim.lr_scheduler, torch.utils.data, torch.distributions)
_CLASSES = (
    torch.Tensor,
    *(
        one
        for part in _PARTS
        for one in vars(part).values()
        if isinstance(one, type) and one.__module__.startswith("torch.")
    ),
)
_MODULES += _PARTS
_hooks_of_all = [
    held
    for name, held in vars(_nn.modules.module).items()
    if name.startswith("_global_") and isinstance(held, dict)
]
_STREAMS = ("stdout", "stderr", "displayhook", "excepthook")
_NEW, _modules, _Function = object(), sys.modules, types.FunctionType
# A number that is another after each change of a dictionary. To compare thousands of attributes
# counts a reference to each, and so copies a good part of a forked process's memory.
_version_of = getattr(getattr(torch._C._dynamo, "guards", None), "dict_version", None)


class Patches:
    """The attributes as they were at the start.

    namespace: of the notebook; further: classes to watch as well.
    """

    def __init__(self, namespace, further=()):
        self.namespace = namespace
        classes = [*dict.fromkeys((*_CLASSES, *further))]
        self.held = [_own_dict(one) for one in (*_MODULES, *classes)]
        # What a class inherits is replaced by what is added to it.
        self.bases = [*[()] * len(_MODULES), *(one.__mro__[1:] for one in classes)]
        self.names = [one.__name__ for one in _MODULES]
        self.versions = [None] * len(self.held)
        self.before = [((), ())] * len(self.held)
        self.settle()

    def settle(self):
        """Take what there is now for the start."""
        for n in self._touched():
            self.before[n] = [*self.held[n]], [*self.held[n].values()]
        self.others = self._others()

    def found(self):
        """Return whether something was put in another's place since the last time."""
        changed = [n for n in self._touched() if _differs(self.held[n], *self.before[n])]
        others, self.others = self.others, self._others()
        if not changed:
            return others != self.others
        originals = {id(value) for _, values in self.before for value in values}
        is_patched = [self._is_patched(n, originals) for n in changed]
        for n in changed:
            self.before[n] = [*self.held[n]], [*self.held[n].values()]
        return others != self.others or any(is_patched)

    def _touched(self):
        """Return the places of what was written to since the last time, be it with the same."""
        if _version_of is None:
            return range(len(self.held))
        before, self.versions = self.versions, [*map(_version_of, self.held)]
        return [n for n, now in enumerate(self.versions) if now != before[n]]

    def _is_patched(self, place, originals):
        held, (names, values) = self.held[place], self.before[place]
        new = [
            held.get(n, _NEW) for n, v in zip(names, values, strict=True) if held.get(n) is not v
        ]
        inherited = {name for base in self.bases[place] for name in vars(base)}
        new += [held[name] for name in inherited & held.keys() - {*names}]
        return any(
            type(value) is not _Function
            or value.__globals__ is self.namespace
            or id(value) in originals
            for value in new
        )

    def _others(self):
        """Return what can be replaced beside attributes: modules, streams, hooks of all layers."""
        own = self.namespace.get("__builtins__", builtins)
        return (
            [id(_modules.get(name)) for name in self.names],
            own is builtins or own is vars(builtins),
            sum(map(len, _hooks_of_all)),
            [id(getattr(sys, name, None)) for name in _STREAMS],
        )


def _own_dict(one):
    """Return the dictionary of a module or a class, which has it behind a proxy."""
    held = vars(one)
    return held if type(held) is dict else gc.get_referents(held)[0]


def _differs(held, names, values):
    return len(held) != len(names) or not all(map(is_, held.values(), values))
