import math
from dataclasses import replace

import pytest
import torch

from grader.marking.follow_through import Carried, carried, is_usable, tells_apart
from grader.model.assignment import Check, Exercise
from grader.model.facts import SomePassed
from grader.model.values import (
    MappingValue,
    NoValue,
    NumberValue,
    OpaqueValue,
    RaisedValue,
    SequenceValue,
    TextValue,
)
from grader.wording.rulings import rule
from tests.formats.test_wire import tensor_value

EXERCISE = Exercise(
    name="late",
    title={"": "Late"},
    points=1,
    checks=(Check(expression="y"),),
    builds_on={"early": ("x",)},
)
X = tensor_value(torch.tensor([1.0, 2.0, 4.0]))
OTHER = tensor_value(torch.tensor([3.0, 5.0, 7.0]))
FUNCTION = OpaqueValue(type="function", reason="a function")


def number(value):
    return NumberValue(type=type(value).__name__, value=value)


def listed(*items):
    return SequenceValue(type="list", items=items)


def module(weight, **changes):
    entries = {"weight": tensor_value(weight)}
    return replace(MappingValue(type="Linear", entries=entries, module=True), **changes)


def test_what_the_reference_gives_must_be_something_to_compare_with():
    assert is_usable(EXERCISE, {"y": X})
    for value in (RaisedValue(type="E", message=""), FUNCTION, listed(X, FUNCTION)):
        assert not is_usable(EXERCISE, {"y": value})
    assert not is_usable(EXERCISE, {})


def found(actual, expected=X, right=()):
    return carried(EXERCISE, actual={"x": actual}, expected={"x": expected}, right=right)


def test_what_is_made_of_two_answers_is_put_to_the_one_that_is_wrong():
    shared = replace(EXERCISE, builds_on={"early": ("x",), "other": ("x",)})
    told = {
        right: carried(shared, actual={"x": OTHER}, expected={"x": X}, right=right).owners
        for right in ((), ("early",), ("other",), ("early", "other"))
    }
    both = ("early", "other")
    assert told == {(): both, ("early",): ("other",), ("other",): ("early",), both: both}


def in_words(refused):
    ruling = SomePassed(passed=0, total=1, moment="own", unfollowed=refused)
    text = str(rule(ruling, lambda name: name))
    return text.removeprefix("0 of 1 checks passed; your earlier answers cannot be built on: ")


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (OTHER, X),
        (replace(OTHER, requires_grad=True), X),
        (replace(OTHER, grad=X), replace(X, grad=X)),
        (number(3), number(4)),
        (number(-0.5), number(4.0)),
        (number(2j), number(1j)),
        (TextValue(type="str", value="a"), TextValue(type="str", value="b")),
        (listed(number(1.0), number(2.0)), listed(number(1.0), number(3.0))),
        (listed(OTHER), listed(X)),
        (module(torch.ones(2)), module(torch.zeros(2))),
    ],
)
def test_a_wrong_value_of_the_right_form_is_carried(actual, expected):
    assert found(actual, expected) == Carried(values={"x": actual}, owners=("early",))


@pytest.mark.parametrize("value", [X, number(math.nan), listed(), module(torch.ones(2))])
def test_where_nothing_differs_nothing_is_carried(value):
    assert found(value, value) is None


def test_what_is_within_tolerance_does_not_differ():
    assert found(replace(X, data=X.data * (1 + 1e-6))) is None


@pytest.mark.parametrize(
    ("actual", "expected", "reason"),
    [
        (RaisedValue(type="NameError", message="no"), X, "is not defined"),
        (FUNCTION, X, "is a function"),
        (replace(OTHER, leaf=False, requires_grad=True), X, "carries a graph"),
        (listed(replace(OTHER, leaf=False)), listed(X), "carries a graph"),
        (tensor_value(torch.ones(2)), X, "another shape than it should: (2,)"),
        (tensor_value(torch.ones(3, dtype=torch.float64)), X, "another dtype"),
        (replace(OTHER, kind="array"), X, "another type"),
        (replace(OTHER, type="Parameter"), X, "another type"),
        (number(3), number(3.5), "another type"),
        (number(True), number(3), "another type"),
        (number(3.0), tensor_value(torch.tensor(4.0)), "another type"),
        (listed(number(1.0)), X, "another type"),
        (listed(number(1.0)), listed(number(1.0), number(2.0)), "another shape"),
        (module(torch.ones(3)), module(torch.ones(2)), "another shape"),
        (module(torch.ones(2), module=False), module(torch.zeros(2)), "another type"),
        (tensor_value(torch.tensor([1.0, math.nan, 2.0])), X, "is not finite"),
        (tensor_value(torch.tensor([1.0, -math.inf, 2.0])), X, "is not finite"),
        (replace(OTHER, grad=tensor_value(torch.full((3,), math.nan))), X, "is not finite"),
        (number(math.inf), number(1.0), "is not finite"),
        (number(complex(0, math.nan)), number(1j), "is not finite"),
        (listed(number(1.0), number(math.nan)), listed(number(1.0), number(2.0)), "not finite"),
        (module(torch.full((2,), math.inf)), module(torch.ones(2)), "is not finite"),
    ],
)
def test_what_cannot_stand_in_is_named(actual, expected, reason):
    text = in_words(found(actual, expected))
    assert text.startswith("`x` ")
    assert reason in text


@pytest.mark.parametrize("values", [{}, {"x": NoValue(reason="crashed")}])
def test_what_was_not_seen_is_not_carried(values):
    found = carried(EXERCISE, actual=values, expected={"x": X}, right=())
    assert in_words(found).startswith("`x`")


def test_a_function_is_taken_as_right_where_its_exercise_is():
    assert found(FUNCTION, FUNCTION, right=("early",)) is None
    assert in_words(found(FUNCTION, FUNCTION)) == "`x` is not right, and no data"


def test_each_name_is_carried_where_it_differs():
    three = replace(EXERCISE, builds_on={"one": ("a", "b"), "two": ("c",)})
    expected = dict.fromkeys("abc", X)
    assert carried(three, actual={**expected, "c": OTHER}, expected=expected, right=()) == Carried(
        values={"c": OTHER}, owners=("two",)
    )
    both = carried(three, actual={**expected, "a": OTHER, "c": OTHER}, expected=expected, right=())
    assert both == Carried(values={"a": OTHER, "c": OTHER}, owners=("one", "two"))
    bad = {**expected, "a": OTHER, "c": FUNCTION}
    refused = carried(three, actual=bad, expected=expected, right=())
    assert in_words(refused) == "`c` is a function"


def apart(after, mistakes=(), usual=X, inputs=({}, {})):
    return tells_apart(
        EXERCISE,
        usual={"y": usual},
        carried={"y": after},
        inputs=inputs,
        mistakes=[{"y": mistake} for mistake in mistakes],
    )


def test_values_on_which_right_and_wrong_differ_tell_apart():
    assert apart(OTHER)
    assert apart(OTHER, mistakes=[X, FUNCTION, RaisedValue(type="E", message="")])


@pytest.mark.parametrize("degenerate", [torch.zeros(3), torch.ones(3), torch.full((3,), 2.5)])
def test_values_that_a_trivial_answer_gives_do_not(degenerate):
    assert not apart(tensor_value(degenerate))


def test_a_mistake_that_comes_out_the_same_does_not():
    assert not apart(OTHER, mistakes=[X, OTHER])


def test_what_was_trivial_before_may_be_so_again():
    zeros = tensor_value(torch.zeros(3))
    assert apart(zeros, usual=zeros)


def test_the_input_itself_is_a_trivial_answer():
    assert not apart(OTHER, inputs=({"x": OTHER}, {"x": OTHER}))
    assert apart(OTHER, inputs=({"x": OTHER}, {"x": X}))


def test_a_list_that_comes_out_empty_does_not_tell():
    full = listed(number(1.5), number(2.5))
    assert apart(listed(number(3.5)), usual=full)
    assert not apart(listed(), usual=full)
