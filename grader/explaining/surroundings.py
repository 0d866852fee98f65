"""What the run around a check shows: no GPU, another moment, an argument changed in place."""

import re
from collections.abc import Iterator

from grader.explaining.case import Case
from grader.model.facts import Symptom
from grader.model.features import Count, Feature, Name, Names
from grader.model.values import RaisedValue

# By what is asked for and is not there where the code ran.
_MISSING = {
    "mps": re.compile(
        r"support for mps devices|from the 'MPS' backend|without MPS backend"
        r"|MPS backend is (?:not|supported)|not compiled with MPS",
        re.IGNORECASE,
    ),
    "other-card": re.compile(r"invalid device ordinal|Invalid device id", re.IGNORECASE),
    "gpu": re.compile(
        r"not compiled with CUDA|No CUDA GPUs are available|no NVIDIA driver|no NVIDIA GPU"
        r"|torch\.cuda\.is_available\(\) is False|CUDA (is )?(un|not )available"
        r"|CUDA driver|cudaGetDeviceCount|no CUDA-capable device",
        re.IGNORECASE,
    ),
}


def of_missing_device(message: str, line: int | None) -> dict[str, Feature]:
    """Return what an exception says of a device that is not there; nothing where it is another."""
    for name, pattern in _MISSING.items():
        if pattern.search(message):
            at = {"line": Count(number=line)} if line else {}
            return {"cause": Name(name=name), **at}
    return {}


def needs_gpu(case: Case) -> Iterator[Symptom]:
    """Find code that asks for a device that is not there."""
    value = case.value
    if not isinstance(value, RaisedValue) or case.check.raises:
        return
    if about := of_missing_device(value.message, value.line):
        yield case.symptom("needs-gpu", **about)


def overwritten(case: Case) -> Iterator[Symptom]:
    """Find a value that was right at another moment of the run."""
    looks = (one for look in case.earlier for one in look)
    expression = case.check.expression
    if any(one.check == expression and one.outcome == "passed" for one in looks):
        yield case.symptom("overwritten")


def modified(case: Case) -> Iterator[Symptom]:
    """Find a call that changes in place what it is given."""
    if case.modified:
        # What a name is comes from beside the student's code: one that the check reads is the
        # author's.
        names = tuple(name for name in case.modified if name in case.check.free_names)
        yield case.symptom("modified", names=Names(names=names))
