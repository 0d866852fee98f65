"""Things of another kind, and parts too many, too few or in another order."""

import pytest

from grader.explaining.case import Pair
from grader.explaining.kinds import other_kind, other_parts, other_text, reordered
from grader.model.assignment import Check
from grader.model.features import Count, Flag, Names
from grader.model.values import MappingValue, NoValue, NumberValue, SequenceValue, TextValue
from tests.explaining.test_diagnose import floats, number, tensor


def text(value, type="str"):
    return TextValue(type=type, value=value)


def items(*values):
    return SequenceValue(type="list", items=values)


def entries(**values):
    return MappingValue(type="dict", entries=values)


def look(find, actual, expected):
    pair = Pair(path="x", actual=actual, expected=expected, check=Check(expression="x"))
    return [*find(pair)]


ONE, TWO = text("one"), text("two")


@pytest.mark.parametrize(
    ("find", "actual", "expected", "kinds"),
    [
        (other_kind, floats(1.5, 2.5), tensor([1.5, 2.5]), ["kind"]),
        (other_kind, text("float32"), text("float32", "dtype"), ["kind"]),
        (other_kind, tensor([1.0]), tensor([2.0, 3.0]), []),
        (other_kind, tensor(1.5), number(2.5), []),
        (other_kind, NoValue(reason="not asked"), tensor([1.0]), []),
        (reordered, items(TWO, ONE), items(ONE, TWO), ["order"]),
        (reordered, items(ONE, TWO), items(ONE, TWO), []),
        (reordered, items(TWO, TWO), items(ONE, TWO), []),
        (reordered, floats(2.5, 1.5), floats(1.5, 2.5), []),
        (other_parts, items(ONE), items(ONE, TWO), ["length"]),
        (other_parts, items(TWO, ONE), items(ONE, TWO), []),
        (other_parts, entries(a=ONE), entries(b=ONE), ["entries"]),
        (other_parts, entries(a=ONE), entries(a=TWO), []),
        (other_text, text("no error"), text("ValueError"), ["error-name"]),
        (other_text, text("ValueError"), text("ValueError"), []),
        (other_text, ONE, TWO, []),
    ],
)
def test_kinds(find, actual, expected, kinds):
    assert [one.kind for one in look(find, actual, expected)] == kinds


def test_a_value_that_is_one_of_those_expected_or_holds_it():
    (found,) = look(other_kind, tensor([2.0, 3.0]), items(ONE, tensor([2.0, 3.0])))
    assert (found.about["part"], found.about["parts"]) == (Count(number=2), Count(number=2))
    (found,) = look(other_kind, items(ONE, tensor([2.0, 3.0])), tensor([2.0, 3.0]))
    assert (found.about["item"], found.about["items"]) == (Count(number=1), Count(number=2))
    (found,) = look(other_kind, items(ONE, tensor([2.0, 4.0])), tensor([2.0, 3.0]))
    assert "item" not in found.about


def test_a_list_that_ends_early_or_leaves_out_every_other_item():
    whole = items(*(NumberValue(type="int", value=n * n) for n in range(6)))
    (found,) = look(other_parts, items(*whole.items[:4]), whole)
    assert found.about["begins"] == Flag(value=True)
    (found,) = look(other_parts, items(*map(text, "abd")), items(*map(text, "axbycz")))
    assert (found.about["begins"], "every" in found.about) == (Flag(value=False), False)
    (found,) = look(other_parts, items(*map(text, "abc")), items(*map(text, "axbycz")))
    assert found.about["every"] == Count(number=2)


def test_entries_are_named():
    (found,) = look(other_parts, entries(a=ONE, c=ONE), entries(a=ONE, b=ONE))
    assert (found.about["missing"], found.about["extra"]) == (
        Names(names=("b",)),
        Names(names=("c",)),
    )
