from dataclasses import replace

import pytest
import torch

from grader.marking.checks import Judged, judge
from grader.marking.exercise import CellEnd, weigh
from grader.model.assignment import Check, Exercise
from grader.model.facts import ForbiddenUse
from grader.model.features import Number
from grader.model.result import Fault
from grader.model.submission import Answer
from grader.model.values import (
    MappingValue,
    NoValue,
    NumberValue,
    RaisedValue,
    SequenceValue,
)
from tests.formats.test_wire import tensor_value
from tests.said import checks_in_words, in_words

EXERCISE = Exercise(
    name="e",
    title={"": "E"},
    points=2,
    checks=(Check(expression="a"), Check(expression="b"), Check(expression="c()", hidden=True)),
)
GOOD, BAD = tensor_value(torch.ones(2)), tensor_value(torch.zeros(2))
EXPECTED = {"a": GOOD, "b": GOOD, "c()": GOOD}
FAULT = Fault(name="ValueError", message="no")


def judged(**changes):
    actual = {**EXPECTED, **{name.replace("_", "()"): value for name, value in changes.items()}}
    return judge(EXERCISE, actual=actual, expected=EXPECTED)


def graded(
    *looks,
    state="filled",
    banned=(),
    below=(),
    ending="done",
    fault=None,
    unreached=(),
    code="code",
):
    answer = Answer(exercise=EXERCISE, state=state, code=code, banned=banned, banned_below=below)
    moments = "own", "below", "end"
    weighed = weigh(
        answer,
        [
            Judged(moment=moment, checks=checks)
            for moment, checks in zip(moments, looks, strict=False)
        ],
        end=CellEnd(ending=ending, fault=fault, unreached=unreached),
        output="printed",
    )
    return in_words(weighed.result, EXERCISE)


def test_points_are_shared_by_weight_and_add_up():
    result = graded(judged())
    assert (result.outcome, result.score, result.max_score) == ("right", 2.0, 2.0)
    partly = graded(judged(a=BAD))
    assert partly.outcome == "partly right"
    assert partly.score == pytest.approx(4 / 3, abs=1e-6)
    assert partly.rule == "2 of 3 checks passed"


def test_nothing_right_is_wrong():
    result = graded(judged(a=BAD, b=BAD, c_=BAD), fault=FAULT)
    assert (result.outcome, result.score) == ("wrong", 0.0)
    assert result.error == FAULT


def test_the_best_look_counts_and_says_when():
    result = graded(judged(a=BAD, b=BAD), judged(), judged(a=BAD))
    assert (result.outcome, result.score) == ("right", 2.0)
    assert result.rule == "all checks passed, after the cells added below it"


def test_a_part_of_an_answer_does_not_count_at_the_end():
    nothing, partly = judged(a=BAD, b=BAD, c_=BAD), judged(c_=BAD)
    borrowed = graded(nothing, nothing, partly)
    assert (borrowed.outcome, borrowed.score) == ("wrong", 0.0)
    repaired = graded(nothing, nothing, judged())
    assert (repaired.outcome, repaired.rule) == (
        "right",
        "all checks passed, at the end of the notebook",
    )


def test_a_name_that_the_cell_did_not_come_to_is_not_shown():
    result = graded(judged(a=BAD), ending="error", unreached={"a"})
    check = result.checks[0]
    assert (check.outcome, check.seen, check.mismatches) == ("error", "", ())
    assert check.error == "it was not reached: the cell had stopped before"
    assert graded(judged(), ending="error", unreached={"a"}).outcome == "right"
    below = graded(judged(a=BAD, b=BAD), judged(a=BAD), ending="error", unreached={"a"})
    assert below.checks[0].outcome == "failed"


@pytest.mark.parametrize("state", ["blank", "missing"])
def test_an_answer_elsewhere_counts_but_no_part_of_one(state):
    assert graded(judged(), state=state).outcome == "right"
    result = graded(judged(a=BAD), state=state, fault=FAULT)
    assert (result.outcome, result.score, result.error, result.output) == (state, 0.0, None, "")
    assert {check.outcome for check in result.checks} == {"skipped"}


def test_what_is_forbidden_costs_the_exercise():
    result = graded(judged(), banned=(ForbiddenUse(name="torch.optim.SGD", line=3),))
    assert (result.outcome, result.score) == ("wrong", 0.0)
    assert "torch.optim.SGD (line 3)" in result.rule
    assert sum(check.score for check in result.checks) == 0


def test_scratch_work_below_a_right_answer_costs_nothing():
    optim = (ForbiddenUse(name="torch.optim.SGD", line=9),)
    assert graded(judged(), judged(), below=optim).outcome == "right"
    late = graded(judged(a=BAD, b=BAD, c_=BAD), judged(), below=optim)
    assert (late.outcome, late.score) == ("wrong", 0.0)


@pytest.mark.parametrize(
    ("ending", "outcome"),
    [
        ("timed out", "timed out"),
        ("too much output", "timed out"),
        ("too much memory", "crashed"),
        ("crashed", "crashed"),
    ],
)
def test_how_the_cell_ended_is_said_and_what_passed_counts(ending, outcome):
    result = graded(judged(a=BAD), ending=ending)
    assert result.outcome == outcome
    assert result.score > 0
    assert ("memory" in result.rule) is (ending == "too much memory")


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (NoValue(reason="timed out"), "it took too long and was stopped"),
        (NoValue(reason="crashed"), "it ended the kernel"),
        (
            NoValue(reason="too much memory"),
            "it took more memory than a submission may have, and was stopped",
        ),
        (NoValue(reason="too much output"), "it printed without end and was stopped"),
        (NoValue(reason="not asked"), "it was not looked at: the notebook had ended before"),
        (RaisedValue(type="NameError", message="name 'c' is not defined"), "`c` is not defined"),
        (
            RaisedValue(type="ValueError", message="secret", line=2, source="raise ValueError"),
            "it raised ValueError in line 2",
        ),
        (
            RaisedValue(type="ValueError", message="secret", line=101, source="raise ValueError"),
            "it raised ValueError",
        ),
        (
            RaisedValue(type="Leak[1, 2]", message="secret", line=2, source="raise leak"),
            "it raised an exception of its own in line 2",
        ),
        (RaisedValue(type="Leak[1, 2]", message=""), "it raised an exception of its own"),
        (NoValue(reason="unreadable"), "it could not be read"),
        (
            RaisedValue(type="TypeError", message="c() got an unexpected keyword argument 'n'"),
            "it raised TypeError: c() got an unexpected keyword argument 'n'",
        ),
        (
            RaisedValue(type="TypeError", message="c() got an unexpected keyword argument '1, 2'"),
            "it raised TypeError",
        ),
    ],
)
def test_what_was_not_seen_is_said(value, error):
    result = checks_in_words(judged(c_=value), EXERCISE)[2]
    assert (result.outcome, result.error, result.score) == ("error", error, 0.0)


@pytest.mark.parametrize("name", ["a", "c_"])
def test_what_raises_is_told_with_its_line_where_that_is_the_answers(name):
    there = RaisedValue(type="ValueError", message="no,\n not so.", line=2, source="raise it")
    elsewhere = replace(there, source="raise another")
    beyond = replace(there, line=3)
    place, hidden = (0, False) if name == "a" else (2, True)
    found = [
        graded(judged(**{name: value}), code="def f():\n    raise it").checks[place].error
        for value in (there, elsewhere, beyond)
    ]
    assert found == (
        ["it raised ValueError in line 2", "it raised ValueError", "it raised ValueError"]
        if hidden
        else [
            "it raised ValueError in line 2: no, not so",
            "it raised ValueError (line `raise another`): no, not so",
            "it raised ValueError (line `raise it`): no, not so",
        ]
    )


def test_of_a_check_that_expects_another_exception_the_line_is_told_too():
    check = Check(expression="f(0)", raises="ValueError", valid="f(1)")
    exercise = replace(EXERCISE, checks=(check,))
    error = RaisedValue(type="KeyError", message="'x'", line=1, source="code")
    values = {"f(0)": error, "f(1)": GOOD}, {"f(0)": error, "f(1)": GOOD}
    answer = Answer(exercise=exercise, state="filled", code="code")
    checks = judge(exercise, actual=values[0], expected=values[1])
    weighed = weigh(answer, [Judged(moment="own", checks=checks)], end=CellEnd(ending="done"))
    (found,) = in_words(weighed.result, exercise).checks
    assert found.error == "it raised KeyError in line 1: 'x'; expected is ValueError"


def test_what_is_hidden_of_a_check_is_said():
    data, call, name = (
        Check(expression="f(x)", hidden=True, given="x = 1"),
        Check(expression="f(1)", hidden=True),
        Check(expression="answer", hidden=True),
    )
    exercise = replace(EXERCISE, checks=(data, call, name, Check(expression="b")))
    values = dict.fromkeys(("f(x)", "f(1)", "answer", "b"), BAD)
    expected = dict.fromkeys(values, GOOD)

    def told(**known):
        checks = judge(exercise, actual=values, expected=expected, **known)
        return [(one.hides, bool(one.seen)) for one in checks_in_words(checks, exercise)]

    # What the student's own name stood for is the student's, until anything hidden was asked.
    assert told() == [("data", False), ("check", False), ("check", True), ("", True)]
    late = told(knows_hidden_inputs=True)
    assert late == [("data", False), ("moment", False), ("moment", False), ("moment", False)]


def recomputed(actual, **changes):
    check = Check(
        expression="torch.mean((x - w) ** 2)",
        of=("w",),
        **{"compare": "at_most", "margin": 0.5, **changes},
    )
    exercise = replace(EXERCISE, checks=(check,))
    x = tensor_value(torch.tensor([1.0, 3.0]))
    expected = {"w": tensor_value(torch.tensor([2.0, 2.0])), "x": x}
    return judge(exercise, actual={"w": actual}, expected=expected)[0]


def test_a_loss_is_computed_from_the_students_values():
    assert recomputed(tensor_value(torch.tensor([1.0, 3.0]))).outcome == "passed"
    worse = recomputed(tensor_value(torch.tensor([9.0, 9.0])))
    assert worse.outcome == "failed"
    assert [mismatch.actual for mismatch in worse.mismatches] == [Number(text="50")]


def test_a_loss_is_not_computed_from_what_has_another_form():
    column = recomputed(tensor_value(torch.zeros(2, 1)))
    assert column.aspects["shape"] == "failed"
    assert recomputed(NoValue(reason="crashed")).outcome == "error"
    module = MappingValue(type="Linear", entries={}, module=True)
    assert recomputed(module).aspects["type"] == "failed"


def curve(*numbers):
    items = tuple(NumberValue(type="float", value=number) for number in numbers)
    return SequenceValue(type="list", items=items)


def test_a_list_of_losses_is_drawn_with_what_is_finite_and_the_first_steps():
    check = Check(expression="losses")
    exercise = replace(EXERCISE, checks=(check,))
    wanted = [1000 / (n + 1) for n in range(2000)]
    actual = [*wanted[:1999], float("nan")]
    (result,) = judge(
        exercise, actual={"losses": curve(*actual)}, expected={"losses": curve(*wanted)}
    )
    assert result.outcome == "failed"
    drawn = result.curve
    assert len(drawn.expected) <= 330
    assert [step for step, _ in drawn.expected[:20]] == list(range(1, 21))
    assert drawn.expected[-1] == (2000, 0.5)
    assert drawn.actual[-1][0] < 2000


RAISES = Check(expression="f(bad)", raises="ValueError", valid="f(good)")


def raised(name="ValueError", *bases):
    return RaisedValue(type=name, message="no", bases=bases)


@pytest.mark.parametrize(
    ("actual", "outcome"),
    [
        ({"f(bad)": raised(), "f(good)": GOOD}, "passed"),
        ({"f(bad)": raised("Odd", "ValueError", "Exception"), "f(good)": GOOD}, "passed"),
        ({"f(bad)": raised("TypeError", "Exception"), "f(good)": GOOD}, "failed"),
        ({"f(bad)": GOOD, "f(good)": GOOD}, "failed"),
        ({"f(bad)": raised(), "f(good)": BAD}, "failed"),
        ({"f(bad)": raised(), "f(good)": raised()}, "failed"),  # whatever always fails is not right
    ],
)
def test_an_error_is_right_only_beside_a_valid_input(actual, outcome):
    exercise = replace(EXERCISE, checks=(RAISES,))
    expected = {"f(bad)": raised(), "f(good)": GOOD}
    (found,) = judge(exercise, actual=actual, expected=expected)
    assert (found.check, found.outcome) == ("f(bad)", outcome)
    assert found.score == (2.0 if outcome == "passed" else 0.0)
    assert (found.not_compared is None) == (outcome == "passed" or actual["f(good)"] is None)


def test_credit_is_for_the_aspects_that_are_right():
    check = Check(expression="a", weight=4, credit={"shape": 1, "dtype": 1})
    exercise = replace(EXERCISE, checks=(check,))

    def points(value):
        (found,) = judge(exercise, actual={"a": value}, expected={"a": GOOD})
        return found.score

    assert points(GOOD) == 2.0
    assert points(BAD) == 1.0  # of the right form
    assert points(tensor_value(torch.zeros(2, dtype=torch.float64))) == 0.5
    assert points(NumberValue(type="float", value=1.0)) == 0.0


def other_data(shown, other):
    answer = Answer(exercise=EXERCISE, state="filled", code="code")
    look = Judged(moment="own", checks=shown)
    again = Judged(moment="own", checks=other)
    weighed = weigh(answer, [look], other=[again], end=CellEnd(ending="done"))
    return in_words(weighed.result, EXERCISE)


def test_only_what_is_right_on_other_data_too_counts():
    assert other_data(judged(), judged()).outcome == "right"
    partly = other_data(judged(), judged(a=BAD))
    assert (partly.outcome, partly.rule) == (
        "partly right",
        "right on the data shown, wrong on other data (2 of 3 checks hold there)",
    )
    assert partly.checks[0].error == "right on the data shown, wrong on other data"
    nothing = other_data(judged(), judged(a=BAD, b=BAD, c_=BAD))
    assert (nothing.outcome, nothing.score) == ("wrong", 0.0)


def test_being_right_on_other_data_alone_earns_nothing():
    found = other_data(judged(a=BAD, b=BAD, c_=BAD), judged())
    assert (found.outcome, found.score, found.rule) == ("wrong", 0.0, "0 of 3 checks passed")


def test_what_is_right_given_an_earlier_answer_says_so():
    answer = Answer(exercise=EXERCISE, state="filled", code="code")
    looks = [
        Judged(moment="own", checks=judged(a=BAD)),
        Judged(moment="own", checks=judged(), given=("First", "Second")),
    ]
    weighed = weigh(answer, looks, end=CellEnd(ending="done"))
    found = in_words(weighed.result, EXERCISE, others=("First", "Second"))
    assert (found.outcome, found.score) == ("right by follow-through", 2.0)
    assert found.rule == "right, given the values that First and Second left"
