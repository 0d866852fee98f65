import pytest

from grader.syntax.debuggers import stops


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
