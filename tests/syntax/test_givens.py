"""What a task hands over, and whether an answer uses it."""

import pytest

from grader.syntax.givens import (
    Unused,
    changed_names,
    kept_names,
    lines_of,
    rebound_arguments,
    rebound_names,
    unused_arguments,
    unused_names,
)

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


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("data += 1", {"data": 3}),
        ("data[0] = 1", {"data": 3}),
        ("data.add_(1)", {"data": 3}),
        ("data.requires_grad_()", {}),
        ("data = data + 1", {}),
        ("result.add_(1)", {}),
        ("def f(data):\n    data += 1", {}),
    ],
)
def test_given_values_that_are_changed_in_place(line, changed):
    code = f"data = load()\nsize = 2\n{line}\nresult = data"
    assert changed_names(code, RELEASED, SOLUTION) == changed
    assert changed_names(code, RELEASED, f"{SOLUTION}\n{line}") == {}


def test_adding_to_a_tensor_binds_nothing_anew():
    code = "data = load()\nsize = 2\ndata -= size\nresult = data"
    assert rebound_names(code, RELEASED, SOLUTION) == {"data": 3}
    assert rebound_names(code, RELEASED, SOLUTION, {"data"}) == {}
    assert rebound_names(f"{code}\ndata = 1", RELEASED, SOLUTION, {"data"}) == {"data": 5}


def test_what_an_answer_keeps_of_the_release():
    code = "data = load()\nsize = 3\nresult = data"
    assert kept_names(code, RELEASED) == {"data"}
    assert lines_of(code, RELEASED) == {1}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("w = zeros()\n    return w + x", {("f", "w"): 2}),
        ("w = w.clone()\n    return w + x", {}),
        ("print(w)\n    w = zeros()\n    return w + x", {}),
        ("return w + x", {}),
        ("if x:\n        w = zeros()\n    return w", {}),
    ],
)
def test_arguments_that_are_bound_anew_before_they_are_read(body, found):
    code = f"def f(w, x):\n    {body}"
    assert rebound_arguments(code, "def f(w, x):\n    return w * x") == found
    assert rebound_arguments(code, "def f(x):\n    return x") == {}
