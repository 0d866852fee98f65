import pytest

from grader.intake.forbid import uses_in


def names(source, *before):
    place = len(before)
    found = uses_in([*before, source], [place], ["torch.optim"])[place]
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
    found = uses_in(cells, [last - 1, last], ["torch.optim"], helpers=range(len(cells)))
    assert [(use.name, use.line) for use in found[last - 1]] == [("torch.optim.SGD", 2)]
    assert found[last] == []


def test_a_long_chain_of_helpers_is_searched_for_the_name():
    chain = [f"def f{n}():\n    return f{n + 1}()" for n in range(1_500)]
    cells = [*chain, "f0()", "f0()\ntorch.optim"]
    found = uses_in(cells, [1_500, 1_501], ["torch.optim"], helpers=range(1_502))
    assert [len(uses) for uses in found.values()] == [0, 1]


def test_a_star_import_explains_only_names_that_nothing_binds():
    star = "from torch.optim import *"
    assert names("SGD(p)", star) == [("torch.optim.SGD", 1)]
    assert names("data.sum()\nlen(data)", star, "data = 1") == []
    assert names("def f(x):\n    y = x\n    return y", star) == []


def test_an_alias_ends_where_its_name_is_bound_anew():
    alias = "from torch import optim as o"
    assert names("o = f(x)\no.ravel()", alias) == []
    assert names("o.SGD(p)", alias) == [("torch.optim.SGD", 1)]
