"""Which forbidden callables are called, by whatever name: what a look at the code cannot see.

PyTorch tells a mode of each of its functions and methods that is called. Classes, and functions of
other packages, are wrapped meanwhile where they are kept.
"""

import functools
import sys
from pathlib import Path

import torch
from torch.overrides import TorchFunctionMode

_OWN = str(Path(torch.__file__).parent / "_")[:-1]
# They stand between a function of PyTorch and its caller.
_BETWEEN = (*(_OWN + name for name in ("overrides.py", "_jit_internal.py")), __file__)
_frame = sys._getframe


def _looked_up(name):
    """Return what a dotted name stands for in what is imported, where it is, and its last part."""
    holder = None
    first, *others = name.split(".")
    found = sys.modules.get(first)
    for part in others:
        holder, found = found, getattr(found, part, None)
    return holder, found, others[-1] if others else first


def _callables(name):
    """Yield what is forbidden by a name: itself, or all that a module has of its own."""
    holder, found, last = _looked_up(name)
    if isinstance(found, type(sys)):
        for part, value in list(vars(found).items()):
            is_own = str(getattr(value, "__module__", "")).startswith(found.__name__)
            if callable(value) and is_own and not part.startswith("_"):
                yield found, part, value
    elif callable(found):
        yield holder, last, found
        # `torch.exp` forbids the method, too.
        if holder is torch and callable(method := getattr(torch.Tensor, last, None)):
            yield torch.Tensor, last, method


class _Mode(TorchFunctionMode):
    def __init__(self, names, seen):
        super().__init__()
        self._names, self._seen = names, seen

    def __torch_function__(self, function, types, args=(), kwargs=None):
        name = self._names.get(function) if _hashable(function) else None
        if name is not None and _is_called_from_outside(function, _frame(1)):
            self._seen.add(name)
        return function(*args, **(kwargs or {}))


def _hashable(function):
    return type(function).__hash__ is not None


def _is_called_from_outside(function, frame):
    """Whether a function is called by other code than PyTorch's own."""
    own = getattr(function, "__code__", None)
    while frame is not None:
        code = frame.f_code
        if code is not own and code.co_filename not in _BETWEEN:
            return not code.co_filename.startswith(_OWN)
        frame = frame.f_back
    return True


class Called:
    """A context in which calls are watched. seen: those of the names that were called."""

    def __init__(self, names):
        self.seen = set()
        self._mode, self._wrapped, functions = None, [], {}
        for name in names:
            for holder, part, value in _callables(name):
                if isinstance(value, type):
                    self._wrap(value, "__init__", vars(value).get("__init__"), name)
                    continue
                if is_of_torch := _is_of_torch(value):
                    functions[value] = name
                # Some in Python hand on to others, so that PyTorch tells of these alone.
                if not is_of_torch or hasattr(value, "__code__"):
                    self._wrap(holder, part, value, name)
        if functions:
            self._mode = _Mode(functions, self.seen)

    def __enter__(self):
        self._wrapped = [one for one in self._wrapped if _put(one[0], one[1], one[3])]
        if self._mode is not None:
            self._mode.__enter__()
        return self

    def __exit__(self, *error):
        if self._mode is not None:
            self._mode.__exit__(*error)
        for holder, part, value, _ in reversed(self._wrapped):
            setattr(holder, part, value)

    def _wrap(self, holder, part, value, name):
        if not callable(value):
            return

        @functools.wraps(value)
        def wrapper(*args, **kwargs):
            if _is_called_from_outside(value, _frame(1)):
                self.seen.add(name)
            return value(*args, **kwargs)

        self._wrapped.append((holder, part, value, wrapper))


def _put(holder, part, wrapper):
    """Whether something can be put in a place: not in a class that is written in C."""
    try:
        setattr(holder, part, wrapper)
    except (TypeError, AttributeError):
        return False
    return True


def _is_of_torch(function):
    module = getattr(function, "__module__", None) or ""
    owner = getattr(function, "__objclass__", None)
    return module.split(".")[0] == "torch" or owner in (torch.Tensor, torch._C.TensorBase)
