"""Values to trees of JSON and a dictionary of tensors, and data back to values.

Keeps its own references to what it uses from before the first cell: a notebook that later rebinds
`torch.tensor` or `list` does not break it.
"""

import itertools
import math

import numpy as np
import torch

MAX_BYTES = 64 * 2**20  # of tensors in one answer
MAX_NODES = 200_000  # values in one answer
MAX_REFS = 50_000  # tensors in one answer
MAX_DEPTH = 20
MAX_TEXT = 20_000  # characters of one string
MAX_TEXTS = 1_000_000  # characters of all strings in one answer
MAX_DIGITS = 1_000  # of one int

_Tensor, _Module, _Parameter = torch.Tensor, torch.nn.Module, torch.nn.Parameter
_detach, _cpu, _clone = _Tensor.detach, _Tensor.cpu, _Tensor.clone
_contiguous, _to_dense = _Tensor.contiguous, _Tensor.to_dense
_as_real, _as_complex = torch.view_as_real, torch.view_as_complex
_from_numpy, _no_functions = torch.from_numpy, torch._C.DisableTorchFunctionSubclass
_state_dict, _dict_items = _Module.state_dict, dict.items
_SEQUENCES = tuple((cls, cls.__iter__) for cls in (list, tuple, range))
_WHOLE = ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "bool")
FLOATS = {str(d): d for d in (torch.float16, torch.bfloat16, torch.float32, torch.float64)}
_DTYPES = {*FLOATS.values(), *(getattr(torch, name) for name in _WHOLE if hasattr(torch, name))}
_DTYPES |= {torch.complex64, torch.complex128, torch.float8_e4m3fn, torch.float8_e5m2}
_NUMBERS = (bool, int, float, complex)
_digits, _first = float.__repr__, itertools.islice
_Bool, _Number = np.bool_, np.number
_SETS = tuple((cls, cls.__iter__) for cls in (set, frozenset))
# By the names that they cross under; NumPy 2 calls its boolean as Python calls its own.
_SCALARS = {
    cls.__name__: cls
    for cls in (*np.sctypeDict.values(), np.longlong, np.ulonglong)
    if issubclass(cls, (np.number, np.str_)) and cls is not np.timedelta64
}
_SCALARS["bool_"] = np.bool_
_MAKE = {None: bool, "int": int, "float": float}
_CONTAINERS = {"tuple": tuple, "set": set, "frozenset": frozenset}
_TEXTS = (torch.dtype, torch.device, torch.layout, type(None))


class Encoder:
    """Turns values into trees of JSON and a dictionary of tensors."""

    def __init__(self):
        self.tensors, self.bytes, self.text, self.nodes, self.open = {}, 0, 0, 0, set()

    def encode(self, value, depth=0):
        """Return the tree of a value; what cannot cross is named as opaque."""
        kind = type(value).__name__[:200]
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            return _opaque(kind, "too many nested values")
        if id(value) in self.open:
            return _opaque(kind, "contains itself")
        self.open.add(id(value))
        sent = len(self.tensors)
        try:
            tree = self._encode(value, kind, depth)
        except Exception as error:  # a hostile or broken object: named, never fatal
            tree = _opaque(kind, "cannot be read: " + type(error).__name__[:200])
        finally:
            self.open.discard(id(value))
        if tree["k"] == "opaque":
            while len(self.tensors) > sent:  # of its parts, which nothing names
                self.tensors.popitem()
        return tree

    def _encode(self, value, kind, depth):
        cls = type(value)
        if issubclass(cls, _Tensor):
            return self._tensor(value, kind)
        if issubclass(cls, np.ndarray):
            return self._array(value, kind)
        if issubclass(cls, _Bool):
            return self._number(bool(value), "bool_")
        if issubclass(cls, _Number):
            return self._number(value.item(), kind)
        if issubclass(cls, _NUMBERS):
            return self._number(value, kind)
        if issubclass(cls, str):
            self.text += min(len(value), MAX_TEXT)
            if self.text > MAX_TEXTS:
                return _opaque(kind, "too much text")
            return {"k": "text", "type": kind, "v": str.__str__(value)[:MAX_TEXT]}
        if issubclass(cls, _TEXTS):
            return {"k": "text", "type": kind, "v": str(value)}
        for base, iterate in _SEQUENCES:
            if issubclass(cls, base):
                return self._sequence(iterate(value), kind, depth)
        for base, iterate in _SETS:
            if issubclass(cls, base):
                return self._set(iterate(value), kind, depth)
        if issubclass(cls, dict):
            return self._mapping(_dict_items(value), kind, depth, module=False)
        if issubclass(cls, _Module):
            return self._mapping(_state_dict(value).items(), kind, depth, module=True)
        if value is Ellipsis:
            return {"k": "text", "type": kind, "v": "..."}
        if issubclass(cls, type):
            return _opaque(kind, "a class")
        return _opaque(kind, "a function" if callable(value) else "not a value that is compared")

    def _sequence(self, items, kind, depth):
        items = [*_first(items, MAX_NODES + 1)]  # a range may have no end worth speaking of
        if items and all(type(item) is float for item in items):
            self.nodes += len(items)
            if self.nodes > MAX_NODES:
                return _opaque(kind, "too many items")
            return {"k": "floats", "type": kind, "v": " ".join(map(_digits, items))}
        encoded = []
        for item in items:
            encoded.append(self.encode(item, depth + 1))
            if self.nodes > MAX_NODES:
                return _opaque(kind, "too many items")
        return {"k": "sequence", "type": kind, "items": encoded}

    def _set(self, items, kind, depth):
        """Return a sequence in an order that does not depend on hashes."""
        items = [*_first(items, MAX_NODES + 1)]
        try:
            items = sorted(items, key=_place)
        except TypeError:
            return _opaque(kind, "a set of what has no order")
        return self._sequence(iter(items), kind, depth)

    def _mapping(self, items, kind, depth, module):
        entries = {}
        for key, item in items:
            name = str.__str__(key) if type(key) is str else repr(key)
            self.text += min(len(name), MAX_TEXT)
            if self.text > MAX_TEXTS:
                return _opaque(kind, "too much text")
            entries[name[:MAX_TEXT]] = self.encode(item, depth + 1)
        return {"k": "mapping", "type": kind, "module": module, "entries": entries}

    def _number(self, value, kind):
        tree = {"k": "number", "type": kind}
        if isinstance(value, bool):
            return {**tree, "v": value}
        if isinstance(value, int):
            if value.bit_length() > 4 * MAX_DIGITS:
                return _opaque(kind, "an integer of more than 1000 digits")
            return {**tree, "v": int.__repr__(value), "of": "int"}
        if isinstance(value, float):
            return {**tree, "v": float.__repr__(value), "of": "float"}
        if isinstance(value, complex):
            parts = [float.__repr__(value.real), float.__repr__(value.imag)]
            return {**tree, "v": parts, "of": "complex"}
        return _opaque(kind, "not a value that is compared")

    def _array(self, value, kind):
        plain = np.ascontiguousarray(np.asarray(value)).reshape(np.shape(value))
        try:
            tensor = _from_numpy(plain.copy())
        except TypeError:
            return _opaque(kind, "an array of " + str(value.dtype))
        tree = self._tensor(tensor, kind)
        if tree["k"] == "tensor":
            tree["k"] = "array"
        return tree

    def _tensor(self, value, kind, *, is_grad=False):
        with _no_functions():
            if value.device.type == "meta" or value.is_nested or value.dtype not in _DTYPES:
                return _opaque(
                    kind, f"a tensor that cannot be sent ({value.device}, {value.dtype})"
                )
            tree = {"k": "tensor", "type": kind, "shape": [int(n) for n in value.shape]}
            tree["dtype"] = str(value.dtype).removeprefix("torch.")
            tree["layout"] = str(value.layout).removeprefix("torch.")
            tree["device"], tree["grad"] = value.device.type, None
            tree["requires_grad"], tree["leaf"] = bool(value.requires_grad), bool(value.is_leaf)
            size = math.prod(tree["shape"]) * value.element_size()
            self.bytes += size
            if self.bytes > MAX_BYTES:
                return _opaque(kind, f"a tensor of {size // 2**20} MiB, over the limit")
            if len(self.tensors) >= MAX_REFS:
                return _opaque(kind, "too many tensors")
            plain = _detach(value)
            if tree["layout"] != "strided":
                plain = _to_dense(plain)
            plain = _clone(_contiguous(_cpu(plain)).resolve_conj().resolve_neg())
            if plain.is_complex():
                plain = _contiguous(_as_real(plain))
            tree["ref"] = str(len(self.tensors))
            self.tensors[tree["ref"]] = plain
            if value.is_leaf and value.grad is not None and not is_grad:
                tree["grad"] = self._tensor(value.grad, type(value.grad).__name__, is_grad=True)
                if tree["grad"]["k"] == "opaque":
                    return tree["grad"]
            return tree


def _place(item):
    """Return by what an item of a set is sorted: numbers by value, then text, then what holds them.

    Raises TypeError for what has no order of its own.
    """
    cls = type(item)
    if issubclass(cls, (_Bool, _Number)):
        item = item.item()
    if isinstance(item, bool | int | float):
        return (0, item != item, item if item == item else 0, 0, cls.__name__)
    if isinstance(item, complex):
        parts = [(part != part, part if part == part else 0) for part in (item.real, item.imag)]
        return (0, parts[0][0] or parts[1][0], parts[0][1], parts[1][1], cls.__name__)
    if isinstance(item, str):
        return (1, str.__str__(item), cls.__name__)
    if isinstance(item, _TEXTS):
        return (2, str(item), cls.__name__)
    if isinstance(item, tuple):
        return (3, [_place(part) for part in tuple.__iter__(item)], cls.__name__)
    if isinstance(item, frozenset):
        return (4, sorted(map(_place, frozenset.__iter__(item))), cls.__name__)
    raise TypeError(cls.__name__)


def _opaque(kind, reason):
    return {"k": "opaque", "type": kind, "reason": reason}


def decode(tree, tensors):
    """Return the value of a tree that the trusted side sent: data only."""
    kind = tree["k"]
    if kind in ("tensor", "array"):
        value = tensors[tree["ref"]]
        if tree["dtype"].startswith("complex"):
            value = _as_complex(value)
        if kind == "array":
            return value.numpy()
        value = value.to(tree["device"])
        value.requires_grad_(tree["requires_grad"])
        if tree["type"] == "Parameter":
            value = _Parameter(value, tree["requires_grad"])
        if tree["grad"] is not None:
            value.grad = decode(tree["grad"], tensors)
        return value
    if kind == "number":
        make = _MAKE.get(tree.get("of"))
        number = make(tree["v"]) if make else complex(*map(float, tree["v"]))
        return _SCALARS[tree["type"]](number) if tree["type"] in _SCALARS else number
    if kind == "text":
        if tree["type"] == "str_":
            return np.str_(tree["v"])
        return None if tree["type"] == "NoneType" else tree["v"]
    if kind == "sequence":
        return _CONTAINERS.get(tree["type"], list)(decode(item, tensors) for item in tree["items"])
    if kind == "mapping":
        return {name: decode(entry, tensors) for name, entry in tree["entries"].items()}
    raise ValueError("not data: " + kind)
