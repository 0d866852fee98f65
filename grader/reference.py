"""Run the reference solution of an assignment, and keep what it gave.

The reference is run as a submission is, in a kernel of the same kind on the same device.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from grader.authoring.release import release
from grader.errors import SourceError
from grader.execution.kernel import KernelKind, Limits
from grader.execution.outputs import fault
from grader.execution.recording import Recording
from grader.execution.run import GivenRaised, Look, Run
from grader.formats import wire
from grader.intake.forbid import uses
from grader.judging.recompute import NAMES
from grader.judging.score import judge
from grader.model.assignment import Assignment, Cell, Exercise
from grader.model.observation import NoValue, OpaqueValue, RaisedValue, Values
from grader.model.submission import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An assignment that has been run.

    released: the cells of the released notebook, by language.
    expected: by exercise, the values of its checks and of what recomputed expressions read.
    gradable: the exercises that can be graded on this device.
    digest: of all expected values.
    """

    assignment: Assignment
    released: Mapping[str, tuple[Cell, ...]]
    expected: Mapping[str, Values]
    gradable: tuple[Exercise, ...]
    recording: Recording
    device: str
    digest: str


LIMITS = Limits(cell=120.0, submission=1_200.0)  # those of a submission do not bind an author


def prepare(assignment: Assignment, *, kind: KernelKind, device: str) -> Reference:
    """Run the solutions and keep the values of every check.

    Raises SourceError where a cell or a check fails, since then there is nothing to compare with.
    """
    exercises = tuple(e for e in assignment.exercises if device == "cuda" or not e.needs_cuda)
    expected: dict[str, Values] = {}

    def see(look: Look) -> None:
        expected[look.exercise.name] = look.values

    _refuse_forbidden(assignment)
    steps, recording = _steps(assignment, exercises), Recording()
    with Run(
        steps,
        exercises,
        recording=recording,
        see=see,
        kind=kind,
        device=device,
        limits=LIMITS,
        records=True,
        read={exercise.name: _read_by_recomputed(exercise) for exercise in exercises},
    ) as run:
        try:
            run.execute()
        except GivenRaised as error:
            raise _fault(
                assignment, error.exercise, f"`given` of `{error.check.expression}`: {error}"
            ) from error
    for ran in run.ran:
        if ran.run.ending != "done":
            found = fault(ran)
            what = f"{found.name}: {found.message}" if found else ran.run.ending
            where = ran.step.exercise or f"cell {ran.step.released}"
            raise _fault(assignment, where, f"the reference itself fails: {what}")
    if len(run.ran) < len(steps):
        raise _fault(assignment, "the reference", "; ".join(run.notes))
    for exercise in exercises:
        _refuse_unusable(assignment, exercise, expected[exercise.name])
    kind.load(list(recording.modules))  # a submission will most likely import them, too
    return Reference(
        assignment=assignment,
        released={
            language: release(assignment, expected, language) for language in assignment.languages
        },
        expected=expected,
        gradable=exercises,
        recording=recording,
        device=device,
        digest=_digest(expected),
    )


def _refuse_forbidden(assignment: Assignment) -> None:
    for exercise in assignment.exercises:
        for use in uses(assignment.cell_of(exercise).solution, exercise.forbid):
            problem = f"the solution itself uses {use.name}, which the exercise forbids"
            raise _fault(assignment, exercise.name, problem)


def _steps(assignment: Assignment, exercises: tuple[Exercise, ...]) -> list[Step]:
    limits = {exercise.name: exercise.limit for exercise in exercises}
    return [
        Step(
            source=cell.solution,
            role="exercise" if cell.exercise is not None else "given",
            released=cell.id,
            exercise=cell.exercise,
            limit=limits.get(cell.exercise or ""),
        )
        for cell in assignment.cells
        if cell.role != "prose" and (cell.exercise is None or cell.exercise in limits)
    ]


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
    """Refuse values that nobody could get marks for; the reference must pass its own checks."""
    for name, value in values.items():
        if isinstance(value, RaisedValue):
            problem = f"`{name}` raises {value.type}: {value.message}"
            raise _fault(assignment, exercise.name, problem)
        if isinstance(value, OpaqueValue | NoValue):
            what = getattr(value, "type", "nothing")
            problem = f"`{name}` cannot be compared ({what}: {value.reason})"
            raise _fault(assignment, exercise.name, problem)
    try:
        results = judge(exercise, actual=values, expected=values)
    except (TypeError, ValueError) as error:
        raise _fault(assignment, exercise.name, str(error)) from error
    for result in results:
        if result.outcome != "passed":
            reasons = [f"{m.path}: {m.aspect} {m.actual}" for m in result.mismatches]
            why = result.error or "; ".join(reasons) or "nothing is compared"
            problem = f"the reference fails its own check `{result.check}` ({why})"
            raise _fault(assignment, exercise.name, problem)


def _fault(assignment: Assignment, where: str, problem: str) -> SourceError:
    return SourceError(f"{where}: {problem}", path=assignment.path)


def _digest(expected: Mapping[str, Values]) -> str:
    digest = hashlib.sha256()
    for name, values in expected.items():
        payload = wire.encode(values)
        digest.update(name.encode() + payload.header + payload.tensors)
    return digest.hexdigest()
