import pytest

from grader.syntax.forbidden import among, uses, uses_in


def names(source, *before):
    place = len(before)
    found = among(uses_in([*before, source], ["torch.optim"])[place], ["torch.optim"])
    return [(use.name, use.line) for use in found]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("opt = torch.optim.SGD(p)", ("torch.optim.SGD", 1)),
        ("import torch.optim", ("torch.optim", 1)),
        ("import torch.optim as o\no.SGD(p)", ("torch.optim.SGD", 2)),
        ("import torch as t\nt.optim.Adam(p)", ("torch.optim.Adam", 2)),
        ("from torch import optim\noptim.SGD(p)", ("torch.optim.SGD", 2)),
        ("from torch import optim as o\no.SGD(p)", ("torch.optim.SGD", 2)),
        ("from torch.optim import SGD", ("torch.optim.SGD", 1)),
        ("from torch.optim import *", ("torch.optim", 1)),
        ("from torch.optim.lr_scheduler import StepLR", ("torch.optim.lr_scheduler.StepLR", 1)),
        ("from torch import *\noptim.SGD(p)", ("torch.optim.SGD", 2)),
        ("getattr(torch, 'optim').SGD(p)", ("torch.optim.SGD", 1)),
        ("m = torch\nm.optim.SGD(p)", ("torch.optim.SGD", 2)),
        ("if True:\n    %time x = 1\n    torch.optim.SGD(p)", ("torch.optim.SGD", 3)),
        ("%time opt = torch.optim.SGD(p)", ("torch.optim.SGD", 1)),
        ("%%time\nopt = torch.optim.SGD(p)", ("torch.optim.SGD", 2)),
        ("t: object = torch\nt.optim.SGD(p)", ("torch.optim.SGD", 2)),
        ("(t := torch).optim\nt.optim.SGD(p)", ("torch.optim.SGD", 2)),
        ("import importlib\nimportlib.import_module('torch.optim').SGD", ("torch.optim.SGD", 2)),
        ("__import__('torch.optim')", ("torch.optim", 1)),
        ("__import__('torch').optim.SGD", ("torch.optim.SGD", 1)),
        ("import sys\nsys.modules['torch.optim']", ("torch.optim", 2)),
        ("eval('torch.optim.SGD(p)')", ("torch.optim.SGD", 1)),
        ("vars(torch)['optim'].SGD(p)", ("torch.optim.SGD", 1)),
        ("torch.__dict__['optim'].SGD(p)", ("torch.optim.SGD", 1)),
        ("t, q = torch, 1\nt.optim.SGD(p)", ("torch.optim.SGD", 2)),
        ("x = 'a' \\\n    % 3\ntorch.optim.SGD(p)", ("torch.optim.SGD", 3)),
        ("x = " + "+".join(["1"] * 999) + "\ntorch.optim.SGD(p)", ("torch.optim", 2)),
        ("optim = torch.optim.SGD(p", ("torch.optim", 1)),
        ("getattr(torch, 'op' + 'tim').SGD(p)", ("torch.optim.SGD", 1)),
        ("part = 'op'\ngetattr(torch, f'{part}tim').SGD(p)", ("torch.optim.SGD", 2)),
        ("from builtins import getattr as g\ng(torch, 'optim').SGD(p)", ("torch.optim.SGD", 2)),
        ("from importlib import import_module as i\ni('torch.optim').SGD", ("torch.optim.SGD", 2)),
        ("def f(o=torch.optim):\n    return o.SGD(p)", ("torch.optim.SGD", 2)),
        ("import torch.optim as o\ndef f():\n    o = 1\no.SGD(p)", ("torch.optim.SGD", 4)),
        ("def f():\n    global o\n    o = torch.optim\nf()\no.SGD(p)", ("torch.optim.SGD", 5)),
        ("%timeit -n 3 torch.optim.SGD(p)", ("torch.optim", 1)),
        ("t, (q, r) = torch, (1, 2)\nt.optim.SGD(p)", ("torch.optim.SGD", 2)),
        ("getattr(torch, ''.join(['op', 'tim'])).SGD(p)", ("torch.optim.SGD", 1)),
        ("n = f'relu{6}'\ngetattr(torch.optim, n)", ("torch.optim.relu6", 2)),
        ("getattr(torch, '{}tim'.format('op')).SGD(p)", ("torch.optim.SGD", 1)),
        ("getattr(torch, '%stim' % 'op').SGD(p)", ("torch.optim.SGD", 1)),
        ("getattr(torch, '%s%s' % ('op', 'tim')).SGD(p)", ("torch.optim.SGD", 1)),
        ("getattr(torch, 'mitpo'[::-1]).SGD(p)", ("torch.optim.SGD", 1)),
        ("getattr(torch, 'opXtim'.replace('X', '')).SGD(p)", ("torch.optim.SGD", 1)),
        ("getattr(torch, 'OPTIM'.lower()).SGD(p)", ("torch.optim.SGD", 1)),
        ("getattr(torch, chr(111) + 'ptim').SGD(p)", ("torch.optim.SGD", 1)),
        ("torch.__getattribute__('optim').SGD(p)", ("torch.optim.SGD", 1)),
        ("exec('o = torch.op' + 'tim')", ("torch.optim", 1)),
        ("code = 'import torch\\no = torch.optim'\nexec(code)", ("torch.optim", 2)),
        ("run = exec\nrun('x = 1\\ntorch.optim.SGD(p)')", ("torch.optim.SGD", 2)),
        ("eval(f'torch.{\"op\"}tim.SGD')(p)", ("torch.optim.SGD", 1)),
        ("for n in ('x', 'optim'):\n    getattr(torch, n).SGD(p)", ("torch.optim.SGD", 2)),
        ("[getattr(torch, n) for n in ['x', 'optim']]", ("torch.optim", 1)),
        ("[0 for _ in [0] if (t := torch)]\nt.optim.SGD(p)", ("torch.optim.SGD", 2)),
        ("class A:\n    t = torch\nA.t.optim.SGD(p)", ("torch.optim.SGD", 3)),
        (
            "class A:\n    def __init__(self):\n        self.t = torch\n"
            "    def f(self):\n        return self.t.optim.SGD(p)",
            ("torch.optim.SGD", 5),
        ),
        ("a.t = torch\na.t.optim.SGD(p)", ("torch.optim.SGD", 2)),
        ("setattr(a, 't', torch)\na.t.optim.SGD(p)", ("torch.optim.SGD", 2)),
        ("d = {'t': torch}\nd['t'].optim.SGD(p)", ("torch.optim.SGD", 2)),
        ("d = dict(a=1)\nd = {'t': torch}\nd.get('t').optim.SGD(p)", ("torch.optim.SGD", 3)),
        ("many = [1, torch]\nmany[1].optim.SGD(p)", ("torch.optim.SGD", 2)),
        ("for t in [1, torch]:\n    t.optim.SGD(p)", ("torch.optim.SGD", 2)),
        ("def it():\n    return torch\nit().optim.SGD(p)", ("torch.optim.SGD", 3)),
        ("it = lambda: torch\nit().optim.SGD(p)", ("torch.optim.SGD", 2)),
        (
            "from contextlib import nullcontext\nwith nullcontext(torch) as t:\n    t.optim.SGD(p)",
            ("torch.optim.SGD", 3),
        ),
        ("match torch:\n    case t:\n        t.optim.SGD(p)", ("torch.optim.SGD", 3)),
        ("match 1, torch:\n    case _, (x | t):\n        t.optim.SGD(p)", ("torch.optim.SGD", 3)),
        ("match x:\n    case {torch.optim.y: 1}:\n        x", ("torch.optim.y", 2)),
        ("globals()['torch'].optim.SGD(p)", ("torch.optim.SGD", 1)),
        ("globals()['t'] = torch\nt.optim.SGD(p)", ("torch.optim.SGD", 2)),
        ("import sys\nsys.modules['torch'].optim.SGD(p)", ("torch.optim.SGD", 2)),
        ("!python -c 'from torch import optim'", ("torch.optim", 1)),
        ("import os\nos.system('python3 -c \"import torch.optim\"')", ("torch.optim", 2)),
        (
            "import subprocess\nsubprocess.run(['python', '-c', 'import torch.optim'])",
            ("torch.optim", 2),
        ),
    ],
)
def test_a_forbidden_name_is_found_with_its_line(source, found):
    assert found in names(source)


@pytest.mark.parametrize(
    "source",
    [
        "x = 1",
        "optim = 3\noptim + 1",
        "torch.optimize",
        "'torch.optim is not used here'",
        "# torch.optim.SGD",
        "self.torch.optim",
        "o = f(x)\no.SGD",
        "x = torch\nx.x.x.optim",
        "getattr(torch, name).SGD",
        "getattr('torch', 'optim')",
        "for n in ('x', 'y'):\n    getattr(torch, n)",
        "exec(code)\nexec('x = 1')\nexec('def')",
        "parts = [torch, 'optim']\nparts[1].SGD",
        "'{} {}'.format('torch')\n'%s' % ()\n'%d' % 3\n'%s%%' % 'optim'\n'abc'[1:'x']",
        "'a'.replace('b')\n'a'.lower('x')\n', '.join(names)\nchr(-1)\nchr(10**9)",
        "!pip install torch-optimizer",
        "class A:\n    t = 1\nA.t.optim",
        "def it():\n    return 1\nit().optim",
        "[t.optim for t in [1, 2]]",
        "match torch:\n    case {'a': t} | [t, *_] | C(t):\n        t.optim.SGD(p)",
        "match torch:\n    case t:\n        pass\nt = f(x)\nt.optim.SGD(p)",
        "with open(torch.x) as t:\n    t.optim.SGD(p)",
    ],
)
def test_what_only_looks_like_it_is_not(source):
    assert names(source) == []


def test_names_from_earlier_cells_are_known():
    assert names("SGD(p)", "from torch.optim import SGD") == [("torch.optim.SGD", 1)]
    assert names("x = 1", "from torch.optim import SGD") == []


HELPER = "def make(p):\n    return torch.optim.SGD(p)"


@pytest.mark.parametrize("before", [[], ["make(0)"]])
def test_what_a_helper_uses_its_caller_uses(before):
    cells = [HELPER, *before, "x = 1\nmake(x)", "x = 1"]
    last = len(cells) - 1
    found = uses_in(cells, ["torch.optim"], helpers=range(len(cells)))
    assert [(use.name, use.line) for use in found[last - 1]] == [("torch.optim.SGD", 2)]
    assert found[last] == []


@pytest.mark.parametrize(("last", "number"), [("x = 1", 0), ("torch.optim", 1)])
def test_a_long_chain_of_helpers_is_followed(last, number):
    chain = [f"def f{n}():\n    return f{n + 1}()" for n in range(1_500)]
    cells = [*chain, f"def f1500():\n    {last}", "f0()", "f1()\nf0()", "f"]
    found = uses_in(cells, ["torch.optim"], helpers=range(len(cells)))
    assert [len(uses) for uses in found[1_501:]] == [number, 2 * number, 0]


def test_a_helper_sees_what_is_imported_after_it():
    cells = ["def make(p):\n    return o.SGD(p)", "import torch.optim as o", "make(0)", "o = 0"]
    found = uses_in(cells, ["torch.optim"], helpers=range(4))
    assert [[use.name for use in uses] for uses in found] == [
        [],
        ["torch.optim"],
        ["torch.optim.SGD"],
        [],
    ]


def test_a_name_means_the_nearest_helper():
    harmless = "def make(p):\n    return p"
    for cells, number in (
        ([HELPER, harmless, "make(0)"], 0),
        ([harmless, HELPER, "make(0)"], 1),
        ([harmless, "make(0)", HELPER], 0),
        (["make(0)", HELPER, harmless], 1),
        ([HELPER, f"{harmless}\nmake(0)", "make(0)"], 0),
    ):
        found = uses_in(cells, ["torch.optim"], helpers=range(3))
        assert sum(map(len, found)) - 1 == number, cells


def test_an_argument_is_not_the_alias_of_its_name():
    assert names("def f(o):\n    return o.sum()", "import torch.optim as o") == []
    assert names("(lambda o: o.sum())(x)", "import torch.optim as o") == []


@pytest.mark.parametrize(
    "hidden",
    [
        "from torch.optim import SGD as S",
        "from torch import op" + "tim as o",
        "t = torch\nS = t.ｏｐｔｉｍ.SGD",
        "exec('from torch.optim import SGD as S')",
    ],
)
@pytest.mark.parametrize(
    "padding", ["x=x\n" * 100_000, "x = " + "1+" * 200 + "1\n", "x = 0x" + "f" * 9_000 + "\n"]
)
def test_what_is_not_looked_through_counts_for_every_cell(padding, hidden):
    cells = ["S(p)", padding + hidden, "S(p)", "x = 1"]
    found = uses_in(cells, ["torch.optim", "torch.nn"])
    assert [[(use.name, use.within) for use in uses] for uses in found] == [
        [("torch.optim", 1)]
    ] * 4


def test_what_is_over_a_budget_is_searched_for_the_last_part_of_a_name():
    cells = ["from torch import optim as o", "o.SGD(p)", "optimize(optim_2)"]
    found = uses_in(cells, ["torch.optim"], opaque=[0, 2])
    assert [[use.within for use in uses] for uses in found] == [[0]] * 3


def test_uses_are_those_of_what_an_exercise_forbids():
    found = uses_in(["torch.optim.AdamW(torch.nn.Linear)"], ["torch", "torch.optim", "torch.nn"])[0]
    for forbidden, name in (
        ("torch", "torch.optim.AdamW"),
        ("torch.optim", "torch.optim.AdamW"),
        ("torch.nn", "torch.nn.Linear"),
    ):
        assert [use.name for use in among(found, [forbidden])][:1] == [name]
    assert among(found, ["math"]) == []


def test_a_name_that_grows_is_cut():
    grown = names("x = torch.optim\n" + "x = x.x\n" * 1_000 + "torch.optim" + ".a" * 140)
    assert max(len(name) for name, _ in grown) <= 100


def test_a_star_import_explains_only_names_that_nothing_binds():
    star = "from torch.optim import *"
    assert names("SGD(p)", star) == [("torch.optim.SGD", 1)]
    assert names("data.sum()\nlen(data)", star, "data = 1") == []
    assert names("def f(x):\n    y = x\n    return y", star) == []


def test_an_alias_ends_where_its_name_is_bound_anew():
    alias = "from torch import optim as o"
    assert names("o = f(x)\no.ravel()", alias) == []
    assert names("o.SGD(p)", alias) == [("torch.optim.SGD", 1)]


@pytest.mark.parametrize(
    "source",
    [
        "y = x.sigmoid()",
        "y = (x + 1).sigmoid()",
        "y = torch.Tensor.sigmoid(x)",
        "x.sigmoid_()",
        "def f(x):\n    return x.sigmoid()",
        "y = getattr(x, 'sig' + 'moid')()",
        "from operator import methodcaller as m\ny = m('sigmoid')(x)",
        "import operator\ny = operator.attrgetter('sigmoid')(x)()",
        "y = list(map(torch.sigmoid, [x]))",
        "y = list(map(torch.Tensor.sigmoid, [x]))",
        "from torch import Tensor as T\ny = [f(x) for f in [T.sigmoid]]",
        "f = x.sigmoid\ny = f()",
        "def g(x):\n    f, z = x.sigmoid, 1\n    return f()",
        "y = [x.sigmoid][0]()",
        "y = list(map(x.sigmoid_, []))",
        "import functools\ny = functools.partial(x.sigmoid)",
    ],
)
def test_a_forbidden_function_is_forbidden_as_a_method(source):
    found = uses(f"import torch\n{source}", ["torch.sigmoid"])
    assert [one.name for one in found] == ["torch.sigmoid"]


@pytest.mark.parametrize(
    "source", ["y = x.softmax(0)", "y = getattr(x, 'softmax')(0)", "y = torch.Tensor.softmax(x, 0)"]
)
def test_a_method_alone_may_be_forbidden(source):
    (found,) = uses(f"import torch\n{source}", ["torch.Tensor.softmax"])
    assert found.name == "torch.Tensor.softmax"
    assert uses("import torch\ny = torch.softmax(x, 0)", ["torch.Tensor.softmax"]) == []


BESIDE = """
from torch import nn
def quick(p):
    return torch.optim.SGD(p)
def twice(p):
    return quick(p)
def own(p):
    return p
class Step:
    optimizer = torch.optim.SGD
"""


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import tools\ntools.quick(p)", "torch.optim.SGD"),
        ("import tools as t\nt.twice(p)", "torch.optim.SGD"),
        ("from tools import twice as f\nf(p)", "torch.optim.SGD"),
        ("from tools import *\nStep(p)", "torch.optim.SGD"),
        ("%run tools.py\nquick(p)", "torch.optim.SGD"),
        ("import tools\ntools.own(p)", None),
        ("from tools import own\nown(p)", None),
        ("from tools import *\nown(p)\nother(p)", None),
        ("tools = [3]\ntools.quick", None),
    ],
)
def test_what_a_file_beside_the_notebook_uses_its_caller_uses(source, name):
    found = uses_in([source], ["torch.optim"], files={"tools": BESIDE})[0]
    assert [(use.name, use.line) for use in found] == ([(name, 2)] if name else [])


@pytest.mark.parametrize("source", ["import torch.optim as o", "from torch.optim import SGD"])
def test_a_file_does_not_stand_for_what_is_installed_under_its_name(source):
    found = uses_in([source], ["torch.optim"], files={"torch": ""})[0]
    assert [use.name for use in found] == [
        "torch.optim" if source.startswith("import") else "torch.optim.SGD"
    ]


def test_importing_a_file_uses_what_it_runs():
    files = {"tools": "import torch.optim", "padded": "x=x\n" * 100_000 + "from torch import optim"}
    for name in files:
        (found,) = uses_in([f"import {name}"], ["torch.optim"], files=files)[0]
        assert (found.name, found.line) == ("torch.optim", 1)


def test_loops_within_loops_do_not_multiply():
    deep = "".join(f"{'    ' * n}for a{n} in ('x', 'optim', 'y'):\n" for n in range(15))
    assert names(f"{deep}{'    ' * 15}getattr(torch, a0)") in ([], [("torch.optim", 16)])


@pytest.mark.parametrize(
    "source",
    [
        "import math\ny = math.sigmoid(x)",
        "import scipy.special as special\ny = special.sigmoid(x)",
        "y = sigmoid(x)",
        "class Net:\n    def sigmoid(self, x):\n        return x\ny = Net().sigmoid(x)",
        "net.sigmoid = f\ny = net.sigmoid(x)",
        "class A:\n    sigmoid = lambda s, t: t\ny = A().sigmoid(x)",
        "import torch\ny = torch.special.sigmoid(x)",
        "y = x.sigmoid",
        "import scipy.special\ny = scipy.special.sigmoid(x)",
        "import numpy as np\nf = np.linalg.sigmoid\nf(x)",
        "f = x.sigmoid\nf = abs\nf(x)",
        "m = d.sigmoid\ndef f(x):\n    return m(x)\ndef m(x):\n    return x",
        "print(x.sigmoid)\nself.s = d.sigmoid\nother.s(x)",
        "def map(one, many):\n    return many\nmap(d.sigmoid, x)",
    ],
)
def test_a_method_of_something_else_is_not(source):
    assert uses(source, ["torch.sigmoid"]) == []


def test_a_part_of_pytorch_is_no_method():
    assert uses("y = job.func(x)", ["torch.func"]) == []
