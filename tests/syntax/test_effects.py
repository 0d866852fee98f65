"""Which names a cell's calls may change the values of."""

import pytest

from grader.syntax.effects import touched


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("values.append(one)", {"values", "one"}),
        ("for part in parts:\n    part.zero_()", {"part"}),
        ("with torch.no_grad():\n    update([w, b], step=0.1)", {"update", "w", "b"}),
        ("%time change(data)", {"get_ipython"}),
        ("other = change(data)", set()),
        ("print(data.add_(1))\ndisplay(data)", set()),
        ("data.shape", set()),
        ("def later():\n    data.zero_()", set()),
        ("no python here", set()),
    ],
)
def test_what_stands_in_a_call_that_stands_alone_may_change(source, names):
    assert touched(source) == names
