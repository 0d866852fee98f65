"""What those who ask for the names of cells make of them."""

from grader.intake.match import needed
from grader.marked_run import _further_names
from grader.model.assignment import Cell, Check, Exercise
from grader.model.submission import Step

CHECKS = (Check(expression="w"), Check(expression="f(2)"), Check(expression="w + b", of=("w",)))
EXERCISE = Exercise(name="one", title={"": "One"}, points=1, checks=CHECKS)


def step(source, **more):
    return Step(source=source, role="own", exercise="one", **more)


def test_further_names_are_what_the_cells_leave_and_nobody_checks():
    steps = [
        step("from math import *\nw = [n for n in range(3)]\ndef f(x): y = x"),
        step("try:\n    import a.b as c\nexcept ImportError as e:\n    c = None\n_hidden = 1"),
        step("if True:\n    def g(z): pass\n(walrus := 1)"),
        step("broken = ("),
        step("deep = 1", opaque=True),
        Step(source="others = 1", role="own", exercise="two"),
    ]
    assert _further_names(EXERCISE, steps) == ["c", "f", "g", "walrus"]


def test_the_names_that_are_needed_are_those_that_the_solution_binds():
    source = "b = 1\nw = [f for f in range(b)]"
    cell = Cell(id="x", role="exercise", exercise="one", source="", solution=source)
    assert needed(EXERCISE, cell) == {"w", "b"}
