"""What a service has ready: a template for kernels, and references that commands have used."""

import gc
from contextlib import chdir, suppress
from dataclasses import replace
from pathlib import Path

import torch
from pydantic import BaseModel, TypeAdapter

from grader.errors import GraderError, KernelFailed
from grader.kernels import choose
from grader.kernels.kernel import KernelFactory
from grader.kernels.sandbox import Bounds
from grader.kernels.warm import Template, forks_of
from grader.model.other_data import shifted
from grader.reference_cache import known
from grader.reference_memory import Asked, memory
from grader.running.plan import SEED
from grader.source_cache import load

_MOST = 16  # references that a command leaves word of


class _Left(BaseModel):
    """What a command leaves. folder: where it was; asked: references that it has used."""

    is_sound: bool
    folder: Path
    asked: list[Asked]


_LEFT = TypeAdapter(_Left)


class Stock:
    """A template, for one command at a time. See `grader.service.server.Stock`.

    Raises KernelFailed where the template does not start, or this process cannot be forked.
    """

    def __init__(self) -> None:
        self._threads = torch.get_num_threads()
        torch.set_num_threads(1)  # a pool of threads would not survive a fork
        self._template = Template(Bounds())
        self._template.rest()
        # Who closes it has lent it: `leave` gives it back.
        self._factory = replace(forks_of(self._template), close=lambda: None)
        _settle()

    def take(self, *, whole: bool) -> None:
        """See the server."""
        torch.set_num_threads(self._threads)
        self._template.borrow()
        if not whole:
            self._template.close()  # another is started where kernels are asked for
        choose.offer(self._offered)

    def _offered(self) -> KernelFactory:
        self._template.order()
        return self._factory

    def leave(self) -> bytes:
        """See the server."""
        is_sound = self._template.rest() and self._template.is_borrowed
        if not is_sound:
            self._template.close()
        asked = list(dict.fromkeys(memory.asked))[-_MOST:]
        folder = Path("/proc/self/cwd").readlink()  # it may be there no more
        left = _Left(is_sound=is_sound, folder=folder, asked=asked)
        return left.model_dump_json().encode()

    def restore(self, told: bytes) -> None:
        """See the server. Raises KernelFailed."""
        left = _LEFT.validate_json(told) if told else None
        if left is None or not left.is_sound:
            self._template.renew()
        if left is not None:
            # What a source or a cache has become meanwhile, the next command will see.
            with suppress(OSError, GraderError), chdir(left.folder):
                for asked in left.asked:
                    self._remember(asked)
        _settle()

    def _remember(self, asked: Asked) -> None:
        """Have a reference in memory, if the cache has it. Raises OSError and SourceError."""
        if memory.knows(asked):
            return
        assignment, offset = load(asked.source, asked.cache), asked.seed - SEED
        moved = shifted(assignment, offset) if offset else assignment
        if (reference := known(asked, moved, self._factory)) is not None:
            memory.keep(asked, reference)

    def close(self) -> None:
        """See the server."""
        self._template.close()


def _settle() -> None:
    """Have this process ready to be forked. Raises KernelFailed where it cannot be."""
    if (threads := len(list(Path("/proc/self/task").iterdir()))) > 1:
        raise KernelFailed(f"it has {threads} threads, and cannot be forked")
    gc.collect()
    gc.freeze()  # a collection in a child would write to, and so copy, every page
