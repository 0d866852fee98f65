"""Which assignment a notebook answers: as a person said, as it says itself, or as it looks."""

from collections.abc import Sequence

from grader.errors import NoSuchAssignment
from grader.intake.align import states
from grader.intake.match import share
from grader.model.assignment import Assignment
from grader.model.submission import Notebook

ENOUGH = 0.5  # the share of the code that a notebook must have cells for, to count as an answer


def recognise(
    notebook: Notebook, assignments: Sequence[Assignment], *, chosen: bool = False
) -> Assignment:
    """Return the assignment that a notebook answers.

    chosen: whether a person named the assignments, so that what a notebook says of itself does
    not count.
    Raises NoSuchAssignment where it answers none, or has nothing left of the one it names: that
    is no 0.
    """
    claimed = notebook.about.get("assignment")
    named = next((one for one in assignments if one.name == claimed), None)
    if named is not None and not chosen:
        if not _has_an_answer(notebook, named):
            raise NoSuchAssignment(
                f"the notebook says that it is for {named.name}, but has none of its exercises"
            )
        return named
    shares = [
        (share(notebook, one.cells, guess=False), share(notebook, one.cells), one)
        for one in assignments
    ]
    _, part, best = max(shares, key=lambda found: found[:2])
    if chosen:
        if part < ENOUGH and isinstance(claimed, str) and claimed != best.name:
            raise NoSuchAssignment(f"the notebook says that it is for {claimed[:50]}")
        if part > 0:
            return best
        answered = next((one for one in assignments if _has_an_answer(notebook, one)), None)
        if answered is None:
            raise NoSuchAssignment(f"the notebook has no exercise of {best.name}")
        return answered
    if part < ENOUGH:
        names = ", ".join(one.name for one in assignments)
        raise NoSuchAssignment(
            f"the notebook answers none of the assignments ({names}); name one with -a"
        )
    return best


def _has_an_answer(notebook: Notebook, assignment: Assignment) -> bool:
    """Whether there is a cell for any exercise at all."""
    found = states(notebook, assignment.cells, assignment.exercises)
    return any(state != "missing" for state in found.values())
