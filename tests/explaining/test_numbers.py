import pytest
import torch

from grader.explaining.case import Task
from tests.explaining.test_diagnose import EXPECTED, kinds, number, only, tensor

GIVEN = Task(released="b, n = start()\n...")
B = torch.tensor([0.73129])


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (1, "would be right with `b` subtracted from it."),
        (-1, "would be right with `b` added to it."),
        (-2, "twice `b` added to it: is `b` subtracted where it should be added?"),
        (2, "twice `b` subtracted from it: is `b` added where it should be subtracted?"),
    ],
)
def test_a_given_value_that_is_left_out_or_has_the_wrong_sign(times, words):
    right = torch.tensor(EXPECTED)
    known = {"task": GIVEN, "names": {"b": tensor(B), "n": number(1.0)}}
    kind, text = only(tensor(right + times * B), tensor(right), **known)
    assert (kind, words in text) == ("operand", True)
    slopes = torch.tensor([0.3, -2.0, 1.1])
    known["names"]["b"] = tensor(slopes)
    assert kinds(tensor(right + times * slopes), tensor(right), **known) == ["operand"]


def test_that_is_said_of_given_names_alone_and_of_no_round_number():
    right = torch.tensor(EXPECTED)
    names = {"b": tensor(B), "n": number(1.0)}
    assert kinds(tensor(right + 1), tensor(right), task=GIVEN, names=names) == ["offset"]
    assert kinds(tensor(right + 3 * B), tensor(right), task=GIVEN, names=names) == ["offset"]
    assert kinds(tensor(right - B), tensor(right), names=names) == ["offset"]
    assert "or has the wrong sign" in only(tensor(right - B), tensor(right), names=names)[1]


def test_numbers_in_the_right_proportion_are_not_called_a_constant_factor():
    direction = torch.tensor([1.0, 2.0, 3.0])
    kind, text = only(tensor(21.7 * direction), tensor(17.2 * direction))
    assert kind == "scaled"
    assert "right proportion" in text
    assert "constant" not in text


def test_nothing_is_said_of_a_single_number_that_is_off_by_any_factor():
    assert kinds(tensor(3.3), tensor(2.9)) == []
