"""What checks say of answers that take no thought."""

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.marking.checks import judge
from grader.marking.trivial import verdicts
from grader.model.aspects import ASPECTS
from grader.model.assignment import Check, Exercise
from grader.model.values import NumberValue, OpaqueValue, RaisedValue, SequenceValue, TextValue
from tests.verifying.values import tensor, values

aspects = st.lists(st.sampled_from(ASPECTS), min_size=1, unique=True).map(tuple)
checks = st.builds(
    Check,
    expression=st.just("v"),
    compare=st.sampled_from(["close", "exact", "at_most"]),
    rtol=st.sampled_from([None, 0.0, 1.0]),
    margin=st.sampled_from([0.0, 100.0]),
    aspects=aspects,
    exact_type=st.booleans(),
)


def said(check, value, inputs=None):
    exercise = Exercise(name="e", title={}, points=1, checks=(check,))
    return verdicts(exercise, check, expected={"v": value}, inputs=inputs or {})


@given(checks, values, values)
def test_there_is_a_verdict_whatever_the_value(check, value, given_value):
    exercise = Exercise(name="e", title={}, points=1, checks=(check,))
    passed = judge(exercise, actual={"v": value}, expected={"v": value})[0].outcome == "passed"
    assume(passed)  # a reference that fails its own check is refused before
    found = said(check, value, {"x": given_value})
    assert set(found.values()) <= {"refused", "equal", "taken"}
    assert said(check, value, {"x": value})["the input `x`"] == "equal"


@given(st.integers(2, 4), st.integers(2, 4))
def test_a_check_of_values_refuses_them_all(rows, columns):
    table = torch.arange(2.0, 2 + rows * columns).reshape(rows, columns)
    found = said(Check(expression="v"), tensor(table), {"x": tensor(table.T.contiguous())})
    assert len(found) == 9
    assert set(found.values()) == {"refused"}


@pytest.mark.parametrize(
    ("check", "taken"),
    [
        (Check(expression="v", rtol=100), {"zeros", "ones", "the reference's mean everywhere"}),
        (
            Check(expression="v", aspects=("shape",)),
            {"zeros", "ones", "NaN", "the reference's mean everywhere"},
        ),
        (Check(expression="v", compare="at_most", margin=100), {"zeros", "ones"}),
        (Check(expression="v", aspects=("values",)), set()),
    ],
)
def test_what_a_weak_check_takes_is_named(check, taken):
    found = said(check, tensor(torch.tensor([1.5, 2.5, 3.5])))
    assert taken <= {name for name, verdict in found.items() if verdict == "taken"}
    assert bool(taken) == ("taken" in found.values())


def test_what_the_reference_itself_gives_is_no_fault():
    found = said(Check(expression="v"), tensor(torch.zeros(3)))
    assert found["zeros"] == found["the reference's mean everywhere"] == "equal"
    assert found["ones"] == "refused"


def test_of_a_text_another_one_is_tried():
    found = said(Check(expression="v"), TextValue(type="str", value="a"))
    assert found == {"another text": "refused"}


def test_numbers_in_lists_are_changed_too():
    losses = tuple(NumberValue(type="float", value=value) for value in (3.0, 2.0, 1.5))
    found = said(Check(expression="v"), SequenceValue(type="list", items=losses))
    assert found == {
        "zeros": "refused",
        "ones": "refused",
        "NaN": "refused",
        "an empty sequence": "refused",
    }


def test_a_function_among_the_inputs_is_an_answer_that_is_wrong():
    function = OpaqueValue(type="function", reason="a function")
    found = said(Check(expression="v"), tensor(torch.ones(2)), {"f": function})
    assert found["the input `f`"] == "refused"


def test_a_recomputed_expression_is_tried_with_its_names():
    check = Check(expression="torch.mean((w - y) ** 2)", of=("w",), compare="at_most", margin=0.1)
    exercise = Exercise(name="e", title={}, points=1, checks=(check,))
    expected = {"w": tensor(torch.tensor([2.0, 5.0])), "y": tensor(torch.tensor([2.1, 5.0]))}
    found = verdicts(exercise, check, expected=expected, inputs={})
    assert set(found.values()) == {"refused"}


def test_a_call_that_has_to_fail_is_tried_with_its_valid_input():
    check = Check(expression="f(-1)", raises="ValueError", valid="f(1)")
    exercise = Exercise(name="e", title={}, points=1, checks=(check,))
    raised = RaisedValue(type="ValueError", message="")
    expected = {"f(-1)": raised, "f(1)": tensor(torch.tensor([2.0, 5.0]))}
    found = verdicts(exercise, check, expected=expected, inputs={})
    assert found["zeros"] == "refused"
