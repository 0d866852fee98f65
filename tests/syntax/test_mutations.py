"""Which arguments a function changes in place, and what only looks like it."""

import pytest

from grader.syntax.mutations import Mutation, changed_arguments


@pytest.mark.parametrize(
    ("body", "is_changed"),
    [
        ("a[0] = 1", True),
        ("a.requires_grad = True", True),
        ("a.requires_grad_()", True),
        ("a.grad = None", False),
        ("del a[0]", True),
        ("a.add_(1)", True),
        ("a *= a.mean()", True),
        ("a *= 2", False),
        ("a.add(1)", False),
        ("a.__len__()", False),
        ("b = a[0]", False),
        ("b[0] = 1", False),
        ("a = a.clone(); a[0] = 1", False),
        ("def g(): a[0] = 1", False),
    ],
)
def test_arguments_that_are_changed(body, is_changed):
    expected = [Mutation(function="f", argument="a", line=2)] if is_changed else []
    assert changed_arguments(f"def f(a):\n    {body}", "def f(a): pass") == expected


def test_what_the_solution_changes_may_be_changed():
    code = "def f(a, b):\n    a.zero_()\n    b.zero_()"
    found = changed_arguments(code, "def f(a, b): a[:] = 0")
    assert [(one.argument, one.line) for one in found] == [("b", 3)]
