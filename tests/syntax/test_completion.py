"""Code that leaves out what it does not change."""

import textwrap

import pytest

from grader.syntax.completion import completed, completed_cell

CLASS = '''\
class Net(Module):
    """A net."""

    depth: int = 2

    def __init__(self, width):
        super().__init__()
        self.width = width

    @property
    def size(self):
        return self.width

    def forward(self, x):
        return x * self.width'''
CELL = f"""\
import torch

{CLASS}


net = Net(3)
%time net(1)
for _ in range(3):
    loss = net(2)
result = net(loss)"""


def body(code):
    return textwrap.dedent(code).strip("\n")


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        (
            "class Net(Module):\n    def forward(self, x):\n        return x",
            {'    """A net."""\n': "", "return x * self.width": "return x"},
        ),
        (
            'class Net(Module):\n    """Mine."""\n\n    depth: int = 3\n\n'
            "    def forward(self, x):\n        return x",
            {"A net.": "Mine.", "= 2": "= 3", "return x * self.width": "return x"},
        ),
    ],
    ids=["a method", "a field and a docstring"],
)
def test_a_class_gets_the_methods_that_it_leaves_out(code, changes):
    whole = CLASS
    for old, new in changes.items():
        assert whole.count(old) == 1
        whole = whole.replace(old, new)
    assert completed(code, CLASS) == whole


def test_methods_that_are_indented_differently_are_moved():
    found = completed("class Net(Module):\n  def forward(self, x):\n    return 0", CLASS)
    space: dict = {"Module": object}
    exec(found, space)
    net = space["Net"](3)
    assert (net.forward(2), net.size, net.depth) == (0, 3, 2)


@pytest.mark.parametrize(
    "code",
    [
        "class Net(Other):\n    def forward(self, x):\n        return x",
        "class Net(Module):\n    def other(self, x):\n        return x",
        "class Net(Module):\n    if True:\n        depth = 3",
        "class Net(Module): depth = 3",
        "@decorated\nclass Net(Module):\n    def forward(self, x):\n        return x",
        "class Other(Module):\n    def forward(self, x):\n        return x",
        "def Net(width):\n    return abs",
        "print(1)",
        "class Net(",
    ],
    ids=[
        *("other bases", "no method of it", "more than methods", "on one line", "decorated"),
        *("another name", "a function of its name", "no definition", "no Python"),
    ],
)
def test_code_that_is_no_part_of_a_solution_stays_as_it_is(code):
    assert completed(code, CLASS) == code


def test_a_whole_class_stays_as_it_is():
    other = CLASS.replace("* self", "- self").replace("    def", "    # A note.\n    def")
    assert completed(other, CLASS) == other


def test_new_methods_stand_above_the_next_known_one():
    code = """
        class Net(Module):
            def half(self, x):
                return x / 2

            def forward(self, x):
                return self.half(x)

            def last(self):
                return 1
    """
    found = completed(body(code), CLASS)
    order = [line.split("(")[0].split()[-1] for line in found.split("\n") if " def " in line]
    assert order == ["__init__", "size", "half", "forward", "last"]


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("net = Net(4)", "net = Net(3)", "net = Net(4)"),
        (
            "import math\nnet = Net(math.pi)",
            "net = Net(3)",
            "import math\n\nnet = Net(math.pi)",
        ),
        (
            "class Net(Module):\n    def forward(self, x):\n        return x\n\n\nresult = 1",
            '    """A net."""\n\n    depth',
            "\n    depth",
        ),
    ],
    ids=["a name", "with an import", "a class and a name"],
)
def test_a_cell_keeps_what_code_leaves_out(code, old, new):
    found = completed_cell(code, CELL)
    whole = CELL.replace(old, new)
    if "result" in code:
        whole = whole.replace("return x * self.width", "return x")
        whole = whole.replace("result = net(loss)", "result = 1")
    assert found == whole


@pytest.mark.parametrize(
    "code",
    ["loss = 1", "other = 1", "net = Net(4)\nprint(net)", "import math", "net = ("],
    ids=["bound in a loop, too", "not there", "does more", "an import alone", "no Python"],
)
def test_what_is_no_part_of_a_cell_is_no_list(code):
    assert completed_cell(code, CELL) is None
