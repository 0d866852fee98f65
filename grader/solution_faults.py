"""Why a reference cannot be run: each fault of its solutions, given code and checks, with its line.

What fails because an earlier cell failed is left out: it is told when that cell is mended.
"""

from functools import cached_property

from grader.authoring.banned_uses import banned_uses
from grader.authoring.places import Places
from grader.comparing import describe
from grader.errors import SourceError
from grader.homes import homes
from grader.marking.checks import judge
from grader.model.assignment import Assignment, Check, Exercise
from grader.model.check_name import as_written
from grader.model.values import NoValue, OpaqueValue, RaisedValue, Value, Values
from grader.running.outputs import Ran, fault, unreached
from grader.syntax.names import bound, names_read
from grader.wording.report import failure
from grader.wording.values import told

# What to check in place of a value of which nothing is sent.
_ADVICE = {
    "a function": "; check what it returns, as `{name}(x)`, with `x` from `given`",
    "a class": "; check what an object of it gives, as `{name}(x).attribute`",
    "not a value that is compared": "; check what it gives: an attribute, or what a call returns",
}


def is_usable(value: Value) -> bool:
    """Whether a value can be compared with another."""
    return not isinstance(value, RaisedValue | OpaqueValue | NoValue)


class SolutionFaults:
    """Collects them in the order of the run; that a kernel ended is not among them."""

    def __init__(self, assignment: Assignment) -> None:
        self.found: list[SourceError] = []
        self._assignment = assignment
        self._missing: set[str] = set()  # names that no cell came to bind

    def add(self, where: str, problem: str, *, near: str = "", line: int | None = None) -> None:
        """Add a fault of an exercise, or of the cell of an id. near: a check of the exercise."""
        cells = self._assignment.cells
        cell = next((one.number for one in cells if where in (one.exercise, one.id)), 0) or None
        if line is None:
            line = self._places.near(cell, near)
        path = self._assignment.path
        said = as_written(f"{where}: {problem}")
        self.found.append(SourceError(said, path=path, cell=cell, line=line))

    def see_forbidden(self) -> None:
        """Look for what exercises forbid in their solutions."""
        for exercise in self._assignment.exercises:
            cell = self._assignment.cell_of(exercise)
            known = homes(exercise.forbid)
            for use in banned_uses(self._assignment, exercise, cell.solution, known):
                problem = f"the solution itself uses {use.name}, which the exercise forbids"
                self.add(exercise.name, problem)

    def see_cell(self, ran: Ran) -> None:
        """Look at how a cell ended."""
        source = ran.step.source
        if ran.run.ending == "done":
            self._missing -= bound(source)
            return
        where = ran.step.exercise or ran.step.released or ""
        follows = not self._missing.isdisjoint(names_read(source))
        self._missing |= unreached(ran, bound(source))
        if follows or ran.run.ending == "crashed":
            return
        found, line = fault(ran), None
        if found is not None and found.line is not None:
            cells = self._assignment.cells
            cell = next((one.number for one in cells if where in (one.exercise, one.id)), None)
            line = self._places.line_of_code(cell, source, found.line)
        what = f"{found.name}: {found.message}" if found else ran.run.ending
        self.add(where, f"the reference itself fails: {what}", line=line)

    def see_given(self, exercise: str, check: Check, problem: str) -> None:
        """Have the `given` of a check that fails."""
        if not self.found or self._missing.isdisjoint(names_read(check.given)):
            problem = f"`given` of `{check.expression}`: {problem}"
            self.add(exercise, problem, near=check.expression)

    def see_values(self, exercise: Exercise, values: Values) -> None:
        """Look for values that nobody could get marks for; a reference must pass its own checks."""
        raising = {check.expression for check in exercise.checks if check.raises}
        checks = {check.expression: check for check in exercise.checks}
        is_comparable = True
        for name, value in values.items():
            if name in raising or is_usable(value):
                continue
            is_comparable = False
            advice = _ADVICE.get(value.reason, "") if isinstance(value, OpaqueValue) else ""
            what = told(describe.thing(value))
            problem = f"`{name}` cannot be compared ({what}){advice.format(name=name)}"
            if isinstance(value, RaisedValue):
                asked = checks[name].step(value.step) if name in checks else ""
                at = f" in `{asked}`" if asked else ""
                problem = f"`{name}` raises {value.type}{at}: {value.message}"
            if self._missing.isdisjoint(checks[name].free_names if name in checks else [name]):
                self.add(exercise.name, problem, near=name)
        if is_comparable and self._missing.isdisjoint(exercise.reads):
            self._see_marks(exercise, values)

    def _see_marks(self, exercise: Exercise, values: Values) -> None:
        try:
            results = judge(exercise, actual=values, expected=values)
        except (TypeError, ValueError) as error:
            self.add(exercise.name, str(error))
            return
        for result in results:
            if result.outcome != "passed":
                problem = f"the reference fails its own check `{result.check}` ({failure(result)})"
                self.add(exercise.name, problem, near=result.check)

    @cached_property
    def _places(self) -> Places:
        path = self._assignment.path
        return Places(path, path.read_text(encoding="utf-8"))
