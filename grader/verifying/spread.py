"""How far equally right runs of a reference are apart: rounding, and nothing else.

On a CPU a run in one thread gives the same each time, so that other threads and another precision
have to show how it rounds. On a card sums are added up in the order in which they arrive: there it
runs ten times, and once more on the CPU.
"""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import grader.student_side
from grader.model.submission import Step
from grader.model.values import (
    MappingValue,
    RecordValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
    Values,
)
from grader.reference import run_solutions
from grader.running.plan import SEED
from grader.running.questions import GivenRaised
from grader.running.recording import Recording
from grader.verifying.subject import Subject

ON_CPU = "on the CPU"
RUNS = 10  # on a card, that of the reference among them
_FLOATS = frozenset({"float16", "float32", "float64", "Float32", "Float64"})
_DOUBLE = Path(inspect.getfile(grader.student_side)).with_name("double_precision.py")


def equivalent(subject: Subject) -> Iterator[tuple[str, Mapping[str, Values]]]:
    """Yield what the reference gives in other circumstances, by exercise, with their name.

    A run in double precision that fails, since a solution insists on another, is left out.
    """
    if subject.reference.device != "cpu":
        yield from _on_card(subject)
    # The reference itself ran in one thread, as all that a kernel runs.
    if (values := _run(subject, "import torch\ntorch.set_num_threads(2)")) is not None:
        yield "2 threads", values
    if (values := _run(subject, _DOUBLE.read_text(encoding="utf-8"))) is None:
        subject.findings.add(
            "the reference does not run in double precision",
            "nothing has to be done; how it rounds was seen from alternatives and threads alone",
            fault=False,
        )
    else:
        yield (
            "double precision",
            {
                name: {key: _as(value, expected.get(key)) for key, value in found.items()}
                for name, found in values.items()
                for expected in [subject.reference.expected[name]]
            },
        )


def _on_card(subject: Subject) -> Iterator[tuple[str, Mapping[str, Values]]]:
    for number in range(2, RUNS + 1):
        if (values := _run(subject)) is not None:
            yield f"run {number} of {RUNS}", values
    if (values := _run(subject, device="cpu")) is None:
        subject.findings.add(
            "the reference does not run on a CPU",
            "nothing has to be done where all are graded on a card; else let it ask"
            " `torch.cuda.is_available()` for the device",
            fault=False,
        )
    else:
        yield ON_CPU, values


def _run(subject: Subject, prelude: str = "", *, device: str = "") -> Mapping[str, Values] | None:
    device = device or subject.reference.device
    exercises = subject.reference.gradable
    if device == "cpu":
        exercises = tuple(one for one in exercises if not one.needs_cuda)
    try:
        found, run = run_solutions(
            subject.assignment,
            exercises,
            # It draws for itself: what the other run left would put its switches back.
            recording=Recording(),
            records=True,
            factory=subject.factory,
            device=device,
            seed=SEED,
            first=[Step(source=prelude, role="own")] if prelude else [],
        )
    except GivenRaised:
        return None
    return found if all(ran.run.ending == "done" for ran in run.ran) else None


def _as(value: Value, expected: Value | None) -> Value:
    """Return a value rounded to the precision that another has."""
    match value, expected:
        case TensorValue(), TensorValue() if value.data.is_floating_point():
            grad = None if value.grad is None else _as(value.grad, expected.grad)
            return replace(
                value,
                data=value.data.to(expected.data.dtype),
                dtype=expected.dtype,
                stored=None,
                grad=grad if isinstance(grad, TensorValue) else None,
            )
        case TextValue(), TextValue() if {value.value, expected.value} <= _FLOATS:
            return expected  # what a column is stored as
        case SequenceValue(), SequenceValue() if len(value.items) == len(expected.items):
            pairs = zip(value.items, expected.items, strict=True)
            return replace(value, items=tuple(_as(one, two) for one, two in pairs))
        case MappingValue(), MappingValue():
            entries = value.entries.items()
            return replace(
                value, entries={name: _as(one, expected.entries.get(name)) for name, one in entries}
            )
        case RecordValue(), RecordValue():
            parts = value.fields.items()
            return replace(
                value, fields={name: _as(one, expected.fields.get(name)) for name, one in parts}
            )
        case _:
            return value
