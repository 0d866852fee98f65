"""Whether an answer is the author's own code, with all that it needs: nobody typed anything in.

The code is the reference's or an alternative's, or a blank, whatever its layout and the names in
its functions, in cells that ran to their end. What it gives on other data is right, or these data
tell nothing.
"""

from functools import lru_cache

from grader.asked_again import Asked
from grader.marking.dependence import Read
from grader.model.assignment import Assignment
from grader.reached_steps import reached_steps
from grader.running.outputs import Ran
from grader.running.run import Run
from grader.syntax.forms import form


def is_authors_own(asked: Asked, run: Run, assignment: Assignment, *, read: Read) -> bool:
    """Whether all steps that an exercise needs, up to the look that counts, are the author's.

    run: of the whole notebook, on the data shown; read: gives the statements of a cell.
    """
    name, moment = asked.whole.name, asked.best.moment
    if asked.ways or moment != "own" or not asked.best.right:
        return False
    own = run.of(name)
    if own is None or not _is_known(own, assignment):
        return False
    needed = reached_steps(run, [asked.exercise], at={name: moment}, read=read)
    return all(_is_known(run.ran[place], assignment) for place in needed)


def _is_known(ran: Ran, assignment: Assignment) -> bool:
    step = ran.step
    if step.role == "given":  # it runs as released, whatever was handed in
        return True
    if step.role != "exercise" or step.opaque or ran.run.ending != "done":
        return False
    exercise = assignment.exercise(step.exercise or "")
    cell, others = assignment.cell_of(exercise), (one.solution for one in exercise.alternatives)
    return form(step.source) in _forms((cell.solution, *others, cell.source))


@lru_cache(maxsize=200)  # the exercises of a course's assignments
def _forms(sources: tuple[str, ...]) -> frozenset[str]:
    return frozenset(filter(None, map(form, sources)))
