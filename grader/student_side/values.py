"""Values to trees of JSON and a dictionary of tensors, and data back to values.

Keeps its own references to what it uses from before the first cell: a notebook that later rebinds
`torch.tensor` or `list` does not break it.
"""

import ast
import itertools
import math

import numpy as np
import torch

from grader.student_side import kinds, moments, tables
from grader.student_side import tensors as of_tensors
from grader.student_side.tensors import Sent, Unsendable

MAX_NODES = 200_000  # values in one answer
MAX_DEPTH = 20
RECORD_DEPTH = 6  # of what is in a record, at most
MAX_TEXT = 20_000  # characters of one string
MAX_TEXTS = 1_000_000  # characters of all strings in one answer
MAX_DIGITS = 1_000  # of one int

_Tensor, _Module, _from_numpy = torch.Tensor, torch.nn.Module, torch.from_numpy
_class_name, _array_dtype = type.__dict__["__name__"].__get__, np.ndarray.dtype.__get__
_array_shape, _masked = np.ndarray.shape.__get__, np.ma.MaskedArray
_state_dict, _dict_items = _Module.state_dict, dict.items
_parameters = _Module.named_parameters
_SEQUENCES = tuple((cls, cls.__iter__) for cls in (list, tuple, range))
FLOATS = {str(d): d for d in (torch.float16, torch.bfloat16, torch.float32, torch.float64)}
_NUMBERS = (bool, int, float, complex)
_bit_length, _text_length = int.bit_length, str.__len__
_literal = ast.literal_eval
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
        self.sent, self.text, self.nodes, self.open = Sent(), 0, 0, set()
        self.readers = {}  # by class

    @property
    def tensors(self):
        """The tensors that trees name."""
        return self.sent.tensors

    def encode(self, value, depth=0):
        """Return the tree of a value; what cannot cross is named as opaque."""
        kind = _class_name(type(value))[:200]
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            return _opaque(kind, "too many nested values")
        if id(value) in self.open:
            return _opaque(kind, "contains itself")
        self.open.add(id(value))
        before = len(self.sent.tensors), self.sent.bytes
        try:
            tree = self._encode(value, kind, depth)
        except Unsendable as error:
            tree = _opaque(kind, error.reason, error.about)
        except Exception as error:  # a hostile or broken object: named, never fatal
            tree = _opaque(
                kind, "what raises {about} when it is looked at", _class_name(type(error))[:200]
            )
        finally:
            self.open.discard(id(value))
        if tree["k"] == "opaque":
            self.sent.back_to(*before)
        return tree

    def _encode(self, value, kind, depth):
        cls = type(value)
        if cls not in self.readers:
            self.readers[cls] = kinds.reader_of(cls)
        if (known := self.readers[cls]) is not None:
            read, base = known
            return self._record(depth, read, value, base)
        if issubclass(cls, _Tensor):
            return of_tensors.encode(value, kind, self.sent)
        if issubclass(cls, np.ndarray):
            return self._array(value, kind, depth)
        if issubclass(cls, _Bool):
            return self._number(bool(value), "bool_")
        if issubclass(cls, _Number):
            return self._number(value.item(), kind)
        if issubclass(cls, _NUMBERS):
            return self._number(value, kind)
        if issubclass(cls, str):
            self.text += min(_text_length(value), MAX_TEXT)
            if self.text > MAX_TEXTS:
                return _opaque(kind, "too much text")
            return {"k": "text", "type": kind, "v": str.__str__(value)[:MAX_TEXT]}
        if issubclass(cls, _TEXTS):
            return {"k": "text", "type": kind, "v": str(value)}
        for base, iterate in _SEQUENCES:
            if issubclass(cls, base):
                tree = self._sequence(iterate(value), kind, depth)
                return self._named(tree, cls) if base is tuple else tree
        for base, iterate in _SETS:
            if issubclass(cls, base):
                return self._set(iterate(value), kind, depth)
        if issubclass(cls, dict):
            return self._mapping(_dict_items(value), kind, depth, module=False)
        if issubclass(cls, _Module):
            return self._module(value, kind, depth)
        if value is Ellipsis:
            return {"k": "text", "type": kind, "v": "..."}
        if issubclass(cls, type):
            return _opaque(kind, "a class")
        if (read := kinds.object_reader_of(cls)) is not None:
            return self._record(depth, read, value, kind)
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

    def _named(self, tree, cls):
        """Return the tree of a tuple, with the names of its items where these have some."""
        names = kinds.field_names(cls) if tree["k"] == "sequence" else ()
        fits = names and len(names) == len(tree["items"])
        return {**tree, "names": [*names]} if fits else tree

    def _record(self, depth, read, value, known):
        if depth > MAX_DEPTH - RECORD_DEPTH:
            return _opaque(_class_name(type(value))[:200], "too many nested values")
        return read(value, known, self, depth)

    def _mapping(self, items, kind, depth, module):
        entries, codes = {}, []
        for key, item in items:
            is_text = issubclass(type(key), str)
            name = str.__str__(key) if is_text else _code(key)
            self.text += min(len(name), MAX_TEXT)
            if self.text > MAX_TEXTS:
                return _opaque(kind, "too much text")
            name = name[:MAX_TEXT]
            if name in entries:
                return _opaque(kind, "a mapping with keys that read alike")
            if not is_text:
                codes.append(name)
            entries[name] = self.encode(item, depth + 1)
        tree = {"k": "mapping", "type": kind, "module": module, "entries": entries}
        return {**tree, "codes": codes} if codes else tree

    def _module(self, value, kind, depth):
        tree = self._mapping(_state_dict(value).items(), kind, depth, module=True)
        if tree["k"] != "mapping":
            return tree
        learnt = {name for name, _ in _parameters(value, remove_duplicate=False)}
        buffers = [name for name in tree["entries"] if name not in learnt]
        return {**tree, "buffers": buffers} if buffers else tree

    def word(self, kind, text):
        """Return the tree of a text. Raises Unsendable where there is no room for it."""
        self.nodes += 1
        self.text += min(len(text), MAX_TEXT)
        if self.nodes > MAX_NODES or self.text > MAX_TEXTS:
            raise Unsendable("too much text" if self.text > MAX_TEXTS else "too many items")
        return {"k": "text", "type": kind, "v": text[:MAX_TEXT]}

    def listed(self, trees):
        """Return a list of trees as one."""
        self.nodes += 1
        return {"k": "sequence", "type": "list", "items": trees}

    def array(self, numbers, kind):
        """Return the tree of an array of numbers. Raises Unsendable where it cannot be sent."""
        self.nodes += 1
        tree = self._array(numbers, kind, MAX_DEPTH)
        if tree["k"] == "opaque":
            raise Unsendable(tree["reason"], tree["about"])
        return tree

    def record(self, kind, name, fields):
        """Return the tree of a value of a kind that `grader.model.kinds` knows."""
        for part in fields.values() if kind != "dataclass" else ():
            if part["k"] == "opaque":
                raise Unsendable(part["reason"], part["about"])
        return {"k": "record", "type": name[:200], "kind": kind, "fields": fields}

    def opaque(self, kind, reason):
        """Return the tree of what is not sent."""
        return _opaque(kind, reason)

    def _number(self, value, kind):
        tree = {"k": "number", "type": kind}
        if isinstance(value, bool):
            return {**tree, "v": value}
        if isinstance(value, int):
            if _bit_length(value) > 4 * MAX_DIGITS:
                return _opaque(kind, "an integer of more than 1000 digits")
            return {**tree, "v": int.__repr__(value), "of": "int"}
        if isinstance(value, float):
            return {**tree, "v": float.__repr__(value), "of": "float"}
        if isinstance(value, complex):
            parts = [float.__repr__(value.real), float.__repr__(value.imag)]
            return {**tree, "v": parts, "of": "complex"}
        return _opaque(kind, "not a value that is compared")

    def _array(self, value, kind, depth):
        if issubclass(type(value), _masked):
            return _opaque(kind, "an array with a mask")
        plain, dtype, shape = np.asarray(value), _array_dtype(value), _array_shape(value)
        # Before anything is copied: what is broadcast is as large as it looks.
        self.sent.refuse(math.prod(shape) * dtype.itemsize)
        if dtype.kind in "MmUO" and depth <= MAX_DEPTH - RECORD_DEPTH:
            tree = tables.array_of_words(plain, "ndarray", self)
            if tree is None and dtype.kind == "O":
                tree = self._sequence(iter(plain.tolist()), kind, depth) if shape else None
            if tree is not None:
                return tree
        try:
            tensor = _from_numpy(np.ascontiguousarray(plain).reshape(shape).copy())
        except (TypeError, ValueError):  # of another order of bytes
            return _opaque(kind, "an array of {about}", str(dtype)[:200])
        tree = of_tensors.encode(tensor, kind, self.sent)
        return {**tree, "k": "array"}


def _code(key):
    """Return a key of a mapping that is no text as code, a scalar of NumPy as its number."""
    cls = type(key)
    if issubclass(cls, (_Bool, _Number)) and not issubclass(cls, np.timedelta64):
        return repr(key.item())
    if cls is tuple:
        inside = ", ".join(
            repr(str.__str__(one)) if issubclass(type(one), str) else _code(one) for one in key
        )
        return f"({inside},)" if len(key) == 1 else f"({inside})"
    text = moments.text_of(key) if issubclass(cls, moments.KNOWN) else None
    return repr(key) if text is None else text


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


def _opaque(kind, reason, about=""):
    return {"k": "opaque", "type": kind, "reason": reason, "about": about}


def decode(tree, tensors):
    """Return the value of a tree that the trusted side sent: data only."""
    kind = tree["k"]
    if (make := kinds.maker_of(tree)) is not None:
        return make(tree, lambda part: decode(part, tensors))
    if kind == "tensor":
        return of_tensors.decode(tree, tensors)
    if kind == "array":
        return of_tensors.decode(tree, tensors).numpy()
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
        codes = {*tree.get("codes", ())}
        return {
            _literal(name) if name in codes else name: decode(entry, tensors)
            for name, entry in tree["entries"].items()
        }
    raise ValueError("not data: " + kind)
