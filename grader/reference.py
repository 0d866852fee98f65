"""Run the reference solution of an assignment, and keep what it gave.

The reference is run as a submission is, in a kernel of the same kind on the same device.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from grader.authoring.release import release
from grader.errors import SourceError
from grader.execution.kernel import KernelKind, Limits
from grader.execution.run import GivenRaised, Recording, Run, Values
from grader.formats import wire
from grader.judging.recompute import NAMES, recompute
from grader.model.assignment import Assignment, Cell, Exercise
from grader.model.observation import NoValue, OpaqueValue, RaisedValue, Value
from grader.model.submission import Answer, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An assignment that has been run.

    expected: by exercise, the values of its checks and of what recomputed expressions read.
    digest: of all expected values.
    """

    assignment: Assignment
    released: Mapping[str, tuple[Cell, ...]]
    expected: Mapping[str, Values]
    recording: Recording
    device: str
    digest: str

    @property
    def gradable(self) -> tuple[Exercise, ...]:
        """The exercises that can be graded on this device."""
        return gradable(self.assignment, self.device)


def gradable(assignment: Assignment, device: str) -> tuple[Exercise, ...]:
    """Return the exercises that can be graded on a device."""
    return tuple(e for e in assignment.exercises if device == "cuda" or not e.needs_cuda)


def prepare(assignment: Assignment, *, kind: KernelKind, device: str, limits: Limits) -> Reference:
    """Run the solutions and keep the values of every check.

    Raises SourceError where a cell or a check fails, since then there is nothing to compare with.
    """
    exercises = gradable(assignment, device)
    names = {exercise.name for exercise in exercises}
    steps = [
        Step(
            source=cell.solution,
            role="exercise" if cell.role == "exercise" else "given",
            released=cell.id,
            exercise=cell.exercise,
            limit=next((e.limit for e in exercises if e.name == cell.exercise), None),
        )
        for cell in assignment.cells
        if cell.role in ("given", "exercise") and (cell.exercise is None or cell.exercise in names)
    ]
    answers = [Answer(exercise=exercise, state="filled") for exercise in exercises]
    read = {exercise.name: _read_by_recomputed(exercise) for exercise in exercises}
    recording = Recording()
    with Run(
        steps,
        answers,
        recording=recording,
        kind=kind,
        device=device,
        limits=limits,
        extra=read,
    ) as run:
        try:
            run.execute()
        except GivenRaised as error:
            raise _fault(
                assignment, error.exercise, f"`given` of `{error.check.expression}`: {error}"
            ) from error
    for ran in run.ran:
        if ran.run.ending != "done":
            where = ran.step.exercise or f"cell {ran.step.released}"
            output = [o for o in ran.run.outputs if o.get("output_type") == "error"]
            what = f"{output[-1]['ename']}: {output[-1]['evalue']}" if output else ran.run.ending
            raise _fault(assignment, where, f"the reference itself fails: {what}")
    expected = {name: looks[0].values for name, looks in run.looks.items()}
    for exercise in exercises:
        _refuse_unusable(assignment, exercise, expected[exercise.name])
    seen = {
        (name, key): value for name, values in expected.items() for key, value in values.items()
    }
    return Reference(
        assignment=assignment,
        released={
            language: release(assignment, seen, language) for language in assignment.languages
        },
        expected=expected,
        recording=recording,
        device=device,
        digest=_digest(expected),
    )


def _read_by_recomputed(exercise: Exercise) -> tuple[str, ...]:
    """Return the names that recomputed expressions read beside the student's."""
    return tuple(
        name
        for check in exercise.checks
        if check.of
        for name in check.free_names
        if name not in check.of and name not in NAMES
    )


def _refuse_unusable(assignment: Assignment, exercise: Exercise, values: Values) -> None:
    for name, value in values.items():
        if isinstance(value, RaisedValue):
            raise _fault(
                assignment, exercise.name, f"`{name}` raises {value.type}: {value.message}"
            )
        if isinstance(value, OpaqueValue | NoValue):
            what = getattr(value, "type", "nothing")
            raise _fault(
                assignment, exercise.name, f"`{name}` cannot be compared ({what}: {value.reason})"
            )
    for check in exercise.checks:
        if check.of:
            context: dict[str, Value] = {n: values[n] for n in check.free_names if n in values}
            try:
                recompute(check.expression, context)
            except ValueError as error:
                raise _fault(
                    assignment, exercise.name, f"`recompute: {check.expression}` {error}"
                ) from error


def _fault(assignment: Assignment, where: str, problem: str) -> SourceError:
    return SourceError(f"{where}: {problem}", path=assignment.path)


def _digest(expected: Mapping[str, Values]) -> str:
    digest = hashlib.sha256()
    for name, values in expected.items():
        payload = wire.encode(values)
        digest.update(name.encode() + payload.header + payload.tensors)
    return digest.hexdigest()
