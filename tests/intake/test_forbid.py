import pytest

from grader.intake.forbid import uses


def names(source, *before):
    return [(use.name, use.line) for use in uses(source, ["torch.optim"], before=before)]


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
        "'torch.optim.SGD'",
        "# torch.optim.SGD",
        "self.torch.optim",
        "torch.optim.SGD(",
    ],
)
def test_what_only_looks_like_it_is_not(source):
    assert names(source) == []


def test_names_from_earlier_cells_are_known():
    assert names("SGD(p)", "from torch.optim import SGD") == [("torch.optim.SGD", 1)]
    assert names("x = 1", "from torch.optim import SGD") == []
