"""Calls of forbidden functions are seen, by whatever name; what PyTorch itself calls is its own."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

from grader.student_side.called import Called

X = torch.linspace(-1, 1, 12).reshape(3, 4).requires_grad_()
IMAGE, KERNEL = torch.ones(1, 1, 4, 4), torch.ones(1, 1, 2, 2)
EARLIER, EARLIER_F, BOUND = torch.softmax, F.softmax, X.softmax


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("torch.softmax", lambda: EARLIER(X, 0)),
        ("torch.softmax", lambda: X.softmax(0)),
        ("torch.softmax", lambda: BOUND(0)),
        ("torch.softmax", lambda: getattr(torch, "xamtfos"[::-1])(X, 0)),
        ("torch.Tensor.softmax", lambda: X.softmax(0)),
        ("torch.nn.functional.softmax", lambda: EARLIER_F(X, 0)),
        ("torch.nn.functional.conv2d", lambda: F.conv2d(IMAGE, KERNEL)),
        ("torch.nn.functional.max_pool2d", lambda: F.max_pool2d(IMAGE, 2)),
        ("torch.nn.Linear", lambda: nn.Linear(4, 2)),
        ("torch.nn", lambda: nn.Linear(4, 2)),
        ("torch.optim", lambda: torch.optim.SGD([X], lr=0.1)),
        ("torch.autograd", lambda: torch.autograd.grad(X.sum(), [X])),
        ("math.sqrt", lambda: math.sqrt(2)),
    ],
)
def test_what_is_called_is_seen(name, call):
    with Called([name, "torch.linalg.inv"]) as called:
        call()
    assert called.seen == {name}
    with Called([name]) as again:
        pass
    assert again.seen == set()


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("torch.nn.functional.softmax", lambda: nn.Softmax(0)(X)),
        ("torch.nn.functional.linear", lambda: nn.Linear(4, 2)(X)),
        ("torch.log_softmax", lambda: F.cross_entropy(X, torch.tensor([0, 1, 2]))),
        ("torch.exp", lambda: X + 1),
        ("torch.no.such, no.module, int, torch.Generator", lambda: torch.Generator()),
    ],
)
def test_what_others_call_is_not(name, call):
    with Called(name.split(", ")) as called:
        call()
    assert called.seen == set()


def test_nothing_is_changed_by_being_watched():
    before = torch.nn.Linear.__init__, F.max_pool2d, math.sqrt
    with Called(["torch.nn", "torch.nn.functional", "math.sqrt"]):
        watched = F.softmax(X, dim=0)
        with pytest.raises(ValueError, match=r"math domain|nonnegative"):
            math.sqrt(-1)
    assert (torch.nn.Linear.__init__, F.max_pool2d, math.sqrt) == before
    assert torch.equal(watched, F.softmax(X, dim=0))
