"""What a call changes in place, and that it is put back: of all that a call can be given."""

from collections import OrderedDict

import numpy as np
import pytest
import torch
from torch import nn

from grader.student_side.arguments import Arguments


def called(change, value):
    """Hold a value as the argument of a call, change it, and return what is said of it."""
    arguments = Arguments(compile("f(x)", "", "eval"), {"x": value, "f": change})
    change(value)
    found = arguments.changed()
    arguments.put_back()
    return found


def grown():
    w = torch.ones(2, requires_grad=True)
    (3 * w).sum().backward()
    return w


CHANGES = {
    "in place": (lambda: torch.ones(3), lambda x: x.mul_(2)),
    "one row": (lambda: torch.ones(3, 2), lambda x: x[1].zero_()),
    "through a view": (lambda: torch.ones(3), lambda x: x.view(3, 1).t().add_(1)),
    "past the count of versions": (lambda: torch.ones(3), lambda x: x.data.zero_()),
    "through NumPy": (lambda: torch.ones(3), lambda x: x.numpy().fill(7)),
    "another shape": (lambda: torch.ones(2, 3), lambda x: x.unsqueeze_(0)),
    "more of it": (lambda: torch.ones(2), lambda x: x.resize_(8)),
    "other data": (lambda: torch.ones(2), lambda x: setattr(x, "data", torch.zeros(5))),
    "what has no number": (lambda: torch.tensor([float("nan"), 1]), lambda x: x.fill_(2)),
    "complex": (lambda: torch.ones(2, dtype=torch.complex64), lambda x: x.mul_(1j)),
    "an array": (lambda: np.arange(4.0), lambda x: x.sort() or x.__imul__(-1)),
    "a list": (lambda: [3, 1, 2], lambda x: x.sort()),
    "a tensor in a list": (lambda: [torch.ones(2), 1], lambda x: x[0].zero_()),
    "a list in a tuple": (lambda: ([1], 2), lambda x: x[0].append(5)),
    "a dict": (lambda: {"a": 1, "b": torch.ones(1)}, lambda x: x.pop("a")),
    "an ordered dict": (lambda: OrderedDict(a=1, b=2), lambda x: x.move_to_end("a")),
    "a set": (lambda: {1, 2}, lambda x: x.add(3)),
    "a module": (lambda: nn.Linear(2, 1), lambda x: nn.init.zeros_(x.weight)),
    "a running mean": (lambda: nn.BatchNorm1d(2), lambda x: x(torch.ones(3, 2) * 5)),
}


def numbers(value):
    match value:
        case torch.Tensor() | np.ndarray():
            return value.shape, np.asarray(value.detach() if torch.is_tensor(value) else value)
        case nn.Module():
            return numbers(value.state_dict())
        case dict():
            return [(key, numbers(one)) for key, one in value.items()]
        case list() | tuple():
            return [numbers(one) for one in value]
    return value


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_changed_in_place_is_named_and_put_back(name):
    make, change = CHANGES[name]
    torch.manual_seed(0)
    value = make()
    torch.manual_seed(0)
    before = numbers(make())
    with torch.no_grad():
        assert called(change, value) == ["x"]
    np.testing.assert_equal(numbers(value), before)


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_not_changed_is_not_named(name):
    assert called(lambda x: None, CHANGES[name][0]()) == []


def test_a_gradient_is_put_back_and_is_no_change_of_numbers():
    w = grown()
    grad = w.grad
    assert called(lambda w: (w * w).sum().backward(), w) == []
    assert w.grad is grad
    assert grad.tolist() == [3.0, 3.0]
    assert called(lambda w: setattr(w, "grad", None), w) == []
    assert w.grad is grad


def test_what_requires_a_gradient_is_as_before():
    x = torch.ones(2)
    assert called(lambda x: x.requires_grad_(), x) == []
    assert not x.requires_grad
    assert called(lambda x: x.mul_(torch.ones(2, requires_grad=True)), torch.ones(2)) == []
    assert called(lambda x: x.mul_(2 * torch.ones(2, requires_grad=True)), x) == ["x"]
    assert x.is_leaf
    assert x.tolist() == [1.0, 1.0]


def test_a_graph_that_is_there_already_still_gives_gradients():
    w = torch.ones(2, requires_grad=True)
    x = torch.ones(2)
    loss = (w * x).sum()
    called(lambda x: x.data.zero_(), x)
    loss.backward()
    assert w.grad.tolist() == [1.0, 1.0]


def test_what_contains_itself_and_what_refuses_to_be_read_harm_nothing():
    made = [1]
    made.append(made)
    assert called(lambda x: x.append(2), made) == ["x"]
    assert made == [1, made]

    class Blocked:
        def __getattribute__(self, name):
            raise RuntimeError(name)

    assert called(lambda x: None, Blocked()) == []
    assert called(lambda x: None, torch.ones(2).to_sparse()) == []
    assert called(lambda x: None, torch.ones(1).expand(3)) == []


def test_too_much_is_not_held(monkeypatch):
    monkeypatch.setattr("grader.student_side.arguments.MAX_BYTES", 10)
    x = torch.ones(5)
    assert called(lambda x: x.zero_(), x) == []
    assert x.tolist() == [0.0] * 5


def test_names_are_those_that_the_code_reads():
    scope = {"x": [1], "y": [2], "z": [3]}
    code = compile("[f(y) for _ in range(2)] + g(x)", "", "eval")
    arguments = Arguments(code, scope)
    for one in scope.values():
        one.append(0)
    assert sorted(arguments.changed()) == ["x", "y"]
