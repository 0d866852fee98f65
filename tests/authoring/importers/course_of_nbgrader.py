"""An assignment of nbgrader's with one of everything, written for the tests."""

from tests.authoring.importers.notebooks import Nbgrader, code, text

SQUARES = '''
def squares(n):
    """The squares of 1 to n, in a list."""
    ### BEGIN SOLUTION
    if n < 1:
        raise ValueError("n has to be 1 or more")
    return [i**2 for i in range(1, n + 1)]
    ### END SOLUTION
'''
SCALER = """
class Scaler(torch.nn.Module):
    def __init__(self, data):
        super().__init__()
        ### BEGIN SOLUTION
        self.mean = data.mean(dim=0)
        self.spread = data.std(dim=0)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        return (x - self.mean) / self.spread
        ### END SOLUTION
"""
ENTROPY = """
def entropy(p):
    ### BEGIN SOLUTION
    return -(p * np.log(p)).sum()
    ### END SOLUTION
"""


def cells(schema: int, *, is_manual: bool = True) -> list[dict]:
    """Return the cells of the source. is_manual: whether a person marks some."""
    of = Nbgrader(schema)
    made = [
        of.locked("intro", "# Numbers and tensors\n\nAnswer in the cells below."),
        code("import numpy as np\nimport torch\n%matplotlib inline"),
        text("---\n## Part A: squares (3 points)\n\nA list of squares; `ValueError` below 1."),
        of.answer("squares", SQUARES),
        text("This should show the first ten:"),
        code("squares(10)"),
        of.tests("correct_squares", 2, '''
"""Squares of several numbers"""
assert squares(1) == [1]
assert squares(3) == [1, 4, 9], "three squares"
### BEGIN HIDDEN TESTS
assert squares(11)[-1] == 121
assert len(squares(20)) == 20
### END HIDDEN TESTS
print("All tests passed!")
'''),
        of.tests("squares_invalid", 1, """
try:
    squares(0)
except ValueError:
    pass
else:
    raise AssertionError("did not raise")
"""),
        text("## Part B: a layer\n\nScale each column."),
        of.answer("scaler", SCALER),
        of.tests("test_scaler", 2, """
torch.manual_seed(1)
data = torch.randn(20, 3) * 4 + 1
scaler = Scaler(data)
out = scaler(data)
assert out.shape == (20, 3)
torch.testing.assert_close(out.mean(dim=0), torch.zeros(3), rtol=1e-3, atol=1e-5)
assert torch.allclose(out, (data - data.mean(0)) / data.std(0), atol=1e-4)
"""),
        text("## Part C: entropy"),
        of.answer("cell-1f2e3d4c5b6a7988", ENTROPY),
        of.tests("cell-0a1b2c3d4e5f6071", 1, """
p = np.array([0.5, 0.25, 0.25])
np.testing.assert_allclose(entropy(p), 1.0397207708, rtol=1e-6)
assert abs(entropy(np.ones(4) / 4) - np.log(4)) < 1e-6
assert isinstance(float(entropy(p)), float)
for n in (2, 3, 7):
    q = np.ones(n) / n
    assert np.isclose(entropy(q), np.log(n))
"""),
        text("## Part D\n\nWhy is the entropy of a certain event 0?"),
        of.manual("why", 2, "Since $\\\\log 1 = 0$, and what never happens adds nothing."),
        of.manual("use", 1, "print(entropy(np.ones(2) / 2))", code),
    ]  # fmt: skip
    return made if is_manual else made[:-3]


RIGHT = {
    "squares": "def squares(n):\n    if n <= 0:\n        raise ValueError(n)\n"
    "    return [k * k for k in range(1, n + 1)]",
    "scaler": "class Scaler(torch.nn.Module):\n    def __init__(self, data):\n"
    "        super().__init__()\n        self.mean, self.spread = data.mean(0), data.std(0)\n\n"
    "    def forward(self, x):\n        return x.sub(self.mean).div(self.spread)",
    "entropy": "def entropy(p):\n    return float(np.sum(p * np.log(1 / p)))",
}
WRONG = {
    "squares": "def squares(n):\n    return [k * k for k in range(n)]",
    "scaler": "class Scaler(torch.nn.Module):\n    def __init__(self, data):\n"
    "        super().__init__()\n        self.mean, self.spread = data.mean(), data.std()\n\n"
    "    def forward(self, x):\n        return (x - self.mean) / self.spread",
    "entropy": "def entropy(p):\n    return (p * np.log(p)).sum()",
}
