"""Whether solutions draw random numbers: then every other order of operations is wrong."""

from grader.execution.glance import Look
from grader.execution.run import SEED, Run
from grader.judging.agreement import agree
from grader.model.observation import Values
from grader.reference import LIMITS, read_by_recomputed, steps_of
from grader.verifying.bench import Bench


def verify_draws(bench: Bench) -> None:
    """Verify that no solution draws, neither in its cell nor when a check calls it."""
    called = _called_with_another_seed(bench)
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


def _called_with_another_seed(bench: Bench) -> dict[str, Values]:
    """Return what the checks give where calls draw from another seed, on the same given data."""
    reference, found = bench.reference, dict[str, Values]()

    def see(look: Look) -> None:
        found[look.exercise.name] = look.values

    with Run(
        steps_of(bench.assignment, reference.gradable),
        reference.gradable,
        recording=reference.recording,
        see=see,
        kind=bench.kind,
        device=reference.device,
        limits=LIMITS,
        read={exercise.name: read_by_recomputed(exercise) for exercise in reference.gradable},
        seed=SEED + 1_000,
    ) as run:
        run.execute()
    return found
