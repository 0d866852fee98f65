"""What a call is given: which of it the call changed in place, and how it is put back.

Held are tensors, arrays, tables, lists, dictionaries and sets with what is in them, and the
parameters and buffers of modules. Whatever else there is (an optimizer, an object of a class of the
student's) is meant to change as it is used, or nobody knows how to put it back.
"""

import itertools
import types
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import numpy as np
import torch

from grader.student_side import kinds, tables
from grader.student_side.tensors import in_a_row

MAX_BYTES = 64 * 2**20  # of numbers that are held; of what is more, nothing is known
MAX_NODES = 5_000  # values that are held
MAX_ITEMS = 200_000  # of one value
_Tensor, _Module, _Array = torch.Tensor, torch.nn.Module, np.ndarray
_clone, _numel = _Tensor.clone, _Tensor.numel
_copy, _set_requires_grad, _detach_in_place = (
    _Tensor.copy_,
    _Tensor.requires_grad_,
    _Tensor.detach_,
)
_data, _grad = vars(torch._C.TensorBase)["data"], vars(torch._C.TensorBase)["grad"]
_get_data, _set_data = _data.__get__, _data.__set__
_get_grad, _set_grad = _grad.__get__, _grad.__set__
_no_functions, _inference = torch._C.DisableTorchFunctionSubclass, torch.inference_mode
_uint8 = torch.uint8
_equal, _copyto, _asarray = torch.equal, np.copyto, np.asarray
_Code, _islice = types.CodeType, itertools.islice
_PLAIN = (int, float, complex, str, bytes, bool, type(None))


class Arguments:
    """The values of the names that some code reads, as they are before it runs."""

    def __init__(self, code: types.CodeType, scope: Mapping[str, Any]) -> None:
        self._seen: dict[int, _Held | None] = {}  # by identity, so that no part is held twice
        self._kept: list[Any] = []  # what is seen lives on, so that its identity is no other's
        self._bytes = 0
        names = dict.fromkeys(_names(code))
        self._held = {name: self._hold(scope[name]) for name in names if name in scope}

    def changed(self) -> list[str]:
        """Return the names of those whose numbers or items are others now."""
        return [
            name for name, held in self._held.items() if held is not None and _differs(held, set())
        ]

    def put_back(self) -> None:
        """Let all of them hold what they held."""
        for held in self._seen.values():
            if held is not None:
                with suppress(Exception):  # what refuses to be written to stays as it is
                    held.put_back()

    def _hold(self, value: Any) -> "_Held | None":
        if id(value) in self._seen:
            return self._seen[id(value)]
        make = _holder(value)
        if make is None or len(self._kept) >= MAX_NODES:
            return None
        self._kept.append(value)
        self._seen[id(value)] = None  # until it is known: it may contain itself
        try:
            with _no_functions():
                held = make(value)
                self._bytes += held.size
                if self._bytes > MAX_BYTES:
                    return None
        except Exception:  # of a kind that cannot be read: nothing is known of it
            return None
        self._seen[id(value)] = held
        held.parts = [part for one in held.inner() if (part := self._hold(one)) is not None]
        return held


class _Held:
    """A value and what it held. size: bytes; parts: what is in it."""

    size = 0
    parts: "list[_Held]"

    def inner(self) -> "list[Any]":
        """Return what it holds that may be held as well."""
        return []

    def differs(self) -> bool:
        """Whether it holds something else now, its parts aside."""
        return False

    def put_back(self) -> None:
        """Let it hold what it held, its parts aside."""


class _HeldTensor(_Held):
    def __init__(self, value: torch.Tensor) -> None:
        plain = in_a_row(value)
        self.value, self.data = value, _get_data(value)
        self.size = _numel(value) * value.element_size()
        if self.size > MAX_BYTES:
            raise ValueError("too large")
        self.numbers = _clone(plain)
        self.requires_grad, self.is_leaf = value.requires_grad, value.is_leaf
        self.grad = _get_grad(value) if value.is_leaf else None

    def inner(self) -> list[Any]:
        return [] if self.grad is None else [self.grad]

    def differs(self) -> bool:
        with _no_functions():
            now = _get_data(self.value)
            same = (now.dtype, now.device, now.shape) == (
                self.numbers.dtype,
                self.numbers.device,
                self.numbers.shape,
            )
            return not (same and _equal(_bits(now), _bits(self.numbers)))

    def put_back(self) -> None:
        value = self.value
        with _no_functions(), _inference(value.is_inference()):
            if self.is_leaf and not value.is_leaf:
                _detach_in_place(value)
            now = _get_data(value)
            if (now.data_ptr(), now.shape, now.stride(), now.dtype) != (
                self.data.data_ptr(),
                self.data.shape,
                self.data.stride(),
                self.data.dtype,
            ):
                _set_data(value, self.data)
            if self.differs():
                _copy(self.data, self.numbers)  # past the count of versions: graphs stay as good
            if self.is_leaf and value.requires_grad != self.requires_grad:
                _set_requires_grad(value, self.requires_grad)
            if self.is_leaf and _get_grad(value) is not self.grad:
                _set_grad(value, self.grad)


class _HeldArray(_Held):
    def __init__(self, value: Any) -> None:
        if value.dtype.hasobject or value.nbytes > MAX_BYTES:
            raise TypeError("its items cannot be read")
        self.value, self.size, self.shape = value, value.nbytes, value.shape
        self.numbers = _asarray(value).copy()

    def differs(self) -> bool:
        now = _asarray(self.value)
        if (now.shape, now.dtype) != (self.shape, self.numbers.dtype):
            return True
        return bool(now.tobytes() != self.numbers.tobytes())

    def put_back(self) -> None:
        if self.differs():
            if self.value.shape != self.shape:
                self.value.shape = self.shape
            _copyto(self.value, self.numbers)


class _HeldTable(_Held):
    """A DataFrame or a Series. base: the class of its library."""

    def __init__(self, value: Any, base: Any) -> None:
        self.value, self.base = value, base
        self.copy, self.size = tables.copy_of(value, base)

    def differs(self) -> bool:
        return bool(tables.differs(self.value, self.copy, self.base))

    def put_back(self) -> None:
        if self.differs():
            tables.put_back(self.value, self.copy, self.base)


class _HeldItems(_Held):
    """A list, tuple, dictionary or set, or the tensors of a module."""

    def __init__(self, value: Any, read: Callable[[Any], Any], write: Callable[..., Any]) -> None:
        self.value, self.read, self.write = value, read, write
        self.items = [*_islice(read(value), MAX_ITEMS + 1)]
        if len(self.items) > MAX_ITEMS:
            raise ValueError("too many items")

    def inner(self) -> list[Any]:
        return [item for item in self.items if type(item) not in _PLAIN]

    def differs(self) -> bool:
        now = [*self.read(self.value)]
        return len(now) != len(self.items) or not all(map(_is_same, now, self.items))

    def put_back(self) -> None:
        if self.differs():
            self.write(self.value, self.items)


def _holder(value: Any) -> "Callable[[Any], _Held] | None":
    cls = type(value)
    if issubclass(cls, _Tensor):
        return _HeldTensor
    if issubclass(cls, _Array):
        return _HeldArray
    if (table := kinds.table_of(cls)) is not None:
        return lambda held: _HeldTable(held, table)
    for base, read, write in _ITEMS:
        if issubclass(cls, base):
            return lambda held: _HeldItems(held, read, write)
    return None


def _tensors(module: torch.nn.Module) -> Iterator[Any]:
    yield from _parameters(module)
    yield from _buffers(module)


def _leave(value: Any, items: Any) -> None:
    """Write nothing: what has other parts than before keeps them."""


def _write_list(value: list[Any], items: list[Any]) -> None:
    list.__setitem__(value, slice(None), items)


def _write_ordered(value: OrderedDict[Any, Any], items: list[Any]) -> None:
    OrderedDict.clear(value)
    OrderedDict.update(value, items)


def _write_dict(value: dict[Any, Any], items: list[Any]) -> None:
    dict.clear(value)
    dict.update(value, items)


def _write_set(value: set[Any], items: list[Any]) -> None:
    set.clear(value)
    set.update(value, items)


_parameters, _buffers = _Module.parameters, _Module.buffers
_ITEMS: tuple[tuple[type, Callable[[Any], Any], Callable[..., Any]], ...] = (
    (list, list.__iter__, _write_list),
    (tuple, tuple.__iter__, _leave),
    (OrderedDict, OrderedDict.items, _write_ordered),
    (dict, dict.items, _write_dict),
    (set, set.__iter__, _write_set),
    (_Module, _tensors, _leave),
)


def _is_same(now: Any, before: Any) -> bool:
    if now is before:
        return True
    if type(now) is type(before) is tuple:  # the item of a dictionary
        return len(now) == len(before) and all(map(_is_same, now, before))
    return type(now) is type(before) and type(now) in _PLAIN and bool(now == before)


def _differs(held: _Held, seen: set[int]) -> bool:
    """Whether a value or one of its parts holds something else; gradients are no part of it."""
    if id(held) in seen:
        return False
    seen.add(id(held))
    try:
        if held.differs():
            return True
    except Exception:  # it could be read before
        return True
    parts = [] if type(held) is _HeldTensor else held.parts
    return any(_differs(part, seen) for part in parts)


def _bits(data: torch.Tensor) -> torch.Tensor:
    plain = data.resolve_conj().resolve_neg().contiguous().reshape(-1)
    # Of none, the strides may be any: there is nothing to see as bytes.
    return plain.view(_uint8) if _numel(plain) else plain.new_empty(0, dtype=_uint8)


def _names(code: types.CodeType) -> Iterator[str]:
    """Yield the names that some code reads from outside, attributes among them."""
    yield from code.co_names
    for part in code.co_consts:
        if type(part) is _Code:
            yield from _names(part)
