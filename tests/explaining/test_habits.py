from grader.explaining.case import Task
from grader.explaining.findings import RANKED
from grader.marking.checks import judge
from grader.model.assignment import Check
from tests.explaining.test_diagnose import diagnose, exercise, tensor

STEPS = """
def train(layer, x):
    for _ in range(9):
        layer.bias += 0.1 * layer.bias.grad
        layer.weight {} 0.1 * layer.weight.grad
train(layer, x)
"""


def told(code, *names, solution="", **known):
    asked = exercise(*(Check(expression=name) for name in names))
    actual = {name: tensor([1.0, 5.0, 2.0]) for name in names}
    expected = {name: tensor([4.0, 0.5, 9.0]) for name in names}
    checks = judge(asked, actual=actual, expected=expected)
    return diagnose(
        asked,
        actual=actual,
        expected=expected,
        checks=checks,
        code=code,
        task=Task(solution=solution or code.replace("+=", "-=")),
        **known,
    )


def test_a_step_uphill_is_told_by_what_it_changes_at_the_check_of_it():
    (found,) = told(STEPS.format("-="), "layer.weight", "layer.bias")
    assert (found.kind, found.check) == ("uphill", "layer.bias")
    assert "Line 4 adds the gradient to `layer.bias`" in found.text


def test_each_check_gets_the_step_uphill_that_it_is_about():
    found = told(STEPS.format("+="), "layer.weight", "layer.bias", "losses")
    assert {one.check: "Line 4" in one.text for one in found} == {
        "layer.weight": False,
        "layer.bias": True,
    }


def test_nothing_general_is_said_of_a_check_whose_sentence_stands_at_another():
    code = "def f(x, scale):\n    return x + 1\na, b = f(x, 2), f(x, 3)"
    found = told(code, "a", "b", solution=code.replace("x + 1", "x * scale"), ranked=RANKED)
    assert [(one.kind, one.check) for one in found] == [("argument-unused", "a")]


def test_what_is_seen_in_the_code_is_said_once():
    code = """
def train(w, x):
    for _ in range(9):
        loss(w, x).backward()
        with torch.no_grad():
            w -= w.grad
a, b, c = train(w, x)
"""
    found = told(code.replace("w.grad", "w.grad * 2"), "a", "b", "c")
    assert len({one.text for one in found}) == len(found)
