"""Other data from the same notebook: the seeds of its given code, and of `given`, shifted.

They are shifted in a student's cells as well as in the source, so that both draw the same.
"""

from dataclasses import replace

from grader.model.assignment import Assignment, Cell, Check, Exercise
from grader.syntax.seeds import calls, shift


def seeds(assignment: Assignment) -> frozenset[str]:
    """Return the calls, as they are written, that seed a generator in given code."""
    found = set[str]()
    for cell in assignment.cells:
        if cell.is_code:
            # Of an exercise, what its solution alone seeds is no given code.
            found |= calls(cell.source) & calls(cell.solution)
    return frozenset(found)


def shifted(assignment: Assignment, offset: int) -> Assignment:
    """Return an assignment on other data: its cells, mistakes and alternatives."""
    known = seeds(assignment)

    def of_cell(cell: Cell) -> Cell:
        if not cell.is_code:
            return cell
        source, solution = (shift(code, known, offset) for code in (cell.source, cell.solution))
        return replace(cell, source=source, solution=solution)

    def of_check(check: Check) -> Check:
        given = shift(check.given, known | calls(check.given), offset)
        return check if given == check.given else replace(check, given=given)

    def of_exercise(one: Exercise) -> Exercise:
        return replace(
            one,
            checks=tuple(map(of_check, one.checks)),
            mistakes=tuple(
                replace(mistake, solution=shift(mistake.solution, known, offset))
                for mistake in one.mistakes
            ),
            alternatives=tuple(
                replace(other, solution=shift(other.solution, known, offset))
                for other in one.alternatives
            ),
        )

    return replace(
        assignment,
        cells=tuple(map(of_cell, assignment.cells)),
        exercises=tuple(map(of_exercise, assignment.exercises)),
    )
