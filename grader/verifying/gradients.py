"""Whether what a source writes itself as a gradient is one: each `torch.autograd.Function`.

What torch's own operations have is right. A source without such a class is not run for it.
"""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import grader.student_side
from grader.model.assignment import Exercise
from grader.model.submission import Step
from grader.model.values import RaisedValue
from grader.reference import run_solutions
from grader.running.outputs import printed
from grader.running.plan import SEED
from grader.running.questions import GivenRaised
from grader.running.recording import Recording
from grader.verifying.subject import Subject

_CHECK = Path(inspect.getfile(grader.student_side)).with_name("gradient_check.py")
_MARK = "tensorgrader, gradients: "  # before what a cell finds, as the code there has it
_RAISED = "GradientsDiffer"  # where the call of a check finds it
_FUNCTION = re.compile(r"^\s*class\b.*\bFunction\b", re.MULTILINE)
_MEND = "mend its `backward`, unless it gives another gradient on purpose (straight-through, say)"
_SAY = f"{_MEND}: then say `own_gradient: true` in the exercise"


def verify_gradients(subject: Subject) -> None:
    """Verify that gradients are those that differences give, wherever they are computed.

    The reference runs once more, in a kernel of its own, where each is looked at as it is applied.
    """
    code = [cell.solution for cell in subject.assignment.cells if cell.is_code]
    if not any(map(_FUNCTION.search, code)):
        return
    told = set[str]()
    for exercise, cell, problem in _found(subject):
        if (exercise is not None and exercise.own_gradient) or problem in told:
            continue
        told.add(problem)
        name = problem.split("`")[1] if problem.startswith("`") else ""
        where = f"{exercise.name}: " if exercise is not None else ""
        subject.findings.add(
            f"{where}the gradient of {problem}",
            _SAY if exercise is not None else _MEND,
            cell=cell,
            near=f"class {name}",
            fault=exercise is not None,
        )


def _found(subject: Subject) -> Iterator[tuple[Exercise | None, int | None, str]]:
    """Yield what differs, with the exercise in which it does and the place of its cell."""
    assignment = subject.assignment
    try:
        values, run = run_solutions(
            assignment,
            subject.reference.gradable,
            recording=Recording(),
            records=True,
            factory=subject.factory,
            device=subject.reference.device,
            seed=SEED,
            first=[Step(source=_CHECK.read_text(encoding="utf-8"), role="own")],
        )
    except GivenRaised as error:
        if _RAISED in str(error):
            exercise = assignment.exercise(error.exercise)
            place = assignment.cell_of(exercise).number
            yield exercise, place, str(error).partition(f"{_RAISED}: ")[2]
        return
    for ran in run.ran:
        exercises = [one for one in assignment.exercises if one.name == ran.step.exercise]
        number = subject.number_of(ran.step.released or "")
        for line in printed(ran.run.outputs).split("\n"):
            if line.startswith(_MARK):
                yield next(iter(exercises), None), number, line.removeprefix(_MARK)
    for exercise in subject.reference.gradable:
        for value in values.get(exercise.name, {}).values():
            if isinstance(value, RaisedValue) and value.type == _RAISED:
                yield exercise, assignment.cell_of(exercise).number, value.message
