"""A card that an error has broken for its process: all that is asked of it then fails alike.

So the process is ended, and what comes next goes on in a fresh one. The errors are those of which
CUDA says that the process "must be terminated and relaunched" to use the card again. What tells of
them is the student's process: who forges one loses a kernel of their own.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from grader.errors import KernelFailed
from grader.model.values import RaisedValue, Value

_LASTING = re.compile(
    r"CUDA error: (?:device-side assert triggered|an illegal memory access was encountered"
    r"|unspecified launch failure|misaligned address|an illegal instruction was encountered"
    r"|invalid program counter|hardware stack error|the launch timed out and was terminated"
    r"|operation not supported on global/shared address space)"
)
# What no code can bring about: the card itself, or the way to it, has failed.
_FAILED = re.compile(
    r"CUDA error: (?:uncorrectable ECC error encountered|uncorrectable NVLink error"
    r"|CUDA-capable device\(s\) is/are busy or unavailable|the device is in an unrecoverable state)"
)


def check(outputs: Iterable[Mapping[str, Any]]) -> None:
    """Raise KernelFailed where what a cell has shown says that the card itself has failed."""
    for one in _errors(outputs):
        if found := _FAILED.search(one):
            raise KernelFailed(f"the card has failed: {found[0]}")


def by_outputs(outputs: Iterable[Mapping[str, Any]]) -> bool:
    """Whether what a cell has shown says that it broke its card."""
    return any(map(_LASTING.search, _errors(outputs)))


def by_values(values: Iterable[Value]) -> bool:
    """Whether what was raised in place of a value says that it broke its card."""
    raised = (one for one in values if isinstance(one, RaisedValue))
    return any(_LASTING.search(one.message) for one in raised)


def _errors(outputs: Iterable[Mapping[str, Any]]) -> list[str]:
    errors = (one for one in outputs if one.get("output_type") == "error")
    return [str(one.get("evalue", "")) for one in errors]
