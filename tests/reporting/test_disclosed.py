"""Of a hidden check a report tells how much differs in which aspects, and never where."""

import re
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.explaining.diagnose import diagnose
from grader.marking.checks import judge
from grader.model.aspects import ASPECTS
from grader.model.assignment import Check, Exercise
from grader.model.facts import SomePassed
from grader.model.result import ExerciseResult
from grader.model.values import (
    MappingValue,
    NumberValue,
    RaisedValue,
    SequenceValue,
    TensorValue,
    TextValue,
)
from grader.reporting import html
from tests.conftest import TOP, reference_of
from tests.formats.test_wire import tensor_value
from tests.reporting.test_html import REPORT
from tests.said import in_words

HIDDEN = Check(expression="f(x)", hidden=True, aspects=ASPECTS)


# What a student's own name stands for is nothing new to them.
YOURS = re.compile(r'<p class="soft">Yours: [^<]*</p>')


def page(actual, expected, check=HIDDEN, language="en"):
    exercise = Exercise(name="e", title={"": "E"}, points=1, checks=(check,))
    values = {check.expression: actual}, {check.expression: expected}
    checks = judge(exercise, actual=values[0], expected=values[1])
    result = ExerciseResult(
        exercise="e",
        score=0,
        max_score=1,
        outcome="wrong",
        ruling=SomePassed(passed=0, total=1, moment="own"),
        checks=checks,
        symptoms=diagnose(exercise, actual=values[0], expected=values[1], checks=checks),
    )
    said = in_words(result, exercise, language=language)
    return html.report(replace(REPORT, exercises=(said,), language=language))


def leaves(value):
    """Return the places of what holds no other value, as paths; of a tensor, of its numbers."""
    match value:
        case SequenceValue():
            held = enumerate(value.items)
        case MappingValue():
            held = value.entries.items()
        case TensorValue():
            return [(place,) for place in range(value.data.numel())]
        case _:
            return [()]
    return [(place, *rest) for place, item in held for rest in leaves(item)]


def changed(value, place):
    """Return a value with another number or text at one place."""
    match value:
        case SequenceValue():
            items = list(value.items)
            items[place[0]] = changed(items[place[0]], place[1:])
            return replace(value, items=tuple(items))
        case MappingValue():
            entry = changed(value.entries[place[0]], place[1:])
            return replace(value, entries={**value.entries, place[0]: entry})
        case TensorValue():
            data = value.data.clone().reshape(-1)
            one = data[place[0]]
            data[place[0]] = ~one if data.dtype == torch.bool else one + 97
            return replace(value, data=data.reshape(value.shape), grad=value.grad)
        case TextValue():
            return replace(value, value=value.value + "x")
        case NumberValue(value=bool()):
            return replace(value, value=not value.value)
        case _:
            return replace(value, value=value.value + 97)


def several(value, places):
    for place in places:
        value = changed(value, place)
    return value


def number(value):
    return NumberValue(type=type(value).__name__, value=value)


SCALARS = st.one_of(
    st.booleans().map(number),
    st.integers(-5, 5).map(number),
    st.floats(-5, 5).map(number),
    st.sampled_from(["a", "b"]).map(lambda text: TextValue(type="str", value=text)),
    st.lists(st.integers(-5, 5), min_size=1, max_size=1).map(
        lambda items: tensor_value(torch.tensor(items, dtype=torch.float32))
    ),
)
CONTAINERS = st.one_of(
    st.lists(SCALARS, min_size=2, max_size=6).map(
        lambda items: SequenceValue(type="list", items=tuple(items))
    ),
    st.dictionaries(st.sampled_from("abcdef"), SCALARS, min_size=2).map(
        lambda entries: MappingValue(type="dict", entries=entries)
    ),
    st.lists(st.booleans().map(number), min_size=2, max_size=30).map(
        lambda items: SequenceValue(type="list", items=tuple(items))
    ),
    st.lists(st.integers(-5, 5), min_size=3, max_size=9).map(
        lambda items: tensor_value(torch.tensor(items, dtype=torch.float32))
    ),
    st.lists(st.floats(-5, 5).map(number), min_size=3, max_size=30).map(
        lambda items: SequenceValue(type="list", items=tuple(items))
    ),
)


@given(CONTAINERS, st.data(), st.sampled_from(["en", "ru"]))
def test_which_parts_are_wrong_makes_no_difference(expected, data, language):
    places = leaves(expected)
    count = data.draw(st.integers(1, len(places) - 1))
    one, two = (data.draw(st.permutations(places))[:count] for _ in range(2))
    told = page(several(expected, one), expected, language=language)
    assert told == page(several(expected, two), expected, language=language)


def test_parts_of_another_kind_are_counted_by_aspect():
    right = [tensor_value(torch.ones(2)) for _ in range(20)]
    expected = SequenceValue(type="list", items=tuple(right))
    double, wrong = tensor_value(torch.ones(2).double()), tensor_value(torch.zeros(2))
    pages = set()
    for places in ((0, 1, 2), (19, 7, 0), (18, 19, 1)):
        items = list(right)
        items[places[0]], items[places[1]], items[places[2]] = double, wrong, wrong
        pages.add(page(SequenceValue(type="list", items=tuple(items)), expected))
    (told,) = pages
    assert "Dtype: not as expected (1 part differs)." in told
    assert "Values: not as expected (2 parts differ)." in told


def test_names_of_a_hidden_mapping_are_not_told():
    expected = MappingValue(type="dict", entries={"secret": number(1)})
    told = page(MappingValue(type="dict", entries={"other": number(1)}), expected)
    assert "secret" not in told
    assert "Entries: not as expected." in told


def test_of_what_cannot_be_computed_no_value_is_told():
    check = Check(expression="torch.tensor(table['secret'])", of=("table",), hidden=True)
    exercise = Exercise(name="e", title={"": "E"}, points=1, checks=(check,))
    right = MappingValue(type="dict", entries={"secret": SequenceValue(type="list", items=())})
    wrong = MappingValue(
        type="dict", entries={"secret": TextValue(type="str", value="what it was given")}
    )
    form = replace(check, aspects=("values",))
    exercise = replace(exercise, checks=(form,))
    for actual in (wrong, RaisedValue(type="KeyError", message="what it was given")):
        (found,) = judge(exercise, actual={"table": actual}, expected={"table": right})
        assert found.outcome != "passed"
        assert "what it was given" not in f"{found.error}"


@pytest.mark.kernel
@pytest.mark.parametrize("name", sorted(path.stem for path in TOP.glob("reference/*.py")))
def test_in_the_course_no_report_tells_where_a_hidden_value_is_wrong(name):
    reference = reference_of(TOP / "reference" / f"{name}.py")
    reference.close()
    looked_at = 0
    for exercise in reference.gradable:
        for check in exercise.checks:
            if not check.hidden or check.of or check.raises:
                continue
            expected = reference.expected[exercise.name][check.expression]
            places = leaves(expected)
            if len(places) < 2:
                continue
            looked_at += 1
            told = {
                YOURS.sub("", page(several(expected, chosen), expected, check))
                for chosen in ([places[0]], [places[-1]], [places[len(places) // 2]])
            }
            assert len(told) == 1, (exercise.name, check.expression)
    assert looked_at
