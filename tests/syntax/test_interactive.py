import pytest

from grader.syntax.interactive import asks, stops


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(x):\n    breakpoint()\n    return x", True),
        ("import pdb; pdb.set_trace()", True),
        ("from IPython.core.debugger import set_trace\nset_trace()", True),
        ("print('breakpoint()')  # breakpoint()", False),
        ("breakpoint = 3", False),
        ("breakpoint(", False),
    ],
)
def test_a_debugger_is_seen_where_it_is_called(source, expected):
    assert stops(source) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("n = int(input('n? '))", True),
        ("import getpass\nkey = getpass.getpass()", True),
        ("layer.input()", False),
        ("input = 3", False),
        ("# input()", False),
    ],
)
def test_a_question_is_seen_where_it_is_asked(source, expected):
    assert asks(source) is expected
