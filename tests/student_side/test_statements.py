"""Statements that run before expressions are evaluated, in a namespace of their own."""

import random

import pytest
import torch

from grader.formats import wire
from grader.model.values import NumberValue
from grader.student_side.probe import Probe
from tests.student_side.test_probe import ask


def observe(namespace, run, *expressions, given=None, probe=None, seed=0):
    asked = {str(place): text for place, text in enumerate(expressions)}
    question = wire.question("observe", values=given, expressions=asked, seed=seed, run=run)
    return ask(probe or Probe(namespace), question)


def cell(namespace, source):
    exec(compile(source, "<cell>", "exec"), namespace)
    return namespace


def test_expressions_see_what_the_statements_bind_and_nobody_else_does():
    namespace = {"weight": 2.0}
    answer = observe(namespace, "loss = weight * 3\nweight = 5.0", "loss", "weight")
    assert [answer["0"].value, answer["1"].value] == [6.0, 5.0]
    assert namespace == {"weight": 2.0}


def test_what_they_change_in_place_is_put_back_and_named():
    namespace = {"weights": torch.ones(2)}
    answer = observe(namespace, "weights.mul_(3)", "weights.sum()")
    assert answer["0"].data.item() == 6.0
    assert namespace["weights"].tolist() == [1.0, 1.0]
    assert answer["changed"].entries["0"].items[0].value == "weights"


@pytest.mark.parametrize(
    ("run", "expressions", "step"),
    [
        ("x = 1\ny = 1 / 0", ["x"], 2),
        ("x = 1\ny = (\n    x /\n    0)", ["x"], 3),
        ("x = 1\nfor n in range(3):\n    x = x / (2 - n)", ["x"], 3),
        ("x = 0", ["x", "1 / x"], 3),
    ],
)
def test_the_step_that_raises_is_told(run, expressions, step):
    answer = observe({}, run, *expressions)
    assert {answer[str(n)].type for n in range(len(expressions))} == {"ZeroDivisionError"}
    assert answer["0"].step == step
    assert answer["0"].line is None


def test_a_line_of_the_students_is_told_beside_the_step():
    namespace = cell({}, "def f(x):\n    y = x + 1\n    return y / 0\n")
    answer = observe(namespace, "a = 1\nb = f(a)\nc = b", "c")
    assert (answer["0"].line, answer["0"].step) == (3, 2)


def test_tensors_that_came_before_an_error_are_not_sent():
    answer = observe({}, "import torch\nx = torch.ones(3)", "x", "x @ x.T.unknown")
    assert answer["0"].type == answer["1"].type == "AttributeError"


def test_statements_draw_from_the_seed_and_leave_the_generators_as_they_were():
    probe = Probe({"random": random, "torch": torch})
    torch.manual_seed(3)
    before = torch.get_rng_state()
    run = "a = torch.rand(2)\nb = random.random()"
    one, same, other = (observe({}, run, "a", "b", probe=probe, seed=n) for n in (1, 1, 2))
    assert one["0"].data.tolist() == same["0"].data.tolist() != other["0"].data.tolist()
    assert one["1"].value == same["1"].value != other["1"].value
    assert torch.equal(torch.get_rng_state(), before)


def test_given_data_stand_before_the_names_of_the_notebook():
    given = {"x": NumberValue(type="float", value=4.0)}
    assert observe({"x": 1.0}, "y = x + 1", "y", given=given)["0"].value == 5.0
