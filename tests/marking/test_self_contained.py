"""Calls that hang on the data that come with them, and calls that hang on more."""

from dataclasses import replace

import pytest

from grader.marking.self_contained import Code
from grader.model.assignment import Check
from grader.syntax.statements import statements

CALL = Check(expression="f(x)", given="import torch\nx = torch.randn(3)", hidden=True)
GIVEN = "import torch\nfrom torch import nn\ndata = torch.randn(4)"


def alone(*cells, check=CALL):
    return Code(map(statements, (GIVEN, *cells))).is_self_contained(check)


@pytest.mark.parametrize(
    "cell",
    [
        "def f(x):\n    return torch.exp(x) + len(x)",
        "def f(x):\n    data = x\n    return data",
        "def f(x, times=3):\n    return g(x)\n\ndef g(x):\n    return f(x) or nn.ReLU()",
        "from math import exp\ndef f(x):\n    return [exp(one) for one in x]  # no data",
    ],
)
def test_functions_that_read_modules_and_each_other_do(cell):
    assert alone(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "def f(x):\n    return x @ data",
        "def f(x):\n    return g(x)\n\ndef g(x):\n    return x - data.mean()",
        "def f(x, w=data):\n    return x @ w",
        "def f(x, w=torch.randn(3)):\n    return x @ w",
        "def f(x):\n    return x @ w\n\nw = 3",
        "f = lambda x: x @ data",
        "f = nn.Linear(3, 1)",
        "def made(w):\n    return lambda x: x @ w\n\nf = made(data)",
        "def f(x):\n    return x @ f.w\n\nf.w = data",
        "@keep(data)\ndef f(x):\n    return x",
        "class f:\n    w = data",
        "def f(x):\n    return x @ unknown",
        "def f(x):\n    return 2 * x\n\nif data.sum() > 0:\n    f = torch.exp",
        "def f(y):\n    return y @ x",
        "from helpers import *",
        "g = 3",
    ],
)
def test_what_may_read_more_does_not(cell):
    assert not alone(cell)


def test_a_name_that_is_bound_anywhere_counts():
    assert not alone("def f(x):\n    return sum(x)", "sum = data")
    assert not alone("def f(x):\n    return torch.exp(x)", "torch = data")


def test_the_data_themselves_may_not_be_made_of_others():
    function = "def f(x):\n    return 2 * x"
    assert not alone(function, check=replace(CALL, given="x = data[:3]"))
    assert alone(
        function, check=replace(CALL, given="import torch\ndata = torch.ones(3)\nx = data")
    )


def test_no_call_without_data_does():
    assert not alone("def f(x):\n    return x", check=replace(CALL, given=""))


def test_what_has_to_succeed_counts_too():
    check = replace(CALL, raises="ValueError", valid="g(x)")
    assert not alone("def f(x):\n    return x\n\ng = data", check=check)
    assert alone("def f(x):\n    return x\n\ndef g(x):\n    return x", check=check)
