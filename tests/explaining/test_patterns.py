import torch

from grader.explaining.findings import RANKED
from grader.model.assignment import Check
from grader.model.values import NumberValue, SequenceValue
from tests.explaining.test_diagnose import EXPECTED, kinds, only, tensor


def items(*tensors):
    return SequenceValue(type="list", items=tuple(map(tensor, tensors)))


def truths(*values):
    return SequenceValue(
        type="list", items=tuple(NumberValue(type="bool", value=value) for value in values)
    )


def ints(*values):
    return tensor(values, torch.int32)


def fallen_back(actual, expected, check="x", **known):
    return kinds(actual, expected, check, ranked=RANKED, **known)


def test_a_list_that_holds_one_tensor_again_and_again():
    one, other, last = map(torch.tensor, (EXPECTED, (0.3, -5.0, 1.1), (7.0, 0.2, 3.3)))
    kind, text = only(items(last, last, last), items(one, other, last))
    assert (kind, "Put a copy into it" in text) == ("repeated", True)
    wrong = torch.tensor([7.0, 3.0, 0.1])
    kind, text = only(items(wrong, wrong), items(one, other))
    assert (kind, "All items of `x` are the same" in text) == ("repeated", True)
    assert "copy" not in text
    assert "repeated" not in kinds(items(last, other, last), items(one, other, last))
    assert "repeated" not in kinds(items(last, last), items(one, one))


def test_rows_that_are_all_the_same():
    right = torch.tensor([[1.0, 2.5, -3.0], [0.3, 7.0, 1.0]])
    assert "alike" in fallen_back(tensor(right[:1].repeat(2, 1) + 0.1), tensor(right))
    columns = right[:, :1].repeat(1, 3) * 1.3
    assert "alike" in fallen_back(tensor(columns), tensor(right))
    assert "alike" not in fallen_back(tensor(right.flip(0) * 1.3), tensor(right))


def test_numbers_that_are_wrong_where_they_should_be_of_one_sign():
    right = torch.tensor([1.3, -0.2, 2.0, -0.7, 0.4])
    wrong = torch.where(right < 0, right * torch.tensor([1, 5, 1, 3, 1]), right)
    assert fallen_back(tensor(wrong), tensor(right)) == ["by-sign"]
    assert "by-sign" not in fallen_back(tensor(right + wrong + 1), tensor(right))
    hidden = Check(expression="f(x)", hidden=True)
    assert "by-sign" not in fallen_back(tensor(wrong), tensor(right), hidden)


def test_whole_numbers_that_are_off_by_one():
    right = ints(3, -4, 7, 0, 2)
    kind, text = only(ints(4, -4, 8, 1, 2), right, ranked=RANKED)
    assert (kind, "Each number of `x` that is wrong is too large by one" in text) == (
        "off-by-one",
        True,
    )
    assert "off-by-one" not in fallen_back(ints(4, -5, 7, 0, 2), right)
    assert "off-by-one" not in fallen_back(ints(5, -4, 9, 0, 2), right)
    masks = ints(1, 0, 1, 0, 1), ints(0, 0, 0, 0, 1)
    assert "off-by-one" not in fallen_back(*masks)


def test_truths_that_are_wrong_in_one_direction():
    right = truths(False, True, False, True)
    kind, text = only(truths(True, True, True, True), right, ranked=RANKED)
    assert (kind, "not strict enough" in text) == ("one-sided", True)
    _, text = only(truths(False, False, False, False), right, ranked=RANKED)
    assert "too strict" in text
    assert "one-sided" not in fallen_back(truths(True, True, False, False), right)
    hidden = Check(expression="f(x)", hidden=True)
    assert "one-sided" not in fallen_back(truths(True, True, True, True), right, hidden)


def test_truths_are_not_called_right_in_another_order():
    wrong = truths(True, False, False)
    assert fallen_back(wrong, truths(False, True, False)) == []


def test_places_are_told_only_where_the_other_numbers_are_right_for_certain():
    right = torch.tensor([1.0, 2.5, -3.0, 0.3, 7.0, 1.5, 4.0])
    wrong = right.clone()
    wrong[5] += 0.7
    nearly = wrong.clone()
    nearly[:5] *= 1 + 0.9e-4  # within the tolerance of float32
    told = {"some-numbers", "partly"}
    assert told & set(fallen_back(tensor(wrong), tensor(right)))
    assert not told & set(fallen_back(tensor(nearly), tensor(right)))
