"""The cells that do not come to their end."""

from collections.abc import Sequence
from dataclasses import replace

from grader.explaining.case import Task
from grader.explaining.failures import of_cell
from grader.model.assignment import Assignment, Cell
from grader.model.precheck import Stop
from grader.model.result import Fault
from grader.model.submission import Alignment, Notebook, Step
from grader.running.outputs import Ran, fault

_UNREADABLE = ("SyntaxError", "IndentationError", "TabError")


class Stops:
    """Finds what stopped in the run of a notebook.

    alignment: of the notebook; assignment: of what was released.
    """

    def __init__(self, notebook: Notebook, alignment: Alignment, assignment: Assignment) -> None:
        self._notebook = notebook
        self._cells = {cell.id: cell for cell in assignment.cells}
        self._order = list(self._cells)
        self._homes = {
            cell.exercise or "": cell.id for cell in self._cells.values() if cell.role == "exercise"
        }
        empty = [one.exercise.name for one in alignment.answers if one.state != "filled"]
        self._empty = {self._homes[name]: name for name in empty}

    def among(self, ran: Sequence[Ran]) -> list[Stop]:
        """Return what stopped, in order, but for the errors of blanks, which cannot do better.

        Nor is an error of a self-check one: that is how it says that something does not fit.
        """
        found, before = list[Stop](), list[tuple[int, str]]()
        for one in ran:
            step = one.step
            home = self._cells.get(step.released or self._homes.get(step.exercise or "", ""))
            is_check = home is not None and home.role == "self_check"
            is_blank = step.role == "exercise" and home is not None and home.id in self._empty
            is_due = one.run.ending == "error" and (is_check or is_blank)
            if one.run.ending != "done" and not is_due:
                found.append(self._stop(one, home, tuple(before)))
            if step.role != "given" and not step.opaque:
                before.append(((step.cell or 0) + 1, step.source))
        return found

    def _stop(self, ran: Ran, home: Cell | None, before: tuple[tuple[int, str], ...]) -> Stop:
        """Return what stopped. home: the released cell that it is, or stands below.

        before: the student's cells above it, by their numbers.
        """
        step = ran.step
        is_check = home is not None and home.role == "self_check"
        above = lines_above(step, self._notebook)
        source = step.source if not above else self._notebook.cells[step.cell or 0].source
        error = _lower(fault(ran), above)
        released = home.source if home is not None else ""
        task = Task(released=released, before=before, ending=ran.run.ending)
        follows = error is not None and error.name not in _UNREADABLE
        return Stop(
            cell=None if step.cell is None else step.cell + 1,
            exercise=step.exercise or (home.exercise if home is not None else None),
            role="self_check" if is_check else step.role,
            ending=ran.run.ending,
            exceeded=ran.run.exceeded,
            fault=error,
            symptom=next(of_cell(error, source, task), None),
            below_blank=self._blank_above(home) if follows else "",
        )

    def _blank_above(self, home: Cell | None) -> str:
        """Return the first exercise above a released cell that is not filled in."""
        end = self._order.index(home.id) if home is not None else len(self._order)
        above = (self._empty[id] for id in self._order[:end] if id in self._empty)
        return next(above, "")


def lines_above(step: Step, notebook: Notebook) -> int:
    """Return how many lines of its cell stand above a step: a cell may have been taken apart."""
    if step.cell is None or step.role == "given":
        return 0
    whole = notebook.cells[step.cell].source
    return max(0, whole[: max(0, whole.find(step.source))].count("\n"))


def _lower(error: Fault | None, above: int) -> Fault | None:
    """Return an error with the lines of the whole cell, above which stand so many."""
    if error is None or not above:
        return error
    return replace(
        error,
        line=error.line and error.line + above,
        statement=error.statement and error.statement + above,
    )
