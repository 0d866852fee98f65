"""Which assignment a notebook answers: as a person said, as it says itself, or as it looks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from grader.errors import NoSuchAssignment
from grader.intake.align import states
from grader.intake.match import shares
from grader.model.assignment import Assignment, Cell
from grader.model.submission import Notebook, NotebookCell
from grader.model.text import listed, say

ENOUGH = 0.5  # the share of the code that a notebook must have cells for, to count as an answer


def identify_assignment(
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
                say(
                    "the notebook says that it is for {name}, but has none of its exercises",
                    name=named.name,
                )
            )
        return named
    found = [(*shares(notebook, one.cells), one) for one in assignments]
    _, part, best = max(found, key=lambda one: one[:2])
    if chosen:
        # The ids of given cells are alike in all assignments: exercises have to be there, too.
        order = [best] if part > 0 else []
        answered = next(
            (one for one in (*order, *assignments) if _has_an_answer(notebook, one)), None
        )
        claims_another = isinstance(claimed, str) and claimed != best.name
        if claims_another and (answered is None or part < ENOUGH):
            name = str(claimed)[:50]
            raise NoSuchAssignment(say("the notebook says that it is for {name}", name=name))
        if answered is None:
            raise NoSuchAssignment(say("the notebook has no exercise of {name}", name=best.name))
        return answered
    if part < ENOUGH:
        raise NoSuchAssignment(
            say(
                "the notebook answers none of the assignments ({names}); name one with -a",
                names=listed(one.name for one in assignments),
            )
        )
    return best


def _has_an_answer(notebook: Notebook, assignment: Assignment) -> bool:
    """Whether there is a cell for any exercise at all."""
    found = states(notebook, assignment.cells, assignment.exercises)
    return any(state != "missing" for state in found.values())


def language_of(notebook: Notebook, released: Mapping[str, Sequence[Cell]]) -> str:
    """Return the language of which a notebook has the most lines, the first where none has more.

    released: the cells of the released notebook, by language. Other tools than Jupyter drop what
    the notebook says of itself.
    """
    lines = {language: set(_lines(cells)) for language, cells in released.items()}
    shared = set[str]().union(*(a & b for a, b in combinations(lines.values(), 2)))
    own = set[str]().union(*lines.values()) - shared
    there = own.intersection(_lines(notebook.cells))
    return max(lines, key=lambda language: len(lines[language] & there))


def _lines(cells: Iterable[Cell | NotebookCell]) -> Iterator[str]:
    return (line.strip() for cell in cells for line in cell.source.split("\n"))
