"""What a task hands over, and whether an answer uses it."""

import pytest

from grader.syntax.givens import Unused, rebound_names, unused_arguments, unused_names

RELEASED = "data = load()\nsize = 2\nresult = ..."
SOLUTION = "data = load()\nsize = 2\nresult = data.sum() * size"


@pytest.mark.parametrize(
    ("code", "unused"),
    [
        ("def f(a, b): return a", ["b"]),
        ("def f(a, b):\n    b = 1\n    return a + b", []),
        ("def f(a, b):\n    def g(): return b\n    return a", []),
        ("def f(a, b): return locals()", []),
        ("def f(a, b): return eval('a + b')", []),
        ("def f(a, c): return a", []),
        ("def f(a, b): ...", []),
        ("def f(a, b):\n    'Not yet.'\n    pass", []),
        ("def g(a, b): return a", []),
    ],
)
def test_unused_arguments(code, unused):
    solution = "def f(a, b): return a + b"
    expected = [Unused(function="f", argument=name) for name in unused]
    assert unused_arguments(code, solution) == expected


def test_an_argument_that_the_solution_does_not_read_either_is_not_unused():
    assert unused_arguments("def f(a, b): return 1", "def f(a, b): return a") == [
        Unused(function="f", argument="a")
    ]


@pytest.mark.parametrize(
    ("answer", "unused"),
    [
        ("result = 3.0", ["data", "size"]),
        ("result = data.sum()", ["size"]),
        ("result = data.sum() * size", []),
        ("def f(data): return data * size\nresult = f(1)", ["data"]),
        ("result = ...", []),
    ],
)
def test_unused_names(answer, unused):
    assert unused_names(f"data = load()\nsize = 2\n{answer}", RELEASED, SOLUTION) == unused


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("data = 1\nresult = data", {"data": 3}),
        ("for size in range(3): result = size", {"size": 3}),
        ("result = [data for data in range(3)]", {}),
        ("def f():\n    data = 1\nresult = f()", {}),
        ("data[0] = 1", {}),
    ],
)
def test_given_names_that_are_bound_anew(answer, found):
    assert rebound_names(f"data = load()\nsize = 2\n{answer}", RELEASED, SOLUTION) == found


def test_a_given_name_that_the_solution_binds_anew_may_be():
    solution = "data = load()\nsize = 2\ndata = data * size"
    assert rebound_names("data = load()\nsize = 2\ndata = 1", RELEASED, solution) == {}
