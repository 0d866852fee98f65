"""Whether solutions draw random numbers: then every other order of operations is wrong.

And where data are drawn on a device: a card draws other numbers than a CPU, from the same seed.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from grader.comparing.agreement import agree
from grader.formats.replies import generators
from grader.model.assignment import Exercise
from grader.reference import run_solutions
from grader.running.plan import SEED
from grader.syntax.device_draws import DeviceDraws, draws_itself
from grader.syntax.seeds import GENERATORS, seeded, unseeded
from grader.verifying.subject import Subject

_SEEDS = {"torch": "torch.manual_seed(0)", "numpy": "np.random.seed(0)", "python": "random.seed(0)"}


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
        when_called = not agree(
            replace(exercise, checks=equal), actual=called[name], other=expected
        )
        hanging = _hanging(subject, exercise) if in_cell and not when_called else ()
        if in_cell and not when_called and hanging == []:
            continue
        if in_cell or when_called:
            why = f", and {hanging[0]} hangs on them" if hanging else ""
            subject.findings.add_to(
                exercise,
                f"its solution draws random numbers {'in its cell' if in_cell else 'when called'}"
                f"{why}",
                "draw them in given code, or say `draws: true` where that is the exercise",
            )


def _hanging(subject: Subject, exercise: Exercise) -> Sequence[str] | None:
    """Return the exercises with checks that hang on what is drawn for the modules of a cell.

    Making layers draws their weights, and a right answer may make them in another order. None where
    the cell may draw for something else.
    """
    reference, other = subject.reference, subject.other
    cell = subject.assignment.cell_of(exercise)
    state = other.recording.states.get(cell.id)
    seeds_itself = seeded(cell.solution) != seeded(cell.source)
    is_same = state == reference.recording.states[cell.id]
    if state is None or is_same or seeds_itself or draws_itself(cell.solution):
        return None
    # From another state of the generators, this cell alone.
    recording = replace(reference.recording, states={**reference.recording.states, cell.id: state})
    found, _ = run_solutions(
        subject.assignment,
        reference.gradable,
        recording=recording,
        records=False,
        factory=subject.factory,
        device=reference.device,
        seed=SEED,
    )
    return [
        f"`{one.name}`"
        for one in reference.gradable
        if not agree(one, actual=found[one.name], other=reference.expected[one.name])
    ]


def verify_seeded(subject: Subject) -> None:
    """Say where given code draws from a generator that nothing has seeded."""
    reference, other = subject.reference.recording.states, subject.other.recording.states
    code = [cell for cell in subject.assignment.cells if cell.id in reference]
    known: set[str] = set()
    for cell, below in pairwise(code):
        known |= seeded(cell.solution)
        before, after, shifted = (
            generators(states[one.id])
            for one, states in ((cell, reference), (below, reference), (below, other))
        )
        drawn = [
            name
            for name in GENERATORS
            # What is seeded in a way that nobody sees is the same with any other seed.
            if name not in known and before[name] != after[name] != shifted[name]
        ]
        if drawn and cell.role == "given":
            subject.findings.add(
                f"this cell draws random numbers, and nothing has seeded {drawn[0]}: students see"
                " other data each time they run it",
                f"write `{_SEEDS[drawn[0]]}` above the first draw",
                cell=cell.number,
                fault=False,
            )
            known |= {*drawn}  # once is enough
        for call in unseeded(cell.solution) if cell.role == "given" else ():
            subject.findings.add(
                f"`{call}` has no seed: students see other data each time they run it",
                "give it a number",
                cell=cell.number,
                near=call,
                fault=False,
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
