"""What is said of answers that are right on the data shown and wrong on other data."""

from dataclasses import replace

import pytest
import torch

from grader.marking.checks import Judged, judge
from grader.marking.exercise import CellEnd, weigh
from grader.model.assignment import Check, Exercise
from grader.model.submission import Answer
from grader.model.values import NoValue, NumberValue, RaisedValue, SequenceValue, TextValue
from tests.formats.test_wire import tensor_value
from tests.said import in_words

ONLY_SHOWN = "right only for the data shown: it stays the same on other data"
ONE, TWO, THREE = (NumberValue(type="float", value=value) for value in (1.0, 2.0, 3.0))
ELSEWHERE = "right on the data shown, wrong on other data"
NEAR = NumberValue(type="float", value=1.0000001)
SHAKY = tensor_value(torch.tensor([1.0, float("nan")]))
LEARNT = replace(SHAKY, requires_grad=True)


def judged(check, shown, other, expected):
    """Return an exercise's result: what it was expected to be, and what it was, on either data."""
    exercise = Exercise(name="e", title={"": "E"}, points=2, checks=check)
    looks = [
        Judged(
            moment="own",
            checks=judge(exercise, actual=actual, expected=wanted),
            values=actual,
        )
        for actual, wanted in zip((shown, other), expected, strict=True)
    ]
    answer = Answer(exercise=exercise, state="filled", code="code")
    weighed = weigh(answer, looks[:1], other=looks[1:], end=CellEnd(ending="done"))
    return in_words(weighed.result, exercise)


def told(shown, other, wanted, **keys):
    check = Check(expression="a", **keys)
    found = judged((check,), {"a": shown}, {"a": other}, ({"a": shown}, {"a": wanted}))
    assert (found.outcome, found.score, found.checks[0].outcome) == ("wrong", 0.0, "failed")
    assert found.rule == f"{found.checks[0].error} (0 of 1 checks hold there)"
    return found.checks[0].error


@pytest.mark.parametrize(
    ("shown", "other", "wanted", "error"),
    [
        (ONE, ONE, TWO, ONLY_SHOWN),
        (ONE, THREE, TWO, ELSEWHERE),
        (ONE, NEAR, TWO, ELSEWHERE),
        (SHAKY, SHAKY, tensor_value(torch.zeros(2)), ONLY_SHOWN),
        (ONE, NoValue(reason="timed out"), TWO, ELSEWHERE),
        (ONE, RaisedValue(type="ValueError", message="no"), TWO, ELSEWHERE),
        (TextValue(type="str", value="cat"), TextValue(type="str", value="cat"),
         TextValue(type="str", value="dog"), ONLY_SHOWN),
        (SequenceValue(type="list", items=(ONE, TWO)), SequenceValue(type="list", items=(ONE, ONE)),
         SequenceValue(type="list", items=(TWO, TWO)), ELSEWHERE),
    ],
)  # fmt: skip
def test_only_a_value_that_stays_the_same_is_told_so(shown, other, wanted, error):
    assert told(shown, other, wanted) == error


def test_what_a_check_tolerates_is_not_the_same():
    assert told(ONE, NEAR, THREE, rtol=0.1) == ELSEWHERE


def test_what_else_a_check_looks_at_counts():
    aspects = ("values", "requires_grad")
    assert told(LEARNT, SHAKY, LEARNT, aspects=aspects) == ELSEWHERE


def test_of_a_call_that_has_to_fail_the_valid_one_decides():
    raised = RaisedValue(type="ValueError", message="no", bases=("ValueError",))
    check = Check(expression="f(bad)", raises="ValueError", valid="f(good)")
    shown = {"f(bad)": raised, "f(good)": ONE}
    wanted = {"f(bad)": raised, "f(good)": TWO}
    for value, error in ((ONE, ONLY_SHOWN), (THREE, ELSEWHERE)):
        other = {"f(bad)": raised, "f(good)": value}
        assert judged((check,), shown, other, (shown, wanted)).checks[0].error == error


def test_of_a_recomputed_value_its_names_decide():
    check = Check(expression="a - b", of=("a",))
    shown, wanted = {"a": THREE, "b": ONE}, {"a": THREE, "b": TWO}
    found = judged((check,), {"a": THREE}, {"a": THREE}, (shown, {**wanted, "a": TWO}))
    assert found.checks[0].error == ONLY_SHOWN
    found = judged((check,), {"a": THREE}, {"a": ONE}, (shown, wanted))
    assert found.checks[0].error == ELSEWHERE


def test_an_exercise_stays_the_same_where_all_that_is_lost_does():
    checks = Check(expression="a"), Check(expression="b"), Check(expression="c")
    shown = dict.fromkeys("abc", ONE)
    wanted = {"a": TWO, "b": TWO, "c": ONE}
    same = judged(checks, shown, shown, (shown, wanted))
    assert (same.outcome, same.rule) == ("partly right", f"{ONLY_SHOWN} (1 of 3 checks hold there)")
    mixed = judged(checks, shown, {**shown, "b": THREE}, (shown, wanted))
    assert [check.error for check in mixed.checks] == [ONLY_SHOWN, ELSEWHERE, None]
    assert mixed.rule == f"{ELSEWHERE} (1 of 3 checks hold there)"
    assert mixed.score == same.score


def test_what_fails_on_the_data_shown_too_is_not_called_right_there():
    checks = Check(expression="a"), Check(expression="b"), Check(expression="c")
    expected = {"a": ONE, "b": ONE, "c": ONE}, {"a": TWO, "b": TWO, "c": TWO}
    found = judged(checks, {"a": ONE, "b": THREE, "c": THREE}, dict.fromkeys("abc", ONE), expected)
    assert found.checks[0].error == ONLY_SHOWN
    assert found.rule == "0 of 3 checks passed"
