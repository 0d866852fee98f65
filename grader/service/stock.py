"""What a service has ready: a template for kernels."""

import gc
import json

import torch

from grader.kernels import choose
from grader.kernels.kernel import KernelFactory
from grader.kernels.sandbox import Bounds
from grader.kernels.warm import Template, forks_of


class Stock:
    """A template, for one command at a time. See `grader.service.server.Stock`.

    Raises KernelFailed where the template does not start.
    """

    def __init__(self) -> None:
        self._threads = torch.get_num_threads()
        torch.set_num_threads(1)  # a pool of threads would not survive a fork
        self._template = Template(Bounds())
        self._template.rest()
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
        return forks_of(self._template)

    def leave(self) -> bytes:
        """See the server."""
        is_sound = self._template.rest() and self._template.is_borrowed
        return json.dumps({"sound": is_sound}).encode()

    def restore(self, told: bytes) -> None:
        """See the server. Raises KernelFailed."""
        if not told or not json.loads(told)["sound"]:
            self._template.renew()
        _settle()

    def close(self) -> None:
        """See the server."""
        self._template.close()


def _settle() -> None:
    gc.collect()
    gc.freeze()  # a collection in a child would write to, and so copy, every page
