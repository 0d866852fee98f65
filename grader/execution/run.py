"""Run the steps of an alignment in a kernel, and look at the exercises on the way.

The same code runs the reference and a submission. The reference runs first and fills the
Recording: the state before each released cell, and the data of `given`. A submission follows it,
so that both see the same random numbers and the same hidden inputs, and so that a switch of torch's
that one exercise leaves thrown (an interrupt inside `no_grad` does that) costs no other.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from grader.errors import BadAnswer, KernelFailed
from grader.execution.kernel import (
    AnswerTimedOut,
    CellRun,
    Ending,
    Kernel,
    KernelDied,
    KernelKind,
    Limits,
)
from grader.formats import wire
from grader.model.assignment import Check, Exercise
from grader.model.observation import (
    MappingValue,
    NoValue,
    NumberValue,
    RaisedValue,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
)
from grader.model.result import Fault
from grader.model.submission import Answer, Step

SEED = 0  # set once, before the first cell; after that only the source's own seeds act
ASK = 30.0  # seconds for a question that runs none of the student's code
MAX_KERNELS = 6  # fresh kernels for one submission

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
Values = Mapping[str, Value]


class GivenRaised(Exception):
    """The `given` of a check raised, or is not data. Only the reference evaluates it."""

    def __init__(self, exercise: str, check: Check, reason: str) -> None:
        self.exercise = exercise
        self.check = check
        super().__init__(reason)


@dataclass(slots=True)
class Recording:
    """What the reference's run leaves for those that follow it.

    states: of the generators of random numbers and of torch's global switches, by released cell;
    given: the data of each `given`, by its check.
    """

    states: dict[str, Values] = field(default_factory=dict)
    given: dict[str, Values] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The values of an exercise's checks, by expression, at one moment of the run."""

    when: str
    values: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A step and what running it gave."""

    step: Step
    run: CellRun


class Run:
    """One notebook in one kernel after another; a context manager that ends the last of them.

    looks: by exercise, in the order they were taken. ran: the steps that were run.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        answers: Sequence[Answer],
        *,
        recording: Recording,
        kind: KernelKind,
        device: str,
        limits: Limits,
        extra: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.steps = steps
        self.exercises = {answer.exercise.name: answer.exercise for answer in answers}
        self.recording = recording
        self.limits = limits
        self.extra = extra or {}
        self.looks: dict[str, list[Look]] = {name: [] for name in self.exercises}
        self.ran: list[Ran] = []
        self.notes: list[str] = []
        self.versions: dict[str, str] = {}
        self._kind, self._device = kind, device
        self._deadline = time.monotonic() + limits.submission
        self._kernels = 0
        self._kernel: Kernel | None = None
        self._hung: set[tuple[str, str]] = set()  # questions that are not asked a second time

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None

    def execute(self) -> None:
        """Run every step, and look at each exercise after its cell and after its own cells below.

        Raises KernelFailed or BadAnswer where the grader itself cannot go on.
        """
        for number, step in enumerate(self.steps):
            if self._remaining() <= 0:
                self._note("the time for the whole notebook was up; later cells were not run")
                return
            kernel = self._ready()
            if kernel is None:
                return
            limit = min(step.limit or self.limits.cell, self._remaining())
            try:
                self._follow(kernel, step)
                run = kernel.run_cell(step.source, limit=limit)
            except (KernelDied, AnswerTimedOut):
                run = CellRun(ending="crashed")
            self.ran.append(Ran(step=step, run=run))
            if (when := self._when(number)) and step.exercise in self.exercises:
                self._look(self.exercises[step.exercise], when)

    def look_again(self, exercises: Sequence[Exercise]) -> None:
        """Look at exercises once more, at the end of the notebook."""
        for exercise in exercises:
            self._look(exercise, "at the end of the notebook")

    def fault(self, exercise: str) -> Fault | None:
        """Return what the exercise's cell raised, or how it ended."""
        for ran in self.ran:
            if ran.step.exercise == exercise and ran.step.role == "exercise":
                return _fault(ran)
        return None

    def ending(self, exercise: str) -> Ending | None:
        """Return how the exercise's cell ended; None where it did not run."""
        for ran in self.ran:
            if ran.step.exercise == exercise and ran.step.role == "exercise":
                return ran.run.ending
        return None

    def _when(self, number: int) -> str | None:
        """Return in words why this is a moment to look, None where it is not one."""
        step = self.steps[number]
        if step.role == "exercise":
            return "right after its cell"
        following = self.steps[number + 1 : number + 2]
        if step.role == "own" and (not following or following[0].role != "own"):
            return "after the cells added below it"
        return None

    def _look(self, exercise: Exercise, when: str) -> None:
        values: dict[str, Value] = {}
        for expressions, given, limit in self._questions(exercise):
            if (exercise.name, expressions[0]) in self._hung:
                values[expressions[0]] = NoValue(reason="timed out")
                continue
            kernel = self._ready()
            if kernel is None or self._remaining() <= 0:
                values.update({name: NoValue(reason="not asked") for name in expressions})
                continue
            asked = {str(place): name for place, name in enumerate(expressions)}
            question = wire.question("observe", values=given, expressions=asked, seed=SEED)
            try:
                answer = wire.decode(kernel.ask(question, limit=min(limit, self._remaining())))
            except AnswerTimedOut:
                self._hung.add((exercise.name, expressions[0]))
                values.update({name: NoValue(reason="timed out") for name in expressions})
                continue
            except (KernelDied, BadAnswer):
                values.update({name: NoValue(reason="crashed") for name in expressions})
                continue
            missing = NoValue(reason="crashed")
            values.update({name: answer.get(key, missing) for key, name in asked.items()})
        self.looks[exercise.name].append(Look(when=when, values=values))

    def _questions(self, exercise: Exercise) -> Iterator[tuple[tuple[str, ...], Values, float]]:
        """Yield what to ask: plain names in one question, each call in one of its own."""
        names = dict.fromkeys(self.extra.get(exercise.name, ()))
        for check in exercise.checks:
            names.update(dict.fromkeys(check.of))
            if not check.of and not check.is_call:
                names[check.expression] = None
        if names:
            yield tuple(names), {}, ASK
        limit = exercise.limit or self.limits.cell
        for check in exercise.checks:
            if not check.of and check.is_call:
                yield (check.expression,), self._given(exercise, check), limit

    def _given(self, exercise: Exercise, check: Check) -> Values:
        if not check.given:
            return {}
        place = f"{exercise.name}: {check.expression}"
        if place not in self.recording.given:
            kernel = self._ready()
            if kernel is None:
                raise KernelFailed("the kernel of the reference is gone")
            question = wire.question("give", code=check.given, seed=SEED + 1)
            values = wire.decode(kernel.ask(question, limit=self.limits.cell))
            for name, value in values.items():
                if isinstance(value, RaisedValue):
                    raise GivenRaised(exercise.name, check, f"{value.type}: {value.message}")
                if not _is_data(value):
                    raise GivenRaised(exercise.name, check, f"`{name}` is not data")
            self.recording.given[place] = values
        return self.recording.given[place]

    def _follow(self, kernel: Kernel, step: Step) -> None:
        """Put back the recorded state before a released cell, or record it."""
        if step.released is None:
            return
        if (state := self.recording.states.get(step.released)) is not None:
            kernel.ask(wire.question("restore", values=state), limit=ASK)
        else:
            answer = wire.decode(kernel.ask(wire.question("save"), limit=ASK))
            self.recording.states[step.released] = answer

    def _ready(self) -> Kernel | None:
        """Return a kernel in the state that the steps so far left.

        Where the last one is gone, a fresh one replays the earlier steps without the culprits.
        """
        if self._kernel is not None and self._kernel.alive:
            return self._kernel
        first = self._kernel is None
        if self._kernel is not None:
            self._kernel.close()
        if self._kernels >= MAX_KERNELS:
            self._note("the kernel was lost too often; later cells were not run")
            return None
        self._kernels += 1
        self._kernel = kernel = self._kind.start(self._device)
        answer = wire.decode(kernel.ask(wire.question("hello", seed=SEED), limit=ASK))
        self.versions = _versions(answer.get("versions"))
        if not first:
            self._note("the kernel was lost; a fresh one ran the earlier cells again")
            self._replay(kernel)
        return kernel

    def _replay(self, kernel: Kernel) -> None:
        for ran in self.ran:
            if ran.run.ending in ("done", "error") and self._remaining() > 0 and kernel.alive:
                self._follow(kernel, ran.step)
                limit = ran.step.limit or self.limits.cell
                kernel.run_cell(ran.step.source, limit=min(limit, self._remaining()))

    def _remaining(self) -> float:
        return self._deadline - time.monotonic()

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)


def _versions(value: Value | None) -> dict[str, str]:
    entries = getattr(value, "entries", {})
    return {name: str(getattr(entry, "value", "")) for name, entry in entries.items()}


def _is_data(value: Value) -> bool:
    match value:
        case SequenceValue():
            return all(map(_is_data, value.items))
        case MappingValue():
            return not value.module and all(map(_is_data, value.entries.values()))
        case _:
            return isinstance(value, TensorValue | NumberValue | TextValue)


def _fault(ran: Ran) -> Fault | None:
    errors = [output for output in ran.run.outputs if output.get("output_type") == "error"]
    if not errors:
        return None
    error = errors[-1]
    traceback = "\n".join(map(str, error.get("traceback", ())))[:20_000]
    found = re.findall(rf"Cell In\[{ran.run.count}\], line (\d+)", _ANSI.sub("", traceback))
    lines = ran.step.source.split("\n")
    # The deepest frame in this very cell: the student's own line.
    line = next((int(number) for number in reversed(found) if int(number) <= len(lines)), None)
    return Fault(
        name=str(error.get("ename", "")),
        message=str(error.get("evalue", ""))[:2_000],
        line=line,
        source=lines[line - 1].strip() if line else None,
        traceback=traceback,
    )
