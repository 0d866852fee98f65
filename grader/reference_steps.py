"""What runs where the solutions of an assignment do, and what is looked at."""

from collections.abc import Sequence

from grader.comparing.recompute import NAMES
from grader.model.assignment import Assignment, Exercise
from grader.model.submission import Step


def gradable(assignment: Assignment, device: str) -> tuple[Exercise, ...]:
    """Return the exercises of which something is compared, and can be on this device."""
    return tuple(
        one
        for one in assignment.exercises
        if one.checks and (device == "cuda" or not one.needs_cuda)
    )


def steps_of(assignment: Assignment, exercises: Sequence[Exercise]) -> list[Step]:
    """Return the steps of a run in which these exercises are solved."""
    limits = {exercise.name: exercise.limit for exercise in exercises}
    # What a person reads runs, too: cells below may need it.
    limits |= {one.name: one.limit for one in assignment.exercises if not one.checks}
    return [
        Step(
            source=cell.solution,
            role="exercise" if cell.exercise is not None else "given",
            released=cell.id,
            exercise=cell.exercise,
            limit=limits.get(cell.exercise or ""),
        )
        for cell in assignment.cells
        if cell.is_code and (cell.exercise is None or cell.exercise in limits)
    ]


def names_read(exercises: Sequence[Exercise]) -> dict[str, tuple[str, ...]]:
    """Return, by exercise, the names that recomputed expressions read beside the student's."""
    return {
        exercise.name: tuple(
            name
            for check in exercise.checks
            if check.of
            for name in check.free_names
            if name not in check.of and name not in NAMES
        )
        for exercise in exercises
    }
