"""What numbers show by chance is told only where all wrong values of a function show it."""

import torch

from grader.explaining.case import Task
from grader.explaining.findings import RANKED
from grader.marking.checks import judge
from grader.model.assignment import Check
from tests.explaining.test_diagnose import diagnose, exercise, tensor

RIGHT = torch.tensor([1.3, -0.2, 2.0, -0.7, 0.4])
OTHER = torch.tensor([0.3, 1.2, -5.0, 0.9, 7.1])
CODE, SOLUTION = "def f(x): return x", "def f(x): return -x"


def kinds(shown, hidden, **known):
    """Diagnose a function from what it gives in a shown and in a hidden check."""
    checks = Check(expression="f(a)"), Check(expression="f(b)", hidden=True)
    asked = exercise(*checks)
    actual = {"f(a)": tensor(shown), "f(b)": tensor(hidden)}
    expected = {"f(a)": tensor(RIGHT), "f(b)": tensor(OTHER)}
    found = diagnose(
        asked,
        actual=actual,
        expected=expected,
        checks=judge(asked, actual=actual, expected=expected),
        code=CODE,
        task=Task(solution=SOLUTION),
        ranked=RANKED,
        **known,
    )
    return [one.kind for one in found]


def test_a_sign_that_is_wrong_everywhere_is_told():
    assert "sign" in kinds(-RIGHT, -OTHER)
    assert "sign" in kinds(-RIGHT, OTHER)  # a right value says nothing


def test_a_sign_that_is_wrong_in_one_check_alone_is_not():
    assert "sign" not in kinds(-RIGHT, OTHER * OTHER)


def test_of_numbers_wrong_where_they_should_be_negative():
    def wrong(right):
        return torch.where(right < 0, right * torch.arange(2, 7), right)

    both = torch.tensor([-1.0, 3.0, -2.0, 0.5, -7.0])
    asked = exercise(Check(expression="f(a)"), Check(expression="f(b)", hidden=True))

    def told(other):
        actual = {"f(a)": tensor(wrong(RIGHT)), "f(b)": tensor(other)}
        expected = {"f(a)": tensor(RIGHT), "f(b)": tensor(both)}
        checks = judge(asked, actual=actual, expected=expected)
        found = diagnose(
            asked,
            actual=actual,
            expected=expected,
            checks=checks,
            code=CODE,
            task=Task(solution=SOLUTION),
            ranked=RANKED,
        )
        return [one.kind for one in found]

    assert "by-sign" in told(wrong(both))
    assert "by-sign" not in told(both + torch.arange(5))


def test_what_rests_on_another_answer_is_not_called_wrong_in_itself():
    code = "v = step(gradient)"
    asked = exercise(Check(expression="v"), Check(expression="size"))
    actual = {"v": tensor(-RIGHT), "size": tensor(-OTHER)}
    expected = {"v": tensor(RIGHT), "size": tensor(OTHER)}
    checks = judge(asked, actual=actual, expected=expected)

    def told(code):
        return diagnose(
            asked,
            actual=actual,
            expected=expected,
            checks=checks,
            code=code,
            task=Task(solution="v = 0"),
            spoiled=("gradient",),
            ranked=RANKED,
        )

    resting, other = told(code)
    assert resting.text == (
        "`v` rests on `gradient` of an earlier exercise, which is not right yet: mend that first."
    )
    assert (other.kind, other.check) == ("sign", "size")
    own = told("gradient = 1\n" + code)  # the answer's own, whatever the other was
    assert "rests-on" not in [one.kind for one in own]
    local = told("def step(gradient): return gradient\nv = step(1)")
    assert "rests-on" not in [one.kind for one in local]
