import pytest
import torch

from tests.explaining.test_diagnose import kinds, only, tensor


def errors(n):
    torch.manual_seed(n)
    return torch.rand(n), torch.rand(n)


def test_a_column_and_a_vector_that_were_broadcast():
    left, right = errors(30)
    kind, text = only(tensor(left[:, None] - right), tensor(left - right))
    assert kind == "broadcast"
    assert "`(30, 30)` in place of `(30,)`" in text
    assert "shapes `(30,)` and `(30, 1)`" in text
    column = (left - right)[:, None]
    kind, text = only(tensor(left[:, None] - right), tensor(column))
    assert (kind, "`(30, 1)` and `(30,)`" in text) == ("broadcast", True)


@pytest.mark.parametrize("made", [torch.sub, torch.mul, lambda one, other: (one - other) ** 2])
def test_that_shows_in_the_numbers_though_they_are_wrong_elsewhere_as_well(made):
    left, right = errors(5)
    assert kinds(tensor(made(left[:, None], right)), tensor(made(left, right))) == ["broadcast"]
    if made is not torch.sub:
        return
    doubled = tensor(2 * made(left[:, None], right))
    assert kinds(doubled, tensor(made(left, right))) == ["broadcast"]


def test_a_square_in_place_of_a_vector_need_not_have_been_broadcast():
    matrices = torch.rand(3, 3, 3, generator=torch.Generator().manual_seed(1))
    diagonals = matrices.diagonal(dim1=-2, dim2=-1)
    kind, text = only(tensor(diagonals), tensor(diagonals.sum(dim=-1)))
    assert (kind, "sum over axis 1 would be" in text) == ("not-reduced", True)
    assert kinds(tensor(torch.rand(30, 30)), tensor(torch.rand(30))) == []
    assert kinds(tensor(torch.rand(3, 4)), tensor(torch.rand(3))) == []
