"""Whether solutions draw random numbers: then every other order of operations is wrong."""

from grader.execution.run import SEED
from grader.judging.agreement import agree
from grader.reference import run_solutions
from grader.verifying.bench import Bench


def verify_draws(bench: Bench) -> None:
    """Verify that no solution draws, neither in its cell nor when a check calls it."""
    # On the same given data: what comes out otherwise was drawn by a call.
    called, _ = run_solutions(
        bench.assignment,
        bench.reference.gradable,
        recording=bench.reference.recording,
        records=False,
        kind=bench.kind,
        device=bench.reference.device,
        seed=SEED + 1_000,
    )
    for exercise in bench.reference.gradable:
        if exercise.draws:
            continue
        name, expected = exercise.name, bench.reference.expected[exercise.name]
        cell = bench.assignment.cell_of(exercise)
        # Before either the state is put back, so that the difference is the solution's.
        in_cell = bench.reference.drawn_by(exercise, cell.solution) != bench.reference.drawn_by(
            exercise, cell.source
        )
        if in_cell or not agree(exercise, actual=called[name], other=expected):
            bench.findings.of(
                exercise,
                f"its solution draws random numbers {'in its cell' if in_cell else 'when called'}",
                "draw them in given code, or say `draws: true` where that is the exercise",
            )
