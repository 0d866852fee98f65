"""The cards of this machine, as NVIDIA's management library tells of them.

It comes with the driver; `nvidia-ml-py`, an extra called `cuda`, is how Python asks it. Without
that, proc(5) says which cards there are, and nobody how much of their memory is free. Neither opens
a context, so whoever asks can be forked.
"""

import contextlib
import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from grader.kernels.card import Card, visible_of

_GPUS = Path("/proc/driver/nvidia/gpus")
MISSING = "nvidia-ml-py is not installed: pip install 'tensorgrader[cuda]'"


class Nvml:
    """Cards, asked when somebody wants to know; what the driver does not tell is not an error."""

    @cached_property
    def problem(self) -> str:
        """See Cards."""
        return "" if isinstance(self._library, tuple) else self._library

    def found(self) -> tuple[Card, ...]:
        """See Cards."""
        return self._found

    def free(self, card: Card) -> int:
        """See Cards."""
        told = self._asked(card, lambda nvml, handle: nvml.nvmlDeviceGetMemoryInfo(handle).free)
        return int(told or 0)

    def held(self, card: Card) -> Mapping[int, int]:
        """See Cards."""
        running = self._asked(
            card, lambda nvml, handle: nvml.nvmlDeviceGetComputeRunningProcesses(handle)
        )
        return {int(one.pid): int(one.usedGpuMemory or 0) for one in running or ()}

    @cached_property
    def _found(self) -> tuple[Card, ...]:
        if not isinstance(self._library, tuple):
            return visible_of(_of_proc(), os.environ.get("CUDA_VISIBLE_DEVICES"))
        nvml, error = self._library
        found = []
        with contextlib.suppress(error):
            for index in range(nvml.nvmlDeviceGetCount()):
                handle = nvml.nvmlDeviceGetHandleByIndex(index)
                found.append(
                    Card(
                        index=index,
                        minor=_minor(nvml, error, handle, index),
                        uuid=_text(nvml.nvmlDeviceGetUUID(handle)),
                        name=_text(nvml.nvmlDeviceGetName(handle)),
                        memory=int(nvml.nvmlDeviceGetMemoryInfo(handle).total),
                    )
                )
        return visible_of(found, os.environ.get("CUDA_VISIBLE_DEVICES"))

    @cached_property
    def _library(self) -> tuple[Any, type[Exception]] | str:
        """The library and its error, or why there is none."""
        try:
            import pynvml
        except ImportError:
            return MISSING
        try:
            pynvml.nvmlInit()
        except pynvml.NVMLError as error:
            return f"the driver does not answer: {error}"
        return pynvml, pynvml.NVMLError

    def _asked(self, card: Card, ask: Callable[[Any, Any], Any]) -> Any:
        """Return what the library says of a card; None where it does not."""
        if isinstance(self._library, tuple):
            nvml, error = self._library
            with contextlib.suppress(error):
                return ask(nvml, nvml.nvmlDeviceGetHandleByUUID(card.uuid))
        return None


def _minor(nvml: Any, error: type[Exception], handle: Any, index: int) -> int:
    with contextlib.suppress(error):  # only Linux has such numbers
        return int(nvml.nvmlDeviceGetMinorNumber(handle))
    return index


def _text(said: str | bytes) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def _of_proc() -> list[Card]:
    """Return the cards that the driver's own files name, by their places on the bus."""
    found: list[Card] = []
    with contextlib.suppress(OSError):
        for folder in sorted(_GPUS.iterdir()):
            text = (folder / "information").read_text(encoding="utf-8", errors="replace")
            lines = (line.partition(":") for line in text.splitlines())
            told = {name.strip(): said.strip() for name, _, said in lines}
            uuid, minor = told.get("GPU UUID", ""), told.get("Device Minor", "")
            found.append(
                Card(
                    index=len(found),
                    minor=int(minor) if minor.isdecimal() else len(found),
                    uuid="" if "?" in uuid else uuid,
                    name=told.get("Model", "a card"),
                    memory=0,
                )
            )
    return found
