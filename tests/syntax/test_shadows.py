"""Names of Python's own that code binds to something else."""

import pytest

from grader.syntax.shadows import bound_at, called


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("  x = sum(max(a), a.min())", {"sum", "max"}),
        ("for n in range(3):", {"range"}),
        ("if len(a):", {"len"}),
        ("print", set()),
        ("x = (", set()),
    ],
)
def test_called(line, names):
    assert called(line) == names


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("a = 1\nsum = 2\nsum = 3", 2),
        ("def sum(): pass", 1),
        ("\nfor sum in a: pass", 2),
        ("a = sum(b)", 0),
        ("a.sum = 1", 0),
        ("sum = (", 0),
    ],
)
def test_bound_at(code, line):
    assert bound_at(code, "sum") == line
