import random

import numpy as np
import pytest
import torch

from grader.student_side.fingerprints import WHOLE, Given


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU())
        self.scale = 2.0


Net.__module__ = "__main__"  # as if a cell had defined it


def data():
    torch.manual_seed(0)
    x = torch.arange(6.0).reshape(2, 3)
    net = Net()
    return {
        "x": x,
        "view": torch.zeros(4)[1:],
        "whole": torch.arange(3),
        "low": torch.ones(3, dtype=torch.bfloat16),
        "turned": torch.ones(2, 2, dtype=torch.complex64).mH,
        "flags": torch.tensor([True, False]),
        "point": torch.tensor(1.5),
        "nothing": torch.zeros(0, 3),
        "sparse": torch.eye(3).to_sparse(),
        "large": torch.zeros(WHOLE),
        "array": np.arange(4.0),
        "words": np.array(["a", "b"], dtype=object),
        "held": [1, 2.5, "text", (x, {"deep": [x + 1]}), {3, 4}],
        "net": net,
        "optimizer": torch.optim.SGD(net.parameters(), lr=0.1),
        "net_class": Net,
        "drawn": torch.Generator().manual_seed(1),
        "numpy_drawn": np.random.default_rng(1),
        "python_drawn": random.Random(1),
        "numbers": iter([1, 2, 3]),
        "lines": (n for n in range(3)),
        "double": lambda x: 2 * x,
        "nan": float("nan"),
        "torch": torch,
    }


CHANGES = [
    ("x", "x[0, 0] = 9"),
    ("x", "x.numpy()[1] = 9"),
    ("x", "x.data.mul_(2)"),
    ("x", "x.requires_grad_()"),
    ("x", "x.resize_(3, 2)"),
    ("x", "x.grad = x * 1"),
    ("view", "view[0] = 1"),
    ("whole", "whole += 1"),
    ("low", "low[1] = 3"),
    ("turned", "turned[0, 1] = 1j"),
    ("flags", "flags[0] = False"),
    ("point", "point.fill_(2)"),
    ("large", "large[77] = 1"),
    ("array", "array[2] = 7"),
    ("array", "array = array.astype('float32')"),
    ("words", "words[0] = 'c'"),
    ("held", "held[3][1]['deep'][0][0] = 1"),
    ("held", "held[4].add(5)"),
    ("held", "held.pop()"),
    ("net", "net.eval()"),
    ("net", "net.inner[0].weight.data[0] = 1"),
    ("net", "net.scale = 3.0"),
    ("net", "net.inner[1] = torch.nn.Tanh()"),
    ("optimizer", "optimizer.param_groups[0]['lr'] = 0.5"),
    ("net_class", "net_class.forward = double"),
    ("drawn", "torch.rand(1, generator=drawn)"),
    ("numpy_drawn", "numpy_drawn.random()"),
    ("python_drawn", "python_drawn.random()"),
    ("numbers", "next(numbers)"),
    ("lines", "next(lines)"),
    ("double", "double.__defaults__ = (1,)"),
    ("double", "double = lambda x: 3 * x"),
    ("torch", "torch = None"),
    ("nan", "del nan"),
]


@pytest.mark.parametrize(("name", "code"), CHANGES)
def test_a_change_is_seen_once(name, code):
    namespace = data()
    namespace["net"].eval().train()
    given = Given(namespace)
    given.take([*namespace])
    exec(code, namespace)
    assert name in given.changed()
    assert given.changed() == []


SAME = [
    "x + 1, x.sum(), x.clone()",
    "x = x.clone()",
    "x.add_(0)",
    "y = x.numpy(); y.sum()",
    "held = [*held]",
    "net.state_dict(), [*net.parameters()], repr(net)",
    "nan = float('nan')",
    "double(x)",
    "for _ in range(3): pass",
    "other = 5",
]


@pytest.mark.parametrize("code", SAME)
def test_what_is_only_read_is_the_same(code):
    namespace = data()
    given = Given(namespace)
    given.take([*namespace])
    exec(code, namespace)
    assert given.changed() == []


def test_a_name_that_was_not_there_is_seen_when_it_comes():
    namespace = {}
    given = Given(namespace)
    given.take(["late"])
    assert given.changed() == []
    namespace["late"] = 1
    assert given.changed() == ["late"]


class Loud:
    """Whatever is asked of it raises, but what is read calls nothing of it."""

    def __getattr__(self, name):
        raise AssertionError(name)

    def __repr__(self):
        raise AssertionError

    def __eq__(self, other):
        raise AssertionError

    def __hash__(self):
        raise AssertionError

    def __iter__(self):
        raise AssertionError

    def __len__(self):
        raise AssertionError


def test_nothing_of_the_student_s_is_called():
    held = [Loud()]
    held.append(held)
    namespace = {"loud": Loud(), "held": held, "deep": []}
    for _ in range(1000):
        namespace["deep"] = [namespace["deep"]]
    given = Given(namespace)
    given.take([*namespace])
    assert given.changed() == []
    namespace["loud"].__dict__["mine"] = 1
    assert given.changed() == ["loud"]
