"""What the run around a check shows: no GPU, another moment, an argument changed in place."""

import re
from collections.abc import Iterator

from grader.explaining.case import Case
from grader.model.facts import Symptom
from grader.model.features import Count, Names
from grader.model.values import RaisedValue

NO_GPU = re.compile(
    r"not compiled with CUDA|No CUDA GPUs are available|no NVIDIA driver|no NVIDIA GPU"
    r"|torch\.cuda\.is_available\(\) is False|CUDA (is )?(un|not )available"
    r"|CUDA driver|cudaGetDeviceCount|no CUDA-capable device",
    re.IGNORECASE,
)


def needs_gpu(case: Case) -> Iterator[Symptom]:
    """Find code that asks for a GPU where there is none."""
    value = case.value
    if isinstance(value, RaisedValue) and not case.check.raises and NO_GPU.search(value.message):
        line = {"line": Count(number=value.line)} if value.line else {}
        yield case.symptom("needs-gpu", **line)


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
