from dataclasses import replace

import pytest
import torch
from hypothesis import given

from grader.marking.trivial import verdicts
from grader.model.assignment import Check, Exercise
from grader.model.values import MappingValue, NumberValue, SequenceValue, TextValue
from tests.formats.test_wire import tensor_value, tensors

X = tensor_value(torch.tensor([[1.0, 2.0], [4.0, 8.0]]))
ALL = {
    "zeros",
    "ones",
    "NaN",
    "the reference's mean everywhere",
    "an empty tensor",
    "the right values in another dtype",
    "the right values with an axis more",
    "the right values transposed",
}


def number(value):
    return NumberValue(type=type(value).__name__, value=value)


def said(expected, inputs=None, check=None, **changes):
    check = replace(check or Check(expression="x"), **changes)
    one = Exercise(name="e", title={"": "E"}, points=1, checks=(check,))
    values = expected if isinstance(expected, dict) else {"x": expected}
    return dict(verdicts(one, check, expected=values, inputs=inputs or {}))


def test_a_sound_check_refuses_all():
    assert said(X) == dict.fromkeys(ALL, "refused")


@pytest.mark.parametrize(
    ("data", "equal"),
    [
        (torch.zeros(2, 3), {"zeros", "the reference's mean everywhere"}),
        (torch.ones(2, 3), {"ones", "the reference's mean everywhere"}),
        (torch.full((2, 3), 2.5), {"the reference's mean everywhere"}),
        (torch.full((2, 3), torch.nan), {"NaN", "the reference's mean everywhere"}),
        (torch.eye(3), {"the right values transposed"}),
        (torch.ones(0), {"zeros", "ones", "NaN", "an empty tensor"}),
    ],
)
def test_what_the_reference_gives_is_equal(data, equal):
    found = said(tensor_value(data))
    assert {name for name, verdict in found.items() if verdict == "equal"} == equal
    assert "taken" not in found.values()


def test_a_huge_tolerance_takes_what_is_wrong():
    found = said(X, atol=100.0)
    taken = {name for name, verdict in found.items() if verdict == "taken"}
    assert {"zeros", "ones", "the reference's mean everywhere"} <= taken
    assert found["an empty tensor"] == "refused"


def test_a_check_of_the_form_takes_wrong_values():
    found = said(X, aspects=("type", "shape", "dtype"))
    assert found["zeros"] == found["NaN"] == "taken"
    assert found["the right values in another dtype"] == "refused"


def test_a_bound_takes_what_is_below_it():
    found = said(number(4.0), compare="at_most")
    assert (found["zeros"], found["ones"], found["NaN"]) == ("taken", "taken", "refused")


@pytest.mark.parametrize(
    ("aspects", "name"),
    [
        (("type", "shape", "values"), "the right values in another dtype"),
        (("type", "dtype", "values"), "the right values with an axis more"),
        (("type", "shape", "dtype"), "the right values transposed"),
    ],
)
def test_what_a_check_does_not_look_at_is_not_tried(aspects, name):
    assert name not in said(X, aspects=aspects)


def test_the_input_itself():
    found = said(X, {"a": X, "b": tensor_value(torch.ones(2, 2)), "c": number(1)})
    assert found["the input `a`"] == "equal"
    assert found["the input `b`"] == found["the input `c`"] == "refused"
    assert said(X, {"b": tensor_value(torch.ones(2, 2))}, atol=100.0)["the input `b`"] == "taken"


@pytest.mark.parametrize("value", [3, 2.5, 1j])
def test_numbers_have_zeros_and_ones(value):
    found = said(number(value))
    assert found["zeros"] == found["ones"] == "refused"


def test_truth_is_either():
    assert said(number(True)) == {"zeros": "refused", "ones": "equal"}


def test_another_text_is_an_answer_that_takes_no_thought():
    assert said(TextValue(type="str", value="a")) == {"another text": "refused"}
    assert said(TextValue(type="str", value="")) == {"another text": "refused"}
    assert said(TextValue(type="dtype", value="torch.int64")) == {"another text": "refused"}


def test_what_is_neither_number_nor_text_has_no_trivial_answer():
    assert said(TextValue(type="NoneType", value="None")) == {}


def test_lists_and_mappings_are_changed_throughout():
    held = SequenceValue(type="list", items=(X, TextValue(type="str", value="a"), number(2.5)))
    assert said(held)["zeros"] == said(held)["an empty sequence"] == "refused"
    assert said(MappingValue(type="dict", entries={"a": held}))["zeros"] == "refused"
    assert said(SequenceValue(type="list", items=())) == {"an empty sequence": "equal"}


def test_a_recomputed_value_is_tried_by_what_it_is_computed_from():
    check = Check(expression="(x * k).sum()", of=("x",))
    values = {"x": X, "k": number(2.0)}
    assert said(values, check=check)["zeros"] == "refused"
    assert said({**values, "k": number(0.0)}, check=check)["zeros"] == "equal"


def test_where_an_error_is_asked_for_the_control_is_tried():
    from grader.model.values import RaisedValue

    check = Check(expression="f(0)", raises="ValueError", valid="f(1)")
    values = {"f(0)": RaisedValue(type="ValueError", message=""), "f(1)": X}
    assert said(values, check=check) == dict.fromkeys(ALL, "refused")


@given(tensors())
def test_a_plain_check_never_takes_what_is_wrong(value):
    assert "taken" not in said(value).values()
