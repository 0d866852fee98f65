import pytest

from grader.explaining.case import Task
from grader.explaining.findings import RANKED
from grader.marking.checks import judge
from grader.model.assignment import Check
from grader.model.result import Fault
from tests.explaining.test_diagnose import diagnose, exercise, tensor

STEPS = """
def train(layer, x):
    for _ in range(9):
        layer.bias += 0.1 * layer.bias.grad
        layer.weight {} 0.1 * layer.weight.grad
train(layer, x)
"""


def told(code, *names, solution="", released="", ending="done", **known):
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
        task=Task(released=released, solution=solution or code.replace("+=", "-="), ending=ending),
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


UNUSED = "def f(x, scale):\n    return x + 1\na = f(x, 2)"
GIVEN = "t = torch.ones(2)"
UNREAD = "def f(x):\n    (x ** 2).sum().backward()\n    return x\na = f(x)"


@pytest.mark.parametrize(
    ("code", "solution", "kind"),
    [
        (UNUSED, UNUSED.replace("x + 1", "x * scale"), "argument-unused"),
        (UNREAD, UNREAD.replace("return x", "return x.grad"), "never-read"),
        (f"{GIVEN}\na = 1", f"{GIVEN}\na = t * 2", "given-unused"),
    ],
)
def test_habits_are_told_of_code_that_ran_to_its_end(code, solution, kind):
    def kinds(**known):
        found = told(code, "a", solution=solution, released=GIVEN, ranked=RANKED, **known)
        return {one.kind for one in found}

    assert kind in kinds()
    stopped = Fault(name="ValueError", message="no", line=1)
    for known in ({"fault": stopped}, {"ending": "crashed"}, {"ending": "timed out"}):
        assert kind not in kinds(**known)


def test_an_argument_is_said_to_be_unused_where_nothing_exact_is_told():
    check = Check(expression="f(x, 2)")
    asked = exercise(check)
    values = {"f(x, 2)": tensor([1.0, 2.0, 4.0])}, {"f(x, 2)": tensor([2.0, 4.0, 8.0])}
    found = diagnose(
        asked,
        actual=values[0],
        expected=values[1],
        checks=judge(asked, actual=values[0], expected=values[1]),
        code=UNUSED,
        task=Task(solution=UNUSED.replace("x + 1", "x * scale")),
        ranked=RANKED,
    )
    assert [one.kind for one in found] == ["scaled"]


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
