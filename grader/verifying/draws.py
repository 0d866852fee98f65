"""Whether solutions draw random numbers: then every other order of operations is wrong.

And where data are drawn on a device: a card draws other numbers than a CPU, from the same seed.
"""

from dataclasses import replace

from grader.comparing.agreement import agree
from grader.reference import run_solutions
from grader.running.plan import SEED
from grader.syntax.device_draws import DeviceDraws
from grader.verifying.subject import Subject


def verify_draws(subject: Subject) -> None:
    """Verify that no solution draws, neither in its cell nor when a check calls it."""
    # On the same given data: what comes out otherwise was drawn by a call.
    called, _ = run_solutions(
        subject.assignment,
        subject.reference.gradable,
        recording=subject.reference.recording,
        records=False,
        factory=subject.factory,
        device=subject.reference.device,
        seed=SEED + 1_000,
    )
    for exercise in subject.exercises:
        if exercise.draws:
            continue
        name, expected = exercise.name, subject.reference.expected[exercise.name]
        cell = subject.assignment.cell_of(exercise)
        # Before either the state is put back, so that the difference is the solution's.
        in_cell = subject.reference.drawn_by(exercise, cell.solution) != subject.reference.drawn_by(
            exercise, cell.source
        )
        # Within bounds every other draw is as right.
        equal = tuple(check for check in exercise.checks if not check.is_threshold)
        same = agree(replace(exercise, checks=equal), actual=called[name], other=expected)
        if in_cell or not same:
            subject.findings.add_to(
                exercise,
                f"its solution draws random numbers {'in its cell' if in_cell else 'when called'}",
                "draw them in given code, or say `draws: true` where that is the exercise",
            )


def verify_device_draws(subject: Subject) -> None:
    """Say where the source draws on a device that may be a card, in cells and in `given`.

    What is graded on a card alone may draw there.
    """
    assignment = subject.assignment
    given = {
        exercise.name: [check.given for check in exercise.checks if check.given]
        for exercise in assignment.exercises
    }
    on_card = {exercise.name for exercise in assignment.exercises if exercise.needs_cuda}
    code = [cell.solution for cell in assignment.cells if cell.is_code]
    drawn = DeviceDraws([*code, *(one for each in given.values() for one in each)])
    for cell in assignment.cells:
        if not cell.is_code:
            continue
        of_checks = given.get(cell.exercise or "", ())
        found = [draw for source in (cell.solution, *of_checks) for draw in drawn.of(source)]
        for draw in found if cell.exercise not in on_card else ():
            subject.findings.add(
                f"`{draw.text}` draws on a device: a card draws other numbers than a CPU",
                "draw on the CPU, in given code, and move what was drawn:"
                " `torch.rand(3).to(device)`",
                cell=cell.number,
                near=draw.text,
                fault=False,
            )
