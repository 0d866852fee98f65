"""Whatever a test is made of, what becomes of it can be read, and nothing is lost in silence."""

import ast

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.authoring.check_header import CheckHeader
from grader.authoring.importers import pieces
from grader.authoring.importers.check_list import CheckList
from grader.authoring.importers.known import Known
from grader.authoring.importers.test_code import read_test

CELLS = "import numpy as np\nimport torch\ndata = torch.randn(3)"
ANSWER = (
    "def f(x):\n    return x\n\n\nclass Net:\n    def go(self, x):\n        self.x = x\n\n\ny = 2"
)
PARTS = [
    "import itertools",
    "from numpy.testing import assert_allclose",
    "x = 3",
    "x = f(3)",
    "x, z = f(1), 2",
    "z = np.ones(3)",
    "x += 1",
    "torch.manual_seed(0)",
    "x = torch.randn(2)",
    "net = Net()",
    "net.go(x)",
    "out = net.go(x)",
    "print('done')",
    "assert x == 3",
    "assert f(x) == 3 and y == 2, 'both'",
    "assert net.x is None",
    "assert_allclose(f(z), z, rtol=1e-3)",
    "assert abs(f(x) - y) < 1e-3",
    "try:\n    f(x)\nexcept ValueError:\n    pass\nelse:\n    assert False",
    "with torch.no_grad():\n    x = f(data)",
    "for i in range(3):\n    assert f(i) == i",
    "if y:\n    assert f(y)\nelse:\n    print(y)",
    "def check(a, b):\n    assert a == b",
    "check(f(1), 2)",
    "def test_it():\n    assert f(x) == 2\n    return x",
    "del y",
    "x = lambda v: f(v)",
    "assert [f(v) for v in (1, 2)] == [1, 2]",
    "assert (w := f(2)) == 2",
    "secret.check(f)",
    "raise AssertionError",
    "x",
    "f(x)",
]


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=7),
    st.sets(st.integers(1, 20), max_size=3),
    st.booleans(),
)
def test_what_becomes_of_a_test_is_a_header_of_ours(parts, hidden, is_shown):
    known = Known()
    known.add(CELLS)
    known.add(ANSWER, "answer")
    code = "\n".join(parts)
    test = pieces.Tested(
        cell=1, code=code, points=2.0, title="a", hidden=frozenset(hidden), is_shown=is_shown
    )
    read = read_test(test, known)
    checks = CheckList()
    for one in read.checks:
        checks.add(one, 2.0)
    made, properties, _ = checks.finished("title")
    for one in made:
        CheckHeader.model_validate(one)
    for one in (*properties, *read.imports):
        ast.parse(one)
    if any(part.startswith(("assert f", "assert [f")) for part in parts):
        assert made or read.remarks
