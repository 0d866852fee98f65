"""The part of the grader that runs in the student's kernel: it evaluates, encodes and emits.

It is shipped to the kernel as text and started before the first cell, so it keeps its own
references to what it uses: a notebook that later rebinds `list`, `print` or `torch.tensor` does not
break it. It holds no expected value. Whatever it sends is treated as hostile on the other side;
`grader.formats.wire` describes the messages.
"""

import json
import linecache
import math
import os
import random
import sys
import warnings
from contextlib import contextmanager, suppress

import numpy as np
import torch
from safetensors.torch import load as _load_tensors
from safetensors.torch import save as _save_tensors

MAX_BYTES = 64 * 2**20  # of tensors and text in one answer
MAX_NODES = 200_000  # values in one answer
MAX_DEPTH = 20
MAX_TEXT = 20_000  # characters of one string
MAX_DIGITS = 1_000  # of one int

_Tensor, _Module = torch.Tensor, torch.nn.Module
_detach, _cpu, _clone = _Tensor.detach, _Tensor.cpu, _Tensor.clone
_contiguous, _to_dense = _Tensor.contiguous, _Tensor.to_dense
_as_real, _as_complex = torch.view_as_real, torch.view_as_complex
_from_numpy, _inference_mode = torch.from_numpy, torch.inference_mode
_no_functions = torch._C.DisableTorchFunctionSubclass
_state_dict, _dict_items, _device = _Module.state_dict, dict.items, torch.device
_SEQUENCES = tuple((cls, cls.__iter__) for cls in (list, tuple, range))
_catch_warnings, _simplefilter = warnings.catch_warnings, warnings.simplefilter
_loads, _dumps, _getline = json.loads, json.dumps, linecache.getline
_dup, _dup2, _close, _open, _chdir, _getcwd = os.dup, os.dup2, os.close, open, os.chdir, os.getcwd
_WHOLE = ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "bool")
_FLOATS = {str(d): d for d in (torch.float16, torch.bfloat16, torch.float32, torch.float64)}
_DTYPES = {*_FLOATS.values(), *(getattr(torch, name) for name in _WHOLE if hasattr(torch, name))}
_DTYPES |= {torch.complex64, torch.complex128, torch.float8_e4m3fn, torch.float8_e5m2}
_NEW, _NUMBERS = object(), (bool, int, float, complex)
_TEXTS = (torch.dtype, torch.device, torch.layout, type(None))


class _Encoder:
    """Turns values into trees of JSON and a dictionary of tensors."""

    def __init__(self):
        self.tensors, self.bytes, self.nodes, self.open = {}, 0, 0, set()

    def encode(self, value, depth=0):
        """Return the tree of a value; what cannot cross is named as opaque."""
        kind = type(value).__name__[:200]
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            return _opaque(kind, "too many nested values")
        if id(value) in self.open:
            return _opaque(kind, "contains itself")
        self.open.add(id(value))
        try:
            return self._encode(value, kind, depth)
        except Exception as error:  # a hostile or broken object: named, never fatal
            return _opaque(kind, "cannot be read: " + type(error).__name__[:200])
        finally:
            self.open.discard(id(value))

    def _encode(self, value, kind, depth):
        cls = type(value)
        if issubclass(cls, _Tensor):
            return self._tensor(value, kind)
        if issubclass(cls, np.ndarray):
            return self._array(value, kind)
        if issubclass(cls, np.generic):
            return self._number(value.item(), kind)
        if issubclass(cls, _NUMBERS):
            return self._number(value, kind)
        if issubclass(cls, str):
            self.bytes += 4 * min(len(value), MAX_TEXT)
            if self.bytes > MAX_BYTES:
                return _opaque(kind, "too much text")
            return {"k": "text", "type": kind, "v": str.__str__(value)[:MAX_TEXT]}
        if issubclass(cls, _TEXTS):
            return {"k": "text", "type": kind, "v": str(value)}
        for base, iterate in _SEQUENCES:
            if issubclass(cls, base):
                return self._sequence(iterate(value), kind, depth)
        if issubclass(cls, dict):
            return self._mapping(_dict_items(value), kind, depth, module=False)
        if issubclass(cls, _Module):
            return self._mapping(_state_dict(value).items(), kind, depth, module=True)
        if value is Ellipsis:
            return {"k": "text", "type": kind, "v": "..."}
        return _opaque(kind, "a function" if callable(value) else "not a value that is compared")

    def _sequence(self, items, kind, depth):
        encoded = []
        for item in items:
            encoded.append(self.encode(item, depth + 1))
            if self.nodes > MAX_NODES:
                return _opaque(kind, "too many items")
        return {"k": "sequence", "type": kind, "items": encoded}

    def _mapping(self, items, kind, depth, module):
        entries = {}
        for key, item in items:
            name = str.__str__(key) if type(key) is str else repr(key)
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
            tree["k"], tree["dtype"], tree["device"] = "array", str(value.dtype), "cpu"
        return tree

    def _tensor(self, value, kind):
        with _no_functions():
            if value.device.type == "meta" or value.is_nested or value.dtype not in _DTYPES:
                return _opaque(
                    kind, f"a tensor that cannot be sent ({value.device}, {value.dtype})"
                )
            tree = {"k": "tensor", "type": kind, "shape": [int(n) for n in value.shape]}
            tree["dtype"] = str(value.dtype).removeprefix("torch.")
            tree["layout"] = str(value.layout).removeprefix("torch.")
            tree["device"], tree["grad"] = value.device.type, None
            tree["requires_grad"] = bool(value.requires_grad)
            size = math.prod(tree["shape"]) * value.element_size()
            self.bytes += size
            if self.bytes > MAX_BYTES:
                return _opaque(kind, f"a tensor of {size // 2**20} MiB, over the limit")
            plain = _detach(value)
            if tree["layout"] != "strided":
                plain = _to_dense(plain)
            plain = _clone(_contiguous(_cpu(plain)).resolve_conj().resolve_neg())
            if plain.is_complex():
                plain = _contiguous(_as_real(plain))
            tree["ref"] = str(len(self.tensors))
            self.tensors[tree["ref"]] = plain
            if value.is_leaf and value.grad is not None:
                tree["grad"] = self._tensor(value.grad, type(value.grad).__name__)
            return tree


def _opaque(kind, reason):
    return {"k": "opaque", "type": kind, "reason": reason}


def _decode(tree, tensors):
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
        if tree["grad"] is not None:
            value.grad = _decode(tree["grad"], tensors)
        return value
    if kind == "number":
        make = {None: bool, "int": int, "float": float}.get(tree.get("of"))
        return make(tree["v"]) if make else complex(*map(float, tree["v"]))
    if kind == "text":
        return None if tree["type"] == "NoneType" else tree["v"]
    if kind == "sequence":
        items = [_decode(item, tensors) for item in tree["items"]]
        return tuple(items) if tree["type"] == "tuple" else items
    if kind == "mapping":
        return {name: _decode(entry, tensors) for name, entry in tree["entries"].items()}
    raise ValueError("not data: " + kind)


@contextmanager
def _quiet():
    """Throw away what is printed, by Python or below it, while something is evaluated."""
    streams, saved = (sys.stdout, sys.stderr), {}
    with _open(os.devnull, "w") as null:
        sys.stdout = sys.stderr = null
        try:
            for target in (1, 2):
                with suppress(OSError):  # the student has closed it
                    saved[target] = _dup(target)
                _dup2(null.fileno(), target)
            yield
        finally:
            sys.stdout, sys.stderr = streams
            for target, copy in saved.items():
                _dup2(copy, target)
                _close(copy)


def _folder():
    with suppress(OSError):  # the student has deleted it
        return _getcwd()


def _enter(folder):
    with suppress(OSError):
        _chdir(folder)


class _Switches:
    """Torch's global switches, the warnings filters and the working folder.

    As a context they are what they were at the start while something is evaluated, and afterwards
    what was found, or what `found` was set to meanwhile.
    """

    both = (
        (torch.get_default_dtype, torch.set_default_dtype),
        (torch.get_default_device, torch.set_default_device),
        (torch.get_num_threads, torch.set_num_threads),
        (torch.are_deterministic_algorithms_enabled, torch.use_deterministic_algorithms),
        (torch.is_grad_enabled, torch._C._set_grad_enabled),
        (_folder, _enter),
    )

    def __init__(self):
        self.usual = self.found = self._read()

    def save(self):
        dtype, device, *plain, _ = self.found
        return [str(dtype), str(device), *plain]

    def restore(self, state):
        dtype, device, *plain = state
        self.found = [_FLOATS[dtype], _device(device), *plain, self.usual[-1]]

    def _read(self):
        return [read() for read, _ in self.both]

    def _write(self, values):
        # Only what differs: some of these import half of torch when they are called.
        for now, value, (_, write) in zip(self._read(), values, self.both, strict=True):
            if now != value and value is not None:
                write(value)

    def __enter__(self):
        self.found = self._read()
        self.contexts = [_inference_mode(False), _catch_warnings()]
        for context in self.contexts:
            context.__enter__()
        _simplefilter("ignore")
        self._write(self.usual)

    def __exit__(self, *error):
        for context in reversed(self.contexts):
            context.__exit__(*error)
        self._write(self.found)


class _Generators:
    """The generators of random numbers: Python's, NumPy's, torch's, and CUDA's if it is seen."""

    def __init__(self):
        self.python = random._inst
        self.numpy = np.random.mtrand._rand
        self.torch = torch.default_generator
        self.cuda = torch.cuda if torch.cuda.is_available() else None
        self.get_cuda = torch.cuda.get_rng_state_all
        self.set_cuda = torch.cuda.set_rng_state_all

    def seed(self, seed):
        self.python.seed(seed)
        self.numpy.seed(seed % 2**32)
        self.torch.manual_seed(seed)
        if self.cuda is not None:
            self.cuda.manual_seed_all(seed)

    @contextmanager
    def seeded(self, seed):
        """Draw from a seed meanwhile, and go on afterwards as if nothing had been drawn."""
        before = self.save()
        self.seed(seed)
        try:
            yield
        finally:
            self.restore(before)

    def save(self):
        version, words, gauss = self.python.getstate()
        name, keys, position, has_gauss, cached = self.numpy.get_state()
        return {
            "python": [version, _from_numpy(np.array(words, dtype=np.int64)), gauss],
            "numpy": [name, keys.astype(np.int64), position, has_gauss, cached],
            "torch": self.torch.get_state(),
            "cuda": self.get_cuda() if self.cuda is not None else [],
        }

    def restore(self, state):
        version, words, gauss = state["python"]
        self.python.setstate((version, tuple(words.tolist()), gauss))
        name, keys, position, has_gauss, cached = state["numpy"]
        self.numpy.set_state((name, keys.astype(np.uint32), position, has_gauss, cached))
        self.torch.set_state(state["torch"])
        if self.cuda is not None:
            self.set_cuda(state["cuda"])


class Probe:
    """Answers the questions of the trusted side about one namespace."""

    def __init__(self, namespace):
        self.namespace = namespace
        self.generators = _Generators()
        self.switches = _Switches()

    def answer(self, header, tensors):
        """Return the header and the tensors of the answer to one question, as bytes."""
        question = _loads(header)
        data = {}
        if question["values"]:
            loaded = _load_tensors(tensors) if tensors else {}
            data = {key: _decode(tree, loaded) for key, tree in question["values"].items()}
        encoder = _Encoder()
        with _quiet(), self.switches:
            answers = getattr(self, "_" + question["ask"])(question, data, encoder)
            blob = _save_tensors(encoder.tensors) if encoder.tensors else b""
        return _dumps({"values": answers}).encode("utf-8", "surrogatepass"), blob

    def _hello(self, question, data, encoder):
        self.generators.seed(question["seed"])
        python = ".".join(map(str, sys.version_info[:3]))
        versions = {"python": python, "torch": torch.__version__, "numpy": np.__version__}
        return {"versions": encoder.encode(versions)}

    def _save(self, question, data, encoder):
        state = {"generators": self.generators.save(), "switches": self.switches.save()}
        return {"state": encoder.encode(state)}

    def _restore(self, question, data, encoder):
        self.generators.restore(data["state"]["generators"])
        self.switches.restore(data["state"]["switches"])
        return {}

    def _observe(self, question, data, encoder):
        """Evaluate expressions in a copy of the namespace with the given data put in."""
        values = {}
        for key, expression in question["expressions"].items():
            scope = {**self.namespace, **data}
            try:
                with self.generators.seeded(question["seed"]):
                    value = eval(compile(expression, "<check>", "eval"), scope)
                values[key] = encoder.encode(value)
            except BaseException as error:
                values[key] = self._raised(error)
        return values

    def _give(self, question, data, encoder):
        """Run code in a copy of the namespace and return the names that it binds."""
        old, scope = self.namespace, {**self.namespace, "__builtins__": __builtins__}
        try:
            with self.generators.seeded(question["seed"]):
                exec(compile(question["code"], "<given>", "exec"), scope)
        except BaseException as error:
            return {"": self._raised(error)}
        del scope["__builtins__"]
        bound = {name: value for name, value in scope.items() if old.get(name, _NEW) is not value}
        return {name: encoder.encode(value) for name, value in bound.items()}

    def _raised(self, error):
        line, source = None, None
        step = error.__traceback__
        while step is not None:
            # The deepest frame of the student's own: code that was defined in a cell.
            if step.tb_frame.f_globals is self.namespace:
                line = step.tb_lineno
                source = _getline(step.tb_frame.f_code.co_filename, line).strip()[:200]
            step = step.tb_next
        try:
            message = str(error)[:MAX_TEXT]
        except BaseException:
            message = "(its message cannot be read)"
        tree = {"k": "raised", "type": type(error).__name__[:200], "message": message}
        return {**tree, "line": line, "source": source or None}
