"""Which of the symptoms are told."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import torch

from grader.disclosure import disclosed
from grader.explaining.diagnose import diagnose
from grader.marking.checks import judge
from grader.model.assignment import Check, Exercise
from grader.model.facts import Forbidden, ForbiddenUse, NothingThere, SomePassed, Symptom
from grader.model.features import Count, Flag, Name
from grader.model.result import ExerciseResult
from grader.model.reveal import Reveal
from grader.model.values import NumberValue
from grader.openings import revealed
from grader.wording.report import check_worded
from tests.formats.test_wire import tensor_value
from tests.said import in_words


def told(*symptoms, checks=("a", "b"), hidden=()):
    """Return the kinds that a student is told, of symptoms of an exercise with these checks."""
    asked = Exercise(
        name="e",
        title={"": "E"},
        points=1,
        checks=tuple(Check(expression=one, hidden=one in hidden) for one in checks),
    )
    nothing = judge(asked, actual={}, expected={})
    return [one.kind for one in in_words(result(nothing, symptoms), asked).diagnoses]


def result(checks, symptoms):
    return ExerciseResult(
        exercise="e",
        score=0,
        max_score=1,
        outcome="wrong",
        ruling=SomePassed(passed=0, total=1, moment="own"),
        checks=checks,
        symptoms=tuple(symptoms),
    )


def sign(check, **keys):
    return Symptom(kind="sign", check=check, path=check, **keys)


def values(check, **keys):
    about = {"by_hand": Flag(value=True)}
    return Symptom(kind="values", check=check, path=check, rank="rest", about=about, **keys)


@pytest.mark.parametrize(
    ("symptoms", "due"),
    [
        ([sign("a"), values("a")], ["sign"]),
        ([sign("a"), values("b", made_by=("g",))], ["sign", "values"]),
        ([sign("a", made_by=("f",)), values("b", made_by=("f", "g"))], ["sign"]),
        ([sign("a"), values("b")], ["sign"]),  # nothing of the student's stands behind it
        ([values("a"), values("b")], ["values"]),
        ([values("a", made_by=("f",)), sign("b", made_by=("g",))], ["sign", "values"]),
    ],
)
def test_what_can_be_said_of_every_value_is_said_where_nothing_else_is(symptoms, due):
    assert told(*symptoms) == due


def test_what_can_be_said_of_every_value_is_not_said_of_a_hidden_one_beside_anything():
    beside = [sign("a", made_by=("f",)), values("b", made_by=("g",))]
    assert told(*beside, hidden=("b",)) == ["sign"]
    assert told(values("b", made_by=("g",)), hidden=("b",)) == ["values"]


def test_what_is_not_told_of_a_hidden_value_leaves_room_for_what_is():
    shifted = Symptom(kind="shifted", check="b", path="b", about={"how": Name(name="late")})
    assert told(shifted, values("b"), hidden=("b",)) == ["values"]


def test_what_the_check_says_already_is_no_hint():
    """Nor does it keep what helps from being told."""
    kinds = ("value", "values", "aspects", "some-parts", "some-numbers")
    plain = [Symptom(kind=one, check="a", path="a", rank="rest") for one in kinds]
    raised = {"cause": Name(name="otherwise"), "type": Name(name="E"), "line": Count(number=1)}
    plain += [
        Symptom(kind="failed", check=one, path=one, rank="fallback", about=raised)
        for one in ("a", "")
    ]
    assert told(*plain) == []
    assert told(*plain, values("a")) == ["values"]


@pytest.mark.parametrize(
    ("actual", "expected", "always", "seen", "wanted"),
    [
        (7.5, 1.5, False, "", ""),  # the sentence has all of it
        (7.5, 1.5, True, "", ""),
        ([7.5], [1.5], True, "", ""),
        ([7.5, 1], [1.5, 1], False, "[7.5, 1]", ""),
        ([7.5, 1], [1.5, 1], True, "[7.5, 1]", "[1.5, 1]"),
        ([*range(8), 9], [*range(9)], False, "[0, 1, 2, 3, 4, 5, …]", ""),
        ([*range(8), 9], [*range(9)], True, "", ""),  # they are cut before they differ
    ],
)
def test_values_stand_beside_a_sentence_that_does_not_hold_them(
    actual, expected, always, seen, wanted
):
    values = [tensor_value(torch.tensor(one, dtype=torch.float32)) for one in (actual, expected)]
    check = Check(expression="x", reveal=Reveal(what="always") if always else None)
    asked = Exercise(name="e", title={"": "E"}, points=1, checks=(check,))
    found = judge(asked, actual={"x": values[0]}, expected={"x": values[1]})
    whole = result(found, ())
    told = revealed(disclosed(whole, asked), whole, now=datetime.now(UTC)).checks[0]
    words = check_worded(told, "en")
    assert [one.rpartition(": ")[2] for one in (words.seen, words.wanted)] == [seen, wanted]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("f(x)", "“On others” has the opposite sign"),
        ("f(x)[0]", "`[0]` of “On others” has the opposite sign"),
        ("f(x).grad", "`.grad` of “On others” has the opposite sign"),
        ("g(x)", "`g(x)` has the opposite sign"),
    ],
)
def test_a_check_goes_by_its_title(path, said):
    checks = (
        Check(expression="f(x)", title={"": "On others"}),
        Check(expression="g(x)"),
    )
    asked = Exercise(name="e", title={"": "E"}, points=1, checks=checks)
    about = {"single": Flag(value=True)}
    symptom = Symptom(kind="sign", check=path[:4], path=path, about=about)
    found = in_words(result(judge(asked, actual={}, expected={}), (symptom,)), asked)
    assert found.diagnoses[0].text.startswith(said)


def test_of_one_function_the_same_is_not_told_of_a_hidden_value_again():
    beside = [sign("a", made_by=("f",)), sign("b", made_by=("f",))]
    assert told(*beside) == ["sign", "sign"]
    assert told(*beside, hidden=("b",)) == ["sign"]
    other = [sign("a", made_by=("f",)), sign("b", made_by=("g",))]
    assert told(*other, hidden=("b",)) == ["sign", "sign"]


def test_another_name_is_not_told_by_what_is_hidden():
    exchanged = Symptom(kind="exchanged", check="a", path="a", about={"other": Name(name="b")})
    assert told(exchanged) == ["exchanged"]
    assert told(exchanged, hidden=("b",)) == []


CODE = "def f(n):\n    return n if n > 0 else 0\n"
SOLUTION = "def f(n):\n    return abs(n)\n"


@pytest.mark.parametrize(
    ("hidden", "right", "text"),
    [
        ((), (1, 2), "`f`: right in `f(1)` and `f(2)`, and not here."),
        (("f(1)",), (1, 2), "`f`: right in `f(2)`, and not here."),
        (("f(1)", "f(2)"), (1, 2), ""),  # where it is right must not be told
        (("f(-3)",), (1, 2), "`f`: right on the data that you see, and not on other data."),
        (("f(-3)",), (1,), ""),  # `f(2)` can be seen, and is not right: that is told instead
        (("f(1)", "f(2)", "f(-3)"), (1, 2), ""),
    ],
)
def test_a_function_that_is_right_elsewhere(hidden, right, text):
    expressions = ("f(1)", "f(2)", "f(-3)")
    asked = Exercise(
        name="e",
        title={"": "E"},
        points=1,
        checks=tuple(Check(expression=one, hidden=one in hidden) for one in expressions),
    )
    expected = {one: NumberValue(type="int", value=n) for n, one in enumerate(expressions, 1)}
    wrong = NumberValue(type="int", value=1000)
    actual = {one: expected[one] if n in right else wrong for n, one in enumerate(expressions, 1)}
    checks = judge(asked, actual=actual, expected=expected)
    symptoms = diagnose(asked, actual=actual, expected=expected, checks=checks, code=CODE)
    found = in_words(result(checks, symptoms), asked).diagnoses
    if text:
        assert text in found[0].text
        assert not any("other data" in one.text for one in found[1:])
    else:
        assert not any("right on" in one.text for one in found)
    assert not any(one in diagnosis.text for one in hidden for diagnosis in found if one != "f(-3)")


def test_a_check_has_its_title_in_the_language_of_the_report():
    asked = Exercise(
        name="e",
        title={"": "E"},
        points=1,
        checks=(
            Check(expression="f(1)", hidden=True, title={"en": "One", "ru": "Один"}),
            Check(expression="f(2)", title={"": "Two"}),
            Check(expression="f(3)"),
        ),
    )
    nothing = judge(asked, actual={}, expected={})
    for language, titles in (("en", ["One", "Two", ""]), ("ru", ["Один", "Two", ""])):
        found = in_words(result(nothing, ()), asked, language=language)
        assert [check.title for check in found.checks] == titles


USED = Forbidden(uses=(ForbiddenUse(name="torch.optim.SGD", line=1),))
COUNTED = SomePassed(passed=0, total=1, moment="own")


@pytest.mark.parametrize(
    ("forbid", "ruling", "code", "is_told"),
    [
        (("torch.optim", "torch.nn"), COUNTED, "w = 1", True),
        ((), COUNTED, "w = 1", False),
        (("torch.optim",), USED, "torch.optim.SGD", False),
        (("torch.optim",), NothingThere(state="blank"), "w = ...", False),
        (("torch.optim",), COUNTED, "", False),
    ],
)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_it_means_that_nothing_forbidden_was_found(forbid, ruling, code, is_told, language):
    asked = Exercise(name="e", title={"": "E"}, points=1, checks=(), forbid=forbid)
    found = replace(result((), ()), ruling=ruling, code=code)
    said = in_words(found, asked, language=language).not_found
    assert bool(said) == is_told
    if is_told and language == "en":
        assert said.startswith("Of what is forbidden here (`torch.optim`, `torch.nn`), nothing")
