"""What of a source is verified again after a change: what changed, and what hangs on it."""

from collections.abc import Iterable
from dataclasses import replace

from grader.model.assignment import Assignment, Cell, Exercise
from grader.model.verdict import Finding

WHOLE = None  # in place of exercises: the source as a whole


def changed(before: Assignment, now: Assignment) -> frozenset[str] | None:
    """Return the exercises that changed and those that build on them; WHOLE where more changed.

    That is prose, given code, or which exercises there are.
    """
    if _rest(before) != _rest(now):
        return WHOLE
    own = {one.name for one in now.exercises if _said(before, one.name) != _said(now, one.name)}
    return frozenset(
        one.name
        for one in now.exercises
        if one.name in own or not own.isdisjoint(now.built_on(one))
    )


def concerned(assignment: Assignment, findings: Iterable[Finding]) -> frozenset[str] | None:
    """Return the exercises of an assignment that faults are about; WHOLE where one is of no one."""
    of_cell: dict[int | None, str] = {}
    for one in assignment.exercises:
        variants = [wrong.cell for wrong in one.mistakes] + [
            right.cell for right in one.alternatives
        ]
        of_cell |= dict.fromkeys([assignment.cell_of(one).number, *variants], one.name)
    faults = [of_cell.get(finding.cell) for finding in findings if finding.fault]
    return WHOLE if None in faults else frozenset(filter(None, faults))


def _rest(assignment: Assignment) -> tuple[object, ...]:
    """Return what is no exercise's own."""
    about = assignment.name, assignment.title, assignment.languages, assignment.files
    return (*about, [_without_place(cell) if cell.exercise is None else cell.exercise
                     for cell in assignment.cells])  # fmt: skip


def _said(assignment: Assignment, name: str) -> tuple[Exercise, Cell]:
    """Return an exercise without the places of its cells."""
    exercise = assignment.exercise(name)
    plain = replace(
        exercise,
        mistakes=tuple(replace(one, cell=0) for one in exercise.mistakes),
        alternatives=tuple(replace(one, cell=0) for one in exercise.alternatives),
    )
    return plain, _without_place(assignment.cell_of(exercise))


def _without_place(cell: Cell) -> Cell:
    return replace(cell, id="", number=0)
