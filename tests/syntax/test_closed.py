import pytest

from grader.syntax.closed import Definitions
from grader.syntax.harmless_names import ATTRIBUTES

DEFINED = """
import torch
from torch import nn
import numpy as np

def twice(x, factor=2):
    made = torch.zeros(3)
    made[0] = factor
    return factor * x

def more(x):
    return [twice(one) for one in x]

double = lambda x: twice(x)
"""
CALLS = [("more(rows)", "rows = torch.ones(2, 3)"), ("double(x=3)", "")]


def kept(source, *before, calls=CALLS):
    definitions = Definitions()
    for cell in (DEFINED, *before):
        definitions.add(cell)
    return definitions.keep(source, calls)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "table = more([1, 2])\nprint(table[0], f'{table}')",
        "import math\nfrom itertools import chain\nx = math.pi",
        "w = torch.zeros(2, requires_grad=True)\n(w ** 2).sum().backward()\nw.grad.zero_()",
        "with torch.no_grad():\n    for n in range(3):\n        w = torch.ones(1)\n        w -= 1",
        "layer = nn.Linear(2, 1)\nlayer.weight = nn.Parameter(torch.ones(1, 2))",
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.layer = nn.Linear(2, 2)\n    def forward(self, x):\n"
        "        return self.layer(x)\nNet()(torch.ones(2))",
        "try:\n    torch.ones(2) @ torch.ones(3)\nexcept RuntimeError as error:\n"
        "    name = type(error).__name__",
        "def other(x):\n    return getattr(x, 'dtype', None)",
        "np.random.seed(1)\ntorch.manual_seed(2)\nx = np.random.rand(3)",
        "this is no Python",
    ],
)
def test_what_changes_values_at_hand_alone_is_not_told(source):
    assert kept(source)


@pytest.mark.parametrize(
    "source",
    [
        # It binds what is reached, be it a name of Python's own or by a helper.
        "def twice(x):\n    return 0",
        "torch = None",
        "list = 3\ntwice = list",
        "del double",
        "def change():\n    global twice\n    twice = None\nchange()",
        "for twice in range(3):\n    pass",
        "import math as torch",
        # Settings, modules, classes, files.
        "torch.set_default_dtype(torch.float64)",
        "torch.set_printoptions(precision=2)",
        "np.seterr(all='raise')",
        "torch.sum = None",
        "torch.Tensor.__add__ = None",
        "twice.__defaults__ = (3,)",
        "twice.factor = 3",
        "setattr(torch, 'sum', None)",
        "getattr(torch, 'set_default_dtype')(torch.float64)",
        "globals()['twice'] = None",
        "exec('twice = None')",
        "open('file', 'w')",
        "import os\nos.environ['x'] = '1'",
        "from torch import set_default_dtype",
        "from torch import *",
        "import warnings",
        "type('A', (), {})",
        "await other()",
        # What IPython has of its own.
        "%run other.py",
        "!touch file",
        "%%time\nx = 1",
        "get_ipython().run_line_magic('run', 'other.py')",
    ],
)
def test_whatever_may_do_more_is_told(source):
    assert not kept(source)


@pytest.mark.parametrize(
    "before",
    [
        "def twice(x, seen=[]):\n    seen.append(x)\n    return seen",
        "@decorated\ndef twice(x):\n    return x",
        "def twice(x):\n    return _ * x",
        "def helper():\n    torch.set_num_threads(2)",  # others may call it
        "from helper import *",
        "%load file.py",
        "exec('twice = None')",
    ],
)
def test_what_calls_reach_has_to_be_known(before):
    assert kept("x = 1")
    assert not kept("x = 1", before)


VALUES = """
w = torch.zeros(2, requires_grad=True)
view, copies = w.detach(), [w]
u = v = torch.ones(3)
def scaled(x):
    return w * x
"""
ON_VALUES = [("scaled(v)", "")]


@pytest.mark.parametrize(
    ("source", "is_kept"),
    [
        ("x = torch.ones(3)\nx[0] = 1", True),
        ("for _ in range(3):\n    x = torch.ones(3)", True),
        ("w", False),
        ("w = 3", False),
        ("scaled(3)", False),  # it may change `w`
        ("view[0] = 1", False),
        ("copies.clear()", False),
        ("u.zero_()", False),
        ("_.zero_()", False),  # it may be any of them
        ("def change():\n    view[0] = 1\nchange()", False),
        ("def other(w):\n    return w\nother(3)", True),
    ],
)
def test_values_that_calls_reach_are_not_touched(source, is_kept):
    assert kept(source, VALUES, calls=ON_VALUES) == is_kept
    assert kept("x = 1", VALUES, source, calls=[("twice(3)", "")])


def test_what_was_made_together_is_one():
    assert kept("a[0] = 1", VALUES, "a = torch.ones(1)", calls=ON_VALUES)
    assert not kept("a[0] = 1", VALUES, "a = torch.ones(1)\nb = a, view", calls=ON_VALUES)
    assert not kept(
        "a[0] = 1", VALUES, "a = []\ndef add():\n    a.append(w)\nadd()", calls=ON_VALUES
    )


def test_calls_that_share_values_are_not_apart():
    definitions = Definitions()
    for cell in (DEFINED, VALUES, "a, b = torch.ones(2), torch.ones(3)"):
        definitions.add(cell)
    assert definitions.are_apart(ON_VALUES, [("twice(a)", "")])
    assert definitions.are_apart(CALLS, ON_VALUES)
    assert not definitions.are_apart([("twice(b)", "")], [("twice(a)", "")])
    assert not definitions.are_apart(CALLS, [("open('file')", "")])


def test_what_nobody_knows_is_not_used():
    odd = "import os\nremove, path = os.remove, 3"
    assert kept("x = 1", odd)
    assert not kept("remove(3)", odd)
    assert not kept("x = 1", odd, "def use():\n    remove(3)")


def test_a_call_that_does_more_is_told_from_anything():
    assert not kept("x = 1", calls=[("setattr(torch, 'sum', more)", "")])
    assert not kept("x = 1", calls=[("more(rows)", "rows = open('file')")])


def test_no_setting_is_listed():
    odd = [name for name in ATTRIBUTES if name.startswith(("set", "use_", "load", "save", "_"))]
    listed = {"set_grad_enabled", "setdefault", "setdiff1d", "setxor1d", "load_state_dict"}
    assert set(odd) == listed | {"__name__", "__class__", "__init__"}
