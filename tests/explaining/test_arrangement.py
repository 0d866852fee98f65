"""Right numbers in a wrong arrangement, and numbers that only come near to it."""

import pytest
import torch

from grader.explaining.arrangement import arranged, other_shape, partly
from grader.explaining.case import Pair
from grader.model.assignment import Check
from grader.model.features import Flag, Name
from grader.model.values import TensorValue

DATA = torch.tensor([[1.37, 2.91, -4.2], [0.6, 7.7, 3.3]])
CUBE = torch.arange(24.0).reshape(2, 3, 4) ** 1.5


def pair(actual, expected, **more):
    actual, expected = (TensorValue.of(torch.as_tensor(one)) for one in (actual, expected))
    return Pair(path="x", actual=actual, expected=expected, check=Check(expression="x"), **more)


def kinds(look, *values, **more):
    return [one.kind for one in look(pair(*values, **more))]


@pytest.mark.parametrize(
    ("actual", "expected", "kind"),
    [
        (CUBE.permute(2, 0, 1), CUBE, ["axes"]),
        (DATA.reshape(3, 2), DATA, ["reshaped"]),
        (DATA.flip(1), DATA, ["turned"]),
        (DATA, DATA.sum(0), ["not-reduced"]),
        (DATA.mean(), DATA, ["reduced"]),
        (DATA[:, :2], DATA, ["cut"]),
        (DATA.exp(), DATA, ["function"]),
        (DATA > 1, DATA <= 1, ["inverted"]),
        (DATA, DATA, []),
        (DATA.flip(1) + 0.1, DATA, []),
        (DATA, DATA.sum(0) + 0.1, []),
        (DATA[:, :2] + 0.1, DATA, []),
        (torch.ones(3, 2), torch.ones(2, 3), []),
        (DATA.reshape(3, 2), DATA * torch.nan, []),
        (torch.empty(0), DATA, []),
    ],
)
def test_arranged(actual, expected, kind):
    assert kinds(arranged, actual, expected) == kind


@pytest.mark.parametrize("look", [arranged, partly])
def test_nothing_is_said_where_other_numbers_may_be_right(look):
    wrong = DATA.clone()
    wrong[:, 1] += 1
    assert kinds(look, DATA.flip(1) if look is arranged else wrong, DATA)
    assert kinds(look, DATA.flip(1) if look is arranged else wrong, DATA, free=True) == []


def test_how_a_value_was_cut_or_made():
    (found,) = arranged(pair(DATA[:, 1:], DATA))
    assert found.about["longer"] == found.about["begins"] == Flag(value=False)
    (found,) = arranged(pair(DATA, DATA.exp()))
    assert (found.about["name"], found.about["missing"]) == (Name(name="exp"), Flag(value=True))


@pytest.mark.parametrize(
    ("actual", "expected", "more", "are_compared"),
    [
        (DATA, DATA[0], {}, True),
        (DATA, DATA * torch.nan, {}, True),
        (DATA, DATA, {"free": True}, False),
        (DATA * 1j, DATA, {}, False),
        (DATA, DATA * 1j, {}, False),
        (torch.empty(0), DATA, {}, False),
        (DATA, torch.empty(0), {}, False),
    ],
)
def test_numbers_that_findings_compare(actual, expected, more, are_compared):
    found = pair(actual, expected, **more).numbers()
    assert (found is not None) == are_compared
    if found is not None:
        assert [one.dtype for one in found] == [torch.float64, torch.float64]
        assert [one.shape for one in found] == [actual.shape, expected.shape]


def test_another_shape():
    assert kinds(other_shape, DATA[:, :2], DATA) == ["shape"]
    assert kinds(other_shape, DATA + 1, DATA) == []


@pytest.mark.parametrize(
    ("places", "found"),
    [
        ([(0, 1), (1, 1)], [("axis", 1), ("place", 1)]),
        ([(0, 1)], []),
        ([(0, 1), (1, 2)], []),
        ([], []),
    ],
)
def test_a_column_that_is_wrong_alone(places, found):
    wrong = DATA.clone()
    for place in places:
        wrong[place] += 1
    about = [
        (n, one.about[n].number) for one in partly(pair(wrong, DATA)) for n in ("axis", "place")
    ]
    assert about == found
