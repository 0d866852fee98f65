"""Run the reference solution of an assignment, and keep what it gave.

The reference is run as a submission is, in a kernel of the same kind on the same device. Its known
mistakes and alternatives are run when somebody first asks what they give.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from grader.authoring.dependencies import answered
from grader.authoring.release import release
from grader.comparing.agreement import agree
from grader.errors import KernelFailed, all_of
from grader.formats import wire
from grader.kernels.kernel import Kernel, KernelFactory, Limits
from grader.kernels.meter import Spent
from grader.model.assignment import Assignment, Cell, Check, Exercise
from grader.model.kinds import is_data
from grader.model.submission import Step
from grader.model.values import NoValue, RaisedValue, Values
from grader.reference_steps import gradable, names_read, steps_of
from grader.retry import retried
from grader.running.outputs import Ran
from grader.running.pending_look import Look
from grader.running.plan import SEED, RunPlan
from grader.running.questions import GivenRaised
from grader.running.recording import Recording
from grader.running.run import Run
from grader.running.snapshots import Snapshots
from grader.solution_faults import SolutionFaults, is_usable
from grader.variants import Variants

# What a kernel did not live through.
_ENDED = ("crashed", "too much output", "too much memory")
_NAMES = "the names of the solution"  # among the variants: what it binds, in place of code
AGAIN = 5.0  # CPU seconds for code of the assignment's on a student's values


@dataclass(frozen=True, slots=True, kw_only=True)
class Gave:
    """What the run of an assignment's solutions gave, as Reference has it."""

    expected: Mapping[str, Values]
    started: Mapping[str, Values]
    changed_inputs: Mapping[str, Mapping[str, frozenset[str]]]
    recording: Recording
    spent: Mapping[tuple[str, str], Spent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An assignment that has been run.

    released: the cells of the released notebook, by language.
    expected: by exercise, the values of its checks and of what recomputed expressions read.
    started: by exercise, what it builds on as it was before its cell.
    changed_inputs: by exercise and call, the names of what the call changes in place.
    gradable: the exercises that can be graded on this device.
    digest: of all expected values; seed: what was drawn from where the source sets none.
    spent: what its cells and calls took: by exercise and call, and "" for its cell; by "" and the
    id of a cell where that belongs to no exercise.
    variants: what other code gave in the cells of exercises.
    """

    assignment: Assignment
    released: Mapping[str, tuple[Cell, ...]]
    expected: Mapping[str, Values]
    started: Mapping[str, Values]
    changed_inputs: Mapping[str, Mapping[str, frozenset[str]]]
    gradable: tuple[Exercise, ...]
    recording: Recording
    factory: KernelFactory
    device: str
    digest: str
    seed: int
    spent: Mapping[tuple[str, str], Spent]
    variants: Variants
    _snapshots: Snapshots
    _tools: dict[str, frozenset[str]] = field(default_factory=dict)

    def inputs_of(self, exercise: Exercise) -> Mapping[str, Values]:
        """Return the data that an exercise is given: by call, and under "" from earlier cells."""
        given = self.recording.given.items()
        calls = {call: values for (name, call), values in given if name == exercise.name}
        return {**calls, "": self.started.get(exercise.name, {})}

    def variant(self, exercise: Exercise, source: str) -> Values:
        """Return what an exercise's checks give with this code in its cell; each is run once."""
        run = partial(self._snapshots.run, exercise, source, LIMITS, {})
        return self.variants.of((exercise.name, source), lambda: run()[0])

    def run_again(
        self, exercise: Exercise, source: str, values: Values, *, limit: float = AGAIN
    ) -> Values | None:
        """Return what an exercise's checks give where earlier cells had given other values.

        None where the cell fails on them, or a check has nothing to compare. limit: CPU seconds for
        the cell, and as many again for the checks, since nobody knows what the values lead to.
        """
        limits = Limits(cell=limit, submission=2 * limit)
        found, is_done = self._snapshots.run(exercise, source, limits, values)
        raising = {check.expression for check in exercise.checks if check.raises}
        usable = all(name in raising or is_usable(value) for name, value in found.items())
        return found if is_done and usable else None

    def is_tool(self, exercise: Exercise, name: str) -> bool:
        """Whether an answer's name stands for a function, a class or a module, which is no data.

        So does a name for what holds any of these.
        """
        if exercise.name not in self._tools:
            cell = self.assignment.cell_of(exercise)
            names = tuple(Check(expression=name) for name in sorted(answered(cell)))
            named = replace(exercise, checks=names)
            run = partial(self._snapshots.run, named, cell.solution, LIMITS, {})
            seen = self.variants.of((exercise.name, _NAMES), lambda: run()[0])
            self._tools[exercise.name] = frozenset(
                name
                for name, value in seen.items()
                if not (is_data(value) or isinstance(value, RaisedValue | NoValue))
            )
        return name in self._tools[exercise.name]

    def after(self, exercise: Exercise, source: str) -> Kernel:
        """Return a kernel of its own in which some code ran in place of an exercise's cell.

        Raises NeedsReview where none can be had; `close` before another try.
        """
        return self._snapshots.after(exercise, source)

    def drawn_by(self, exercise: Exercise, source: str) -> bytes:
        """Return the state of the generators after some code ran in place of an exercise's cell."""
        return self._snapshots.drawn_by(exercise, source)

    def prove(self) -> None:
        """Run the solutions again. Raises NeedsReview where they do not give what they gave."""
        found, _ = run_solutions(
            self.assignment, self.gradable, recording=self.recording, records=False,
            factory=self.factory, device=self.device, seed=self.seed,
        )  # fmt: skip
        for exercise in self.gradable:
            expected = self.expected[exercise.name]
            if not agree(exercise, actual=found.get(exercise.name, {}), other=expected):
                problem = f"the reference of `{exercise.name}` does not give what it gave before"
                raise KernelFailed(problem)

    def close(self) -> None:
        """End the kernels that it keeps."""
        self._snapshots.close()


class _KernelEnded(KernelFailed):
    """The kernel of the solutions ended: their fault only if it does so each time."""

    def __init__(self, exercise: str) -> None:
        self.exercise = exercise
        super().__init__("it ends its kernel")


LIMITS = Limits(cell=120.0, submission=1_200.0)  # those of a submission do not bind an author


def prepare(
    assignment: Assignment,
    *,
    factory: KernelFactory,
    device: str,
    seed: int = SEED,
    variants: Variants | None = None,
) -> Reference:
    """Run the solutions and keep the values of every check.

    seed: what is drawn from where the source sets none; variants: those that are known.

    Raises SourceError where a cell or a check fails, since then there is nothing to compare with,
    and NeedsReview where the grader itself fails.
    """
    try:
        gave = retried(lambda: _run(assignment, factory=factory, device=device, seed=seed))
    except _KernelEnded as error:
        faults = SolutionFaults(assignment)
        faults.add(error.exercise, f"the reference itself fails: {error}")
        raise all_of(faults.found) from error
    factory.load(list(gave.recording.modules))  # a submission will most likely import them, too
    return restored(assignment, gave, factory=factory, device=device, seed=seed, variants=variants)


def _run(assignment: Assignment, *, factory: KernelFactory, device: str, seed: int) -> Gave:
    exercises = gradable(assignment, device)
    faults, recording = SolutionFaults(assignment), Recording()
    faults.see_forbidden()
    try:
        expected, run = run_solutions(
            assignment, exercises, recording=recording, records=True, factory=factory,
            device=device, seed=seed, ran=faults.see_cell,
        )  # fmt: skip
    except GivenRaised as error:
        faults.see_given(error.exercise, error.check, str(error))
        raise all_of(faults.found) from error
    for one in run.ran:
        if one.run.ending == "crashed":
            raise _KernelEnded(one.step.exercise or one.step.released or "")
    for exercise in exercises:
        values = expected.get(exercise.name, {})
        if any(isinstance(v, NoValue) and v.reason in _ENDED for v in values.values()):
            raise _KernelEnded(exercise.name)
        faults.see_values(exercise, values)
    if len(run.ran) < len(steps_of(assignment, exercises)) and not faults.found:
        faults.add("the reference", "; ".join(map(str, run.notes)))
    if faults.found:
        raise all_of(faults.found)
    return Gave(
        expected=expected,
        started=run.started,
        changed_inputs=run.changed_inputs,
        recording=recording,
        spent=run.spent
        | {("", r.step.released or ""): r.run.spent for r in run.ran if r.step.exercise is None},
    )


def restored(
    assignment: Assignment,
    gave: Gave,
    *,
    factory: KernelFactory,
    device: str,
    seed: int,
    variants: Variants | None = None,
) -> Reference:
    """Return the reference of an assignment of which it is known what its run gave.

    variants: those that are known.
    """
    exercises = gradable(assignment, device)
    return Reference(
        assignment=assignment,
        released={
            language: release(assignment, gave.expected, language)
            for language in assignment.languages
        },
        expected=gave.expected,
        started=gave.started,
        changed_inputs=gave.changed_inputs,
        gradable=exercises,
        recording=gave.recording,
        factory=factory,
        device=device,
        digest=_digest(gave.expected),
        seed=seed,
        spent=gave.spent,
        variants=variants or Variants(),
        _snapshots=Snapshots(
            steps_of(assignment, exercises),
            spent=gave.spent,
            recording=gave.recording,
            read=names_read(exercises),
            kernels=factory,
            device=device,
            seed=seed,
            files=assignment.files,
        ),
    )


def run_solutions(
    assignment: Assignment,
    exercises: Sequence[Exercise],
    *,
    recording: Recording,
    records: bool,
    factory: KernelFactory,
    device: str,
    seed: int,
    first: Sequence[Step] = (),
    ran: Callable[[Ran], None] = lambda ran: None,
) -> tuple[dict[str, Values], Run]:
    """Run the solutions of these exercises; returns what their checks give, and the run.

    records: whether the run fills the recording, or follows one; first: what is run before; ran:
    called with each cell that was run, in the end. Raises GivenRaised.
    """
    found: dict[str, Values] = {}

    def see(look: Look) -> None:
        found[look.exercise.name] = look.values

    plan = RunPlan(
        steps=(*first, *steps_of(assignment, exercises)),
        exercises=tuple(exercises),
        recording=recording,
        kernels=factory,
        device=device,
        limits=LIMITS,
        records=records,
        read=names_read(exercises),
        seed=seed,
        files=assignment.files,
    )
    with Run(plan, see=see) as run:
        try:
            run.execute()
        finally:
            for one in run.ran:
                ran(one)
    return found, run


def _digest(expected: Mapping[str, Values]) -> str:
    digest = hashlib.sha256()
    for name, values in expected.items():
        payload = wire.encode(values)
        digest.update(name.encode() + payload.header + payload.tensors)
    return digest.hexdigest()
