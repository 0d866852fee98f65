"""Known mistakes: one that explains all, one in a part of an answer, and none that only may be."""

import pytest
import torch

from grader.explaining.known import known
from grader.model.assignment import Check, Exercise, Mistake
from grader.model.values import TensorValue

SOLUTION = "def f(x): return x.mean()\ndef g(x): return x.max()"
SUM = SOLUTION.replace("mean", "sum")
MIN = SOLUTION.replace("max", "min")
EXERCISE = Exercise(
    name="e",
    title={"": "E"},
    points=1,
    checks=(Check(expression="f(d)"), Check(expression="g(d)")),
    mistakes=(
        Mistake(name="sum", help={"": "A mean?"}, solution=SUM, cell=1),
        Mistake(name="min", help={"": "The largest?"}, solution=MIN, cell=2),
    ),
)


def values(f, g):
    made = {"f(d)": f, "g(d)": g}
    return {name: TensorValue.of(torch.tensor(value)) for name, value in made.items()}


@pytest.mark.parametrize(
    ("actual", "code", "found"),
    [
        (values(9.0, 5.0), SUM, {"sum": {"f(d)"}}),
        (values(3.0, 1.0), MIN, {"min": {"g(d)"}}),
        (values(9.0, 1.0), SUM.replace("max", "min"), {"sum": {"f(d)"}, "min": {"g(d)"}}),
        (values(9.0, 2.0), SUM.replace("max", "median"), {"sum": {"f(d)"}}),
        (values(8.0, 5.0), SUM, {}),
        (values(3.0, 5.0), SOLUTION, {}),
    ],
)
def test_which_mistakes_are_known_and_what_they_explain(actual, code, found):
    told = known(
        EXERCISE,
        actual=actual,
        expected=values(3.0, 5.0),
        mistakes={"sum": values(9.0, 5.0), "min": values(3.0, 1.0)},
        code=code,
        solution=SOLUTION,
    )
    assert {one.symptom.mistake: one.checks for one in told} == found
    assert {one.symptom.kind for one in told} <= {"mistake"}
