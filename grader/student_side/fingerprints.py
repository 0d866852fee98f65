"""Which of the names that given code bound hold something else than before.

A fingerprint is equal as long as nobody has changed what a value holds: numbers and not identities,
so that to bind a name to an equal value anew is no change. Nothing of the student's is called.
"""

import operator
import random
import types
import zlib
from collections import deque

import numpy as np
import torch

from grader.student_side import kinds, tables
from grader.student_side.builtin_names import BUILTINS
from grader.student_side.tensors import Unsendable, in_a_row

MAX_NODES = 5_000  # values that are looked at for all names together
MAX_DEPTH = 12
WHOLE = 2**20  # bytes of numbers that are read in full for all names together
SAMPLE = 1_024  # numbers of what is larger

_Tensor, _Generator = torch.Tensor, torch.Generator
_reshape, _version = _Tensor.reshape, _Tensor._version.__get__
_no_functions, _uint8 = torch._C.DisableTorchFunctionSubclass, torch.uint8
_get_state, _crc, _getattribute = _Generator.get_state, zlib.crc32, object.__getattribute__
_length_hint, _asarray, _contiguous = operator.length_hint, np.asarray, np.ascontiguousarray
_PLAIN = (int, str, bytes, bool, type(None), type(Ellipsis))
_SEQUENCES = (list, tuple, deque)
_ITERATORS = tuple(type(iter(one)) for one in ([], (), range(0), {}, "", set(), reversed([])))
_Function, _Class, _Module = types.FunctionType, type, types.ModuleType
_MISSING = object()


class Given:
    """The names that given code bound or Python has, and the fingerprints of what they held."""

    def __init__(self, namespace):
        self.namespace, self.marks = namespace, {}
        # The shell has some of them itself, as `exit`.
        self.builtins = [name for name in BUILTINS if name not in namespace]

    def take(self, names):
        """Remember what these names hold now, and those that would hide Python's own."""
        self.marks = self._read(dict.fromkeys([*names, *self.builtins]))

    def changed(self):
        """Return the names that hold something else than before, and remember that."""
        before, self.marks = self.marks, self._read(self.marks)
        return [name for name, mark in self.marks.items() if before[name] != mark]

    def _read(self, names):
        reader = _Reader()
        return {name: reader.mark(self.namespace.get(name, _MISSING)) for name in names}


class _Reader:
    """Makes the fingerprints of one moment."""

    def __init__(self):
        self.nodes, self.bytes, self.seen = 0, 0, {}

    def mark(self, value):
        if value is _MISSING:
            return None
        self.seen = {}  # by place within this one: what another holds is no part of it
        return hash(self._mark(value, 0))

    def _mark(self, value, depth):
        cls = type(value)
        if cls in _PLAIN:
            return cls.__name__, value
        if cls is float or cls is complex:
            return cls.__name__, value if value == value else "nan"
        if id(value) in self.seen:
            return "seen", self.seen[id(value)]
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            return id(cls)
        self.seen[id(value)] = len(self.seen)
        try:
            return self._inside(value, cls, depth + 1)
        except Exception:  # of a kind that cannot be read: it is what it is
            return id(value)

    def _inside(self, value, cls, depth):
        if issubclass(cls, _Tensor):
            return self._tensor(value, cls, depth)
        if issubclass(cls, np.ndarray):
            return self._array(value, cls, depth)
        if (base := kinds.table_of(cls)) is not None:
            return id(cls), *self._table(value, base, depth)
        if cls in _SEQUENCES:
            return id(cls), *[self._mark(item, depth) for item in value]
        if cls is set or cls is frozenset:
            return id(cls), frozenset(self._mark(item, depth) for item in value)
        if issubclass(cls, _Class):
            return self._class(value, depth)
        if cls is _Function:
            return self._function(value, depth)
        if issubclass(cls, _Module):
            return id(value)
        if issubclass(cls, _Generator):
            return _crc(_get_state(value).numpy())
        if cls is np.random.Generator:
            return self._mark(value.bit_generator.state, depth)
        if cls is np.random.RandomState:
            return self._mark(value.get_state(legacy=False), depth)
        if cls is random.Random:
            return value.getstate()
        if cls in _ITERATORS:
            return id(cls), _length_hint(value)
        if cls is types.GeneratorType:
            return id(value), value.gi_frame and value.gi_frame.f_lasti
        return self._object(value, cls, depth)

    def _table(self, value, base, depth):
        for label, column in tables.arrays_of(value, base):
            yield self._mark(label, depth)
            yield self._array(column, column.__class__, depth)

    def _object(self, value, cls, depth):
        """Return the fingerprint of what has attributes, or items of a mapping."""
        parts = []
        if issubclass(cls, dict):
            parts += [self._items(value, dict.items, depth)]
        elif issubclass(cls, list):
            parts += [self._mark(item, depth) for item in list.__iter__(value)]
        try:
            attributes = _getattribute(value, "__dict__")
        except AttributeError:
            return (id(cls), *parts) if parts else id(value)
        return id(cls), *parts, self._items(attributes, dict.items, depth)

    def _items(self, held, items, depth):
        return tuple([(self._mark(k, depth), self._mark(v, depth)) for k, v in items(held)])

    def _class(self, value, depth):
        if value.__module__ != "__main__":
            return id(value)
        return id(value), self._items(type.__dict__["__dict__"].__get__(value), _pairs, depth)

    def _function(self, value, depth):
        code = value.__code__
        cells = [cell.cell_contents for cell in value.__closure__ or ()]
        rest = (value.__defaults__, value.__kwdefaults__, cells)
        return id(value), id(code), hash(code), self._mark(rest, depth)

    def _tensor(self, value, cls, depth):
        with _no_functions():
            parts = [id(cls), value.dtype, value.device.type, *value.shape, value.requires_grad]
            if value.is_leaf and value.grad is not None:
                parts.append(self._mark(value.grad, depth))
            try:
                plain = _reshape(in_a_row(value).resolve_conj().resolve_neg(), (-1,))
            except Unsendable:
                return *parts, _version(value)
            size = plain.numel() * plain.element_size()
            if self.bytes + size > WHOLE:
                plain = plain[:: max(1, plain.numel() // SAMPLE)].contiguous()
                if not value.is_inference():
                    parts.append(_version(value))
            else:
                self.bytes += size
            return *parts, _crc(plain.contiguous().view(_uint8).cpu().numpy())

    def _array(self, value, cls, depth):
        plain = _asarray(value)
        parts = [id(cls), str(plain.dtype), plain.shape]
        if plain.dtype.hasobject:
            return *parts, self._mark(plain.ravel().tolist(), depth)
        plain = plain.ravel()
        if self.bytes + plain.nbytes > WHOLE:
            plain = plain[:: max(1, plain.size // SAMPLE)]
        self.bytes += plain.nbytes
        return *parts, _crc(_contiguous(plain).view(np.uint8))


def _pairs(held):
    return held.items()
