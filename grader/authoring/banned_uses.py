"""What solutions, alternatives and mistakes use of what their exercise forbids."""

from collections.abc import Mapping

from grader.model.assignment import Assignment, Exercise
from grader.syntax.forbidden import Use, among, uses_in


def banned_uses(
    assignment: Assignment, exercise: Exercise, solution: str, homes: Mapping[str, str]
) -> list[Use]:
    """Return what a solution of an exercise uses that this forbids.

    What stands in the cells above, given code and the solutions of earlier exercises, is known.
    homes: other names of what is forbidden, each with the name that forbids it.
    """
    cell = assignment.cell_of(exercise)
    above = [one for one in assignment.cells[: assignment.cells.index(cell)] if one.is_code]
    found = uses_in(
        [*(one.solution for one in above), solution],
        exercise.forbid,
        helpers=[place for place, one in enumerate(above) if one.role != "given"],
        homes=homes,
    )
    return among(found[-1], exercise.forbid)
