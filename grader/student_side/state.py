"""What is put back before anything is evaluated: random state, torch's switches, the streams."""

import os
import random
import sys
import warnings
from contextlib import contextmanager, suppress

import numpy as np
import torch

from grader.student_side import card
from grader.student_side.values import FLOATS

_from_numpy, _inference_mode, _device = torch.from_numpy, torch.inference_mode, torch.device
_catch_warnings, _simplefilter = warnings.catch_warnings, warnings.simplefilter
_dup, _dup2, _close, _open, _chdir, _getcwd = os.dup, os.dup2, os.close, open, os.chdir, os.getcwd


@contextmanager
def quiet():
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


class Switches:
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
        self.settle()

    def use_card(self):
        """Have those of CUDA among them."""
        *first, last = self.both
        self.both = (*first, *card.SWITCHES, last)
        self.settle()

    def settle(self):
        """Take what there is now for the start."""
        self.usual = self.found = self._read()

    def save(self):
        dtype, device, *plain, _ = self.found
        return [str(dtype), str(device), *plain]

    def restore(self, state):
        dtype, device, *plain = state
        self.found = [FLOATS[dtype], _device(device), *plain, self.usual[-1]]

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


class Generators:
    """The generators of random numbers: Python's, NumPy's, torch's, and those of each card.

    cuda: where theirs are, once a card has been opened; until then nobody asks for one.
    """

    def __init__(self):
        self.python = random._inst
        self.numpy = np.random.mtrand._rand
        self.torch = torch.default_generator
        self.cuda = None
        self.get_cuda = torch.cuda.get_rng_state_all
        self.set_cuda = torch.cuda.set_rng_state_all

    def use_card(self):
        """Have the generators of cards among them."""
        self.cuda = torch.cuda

    def seed(self, seed):
        self.python.seed(seed)
        self.numpy.seed(seed % 2**32)
        self.torch.manual_seed(seed)
        if self.cuda is not None:
            self.cuda.manual_seed_all(seed)

    @contextmanager
    def seeded(self, seed):
        """Draw from a seed meanwhile, and go on afterwards as if nothing had been drawn."""
        before = self._get()
        self.seed(seed)
        try:
            yield
        finally:
            self._set(*before)

    def save(self):
        (version, words, gauss), (name, keys, *rest), drawn, cuda = self._get()
        return {
            "python": [version, _from_numpy(np.array(words, dtype=np.int64)), gauss],
            "numpy": [name, keys.astype(np.int64), *rest],
            "torch": drawn,
            "cuda": cuda,
        }

    def restore(self, state):
        version, words, gauss = state["python"]
        name, keys, *rest = state["numpy"]
        python = version, tuple(words.tolist()), gauss
        self._set(python, (name, keys.astype(np.uint32), *rest), state["torch"], state["cuda"])

    def _get(self):
        cuda = self.get_cuda() if self.cuda is not None else []
        return self.python.getstate(), self.numpy.get_state(), self.torch.get_state(), cuda

    def _set(self, python, numpy, drawn, cuda):
        self.python.setstate(python)
        self.numpy.set_state(numpy)
        self.torch.set_state(drawn)
        if self.cuda is not None:
            self.set_cuda(cuda)
