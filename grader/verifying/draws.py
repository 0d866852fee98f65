"""Whether solutions draw random numbers: then every other order of operations is wrong."""

from grader.comparing.agreement import agree
from grader.reference import run_solutions
from grader.running.plan import SEED
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
        if in_cell or not agree(exercise, actual=called[name], other=expected):
            subject.findings.add_to(
                exercise,
                f"its solution draws random numbers {'in its cell' if in_cell else 'when called'}",
                "draw them in given code, or say `draws: true` where that is the exercise",
            )
