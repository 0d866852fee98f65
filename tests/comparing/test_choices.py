"""Which choices a value names, and what that is worth."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.comparing.choices import chosen, share
from grader.comparing.examine import examine
from grader.marking.trivial import verdicts
from grader.model.answer import Choices
from grader.model.assignment import Check, Exercise
from grader.model.facts import NotAChoice, TooFewWords
from grader.model.values import NumberValue, SequenceValue, TextValue
from grader.syntax.words import words

LETTERS = "abcd"
SEVERAL = Choices(texts={one: {"": one} for one in LETTERS}, several=True)
ONE = Choices(texts=SEVERAL.texts, several=False)
PARTIAL = Choices(texts=SEVERAL.texts, several=True, partial=True)


def text(value):
    return TextValue(type="str", value=value)


def several(kind, *values):
    return SequenceValue(type=kind, items=tuple(map(text, values)))


@pytest.mark.parametrize(
    "value",
    [
        text("A, c"), text("c a"), text("ac"), text("(a) and c)"), text("a; C."), text("а и с"),
        text("ａ,ｃ"), several("list", "c", "a"), several("set", "A", "C"),
        several("tuple", "a, c"), several("list", "a", "c", "a"),
    ],
)  # fmt: skip
def test_neither_order_nor_case_nor_form_counts(value):
    assert chosen(value, SEVERAL) == {"a", "c"}


@pytest.mark.parametrize(
    ("value", "given"),
    [
        (text("a, x"), "x"),
        (NumberValue(type="int", value=2), "2"),
        (text("over the columns"), "over the columns"),
        (text(""), ""),
        (TextValue(type="NoneType", value="None"), ""),
        (SequenceValue(type="list", items=()), ""),
    ],
)
def test_what_is_no_choice_is_told_as_such(value, given):
    found = chosen(value, SEVERAL)
    assert isinstance(found, NotAChoice)
    assert (found.given, found.letters) == (given[:40], tuple(LETTERS))


def test_of_one_choice_several_letters_are_too_many():
    assert chosen(text("a"), ONE) == {"a"}
    assert chosen(several("list", "a"), ONE) == {"a"}
    found = chosen(text("a, b"), ONE)
    assert isinstance(found, NotAChoice)
    assert found.too_many


@given(st.sets(st.sampled_from(LETTERS), min_size=1, max_size=3), st.sets(st.sampled_from(LETTERS)))
def test_all_letters_and_none_earn_nothing_and_only_the_right_ones_everything(expected, actual):
    right = frozenset(expected)
    for choices in (SEVERAL, PARTIAL):
        earned = share(frozenset(actual), right, choices)
        assert 0 <= earned <= 1
        assert (earned == 1) == (actual == expected)
        assert share(frozenset(LETTERS), right, choices) == 0
        assert share(frozenset(), right, choices) == 0


def test_parts_count_only_where_the_author_says_so():
    right, answer = frozenset("ac"), frozenset("acd")
    assert share(answer, right, SEVERAL) == 0
    assert share(answer, right, PARTIAL) == Fraction(1, 2)
    assert share(frozenset("a"), right, PARTIAL) == Fraction(1, 2)


def test_trivial_answers_to_a_choice_are_refused():
    check = Check(expression="x", choices=SEVERAL, constant=True)
    exercise = Exercise(name="e", title={"": "E"}, points=1, checks=(check,))
    found = verdicts(exercise, check, expected={"x": text("a, c")}, inputs={})
    assert set(found) == {"all the letters", "an empty text"}
    assert set(found.values()) == {"refused"}


def test_a_text_is_looked_at_for_its_length_alone():
    check = Check(expression="x", min_words=4)

    def found(value):
        return examine(check, actual={"x": value}, expected={"x": text("one two three four")})

    assert found(text("quite another text, of five")).right
    short = found(text("too short — !"))
    assert short.not_compared == TooFewWords(words=2, wanted=4)
    (mismatch,) = found(NumberValue(type="int", value=3)).mismatches
    assert mismatch.aspect == "type"


def test_words_are_counted_in_any_language():
    assert words("don't count twice: state-of-the-art, 3.5 times!") == 6
    assert words("Сумма растёт — да") == 3
    assert words("勾配は") == 3
    assert words(" — … \n") == 0
