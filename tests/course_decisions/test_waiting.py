"""Standings in which something waits for a person, before and after one has decided."""

from dataclasses import replace

import pytest

from grader.course.decided_report import decided
from grader.course.decisions import applied
from grader.course.review import to_review
from grader.disclosure import disclosed
from grader.model.assignment import Exercise
from grader.model.facts import Waits
from grader.model.result import ExerciseResult, RubricResult
from grader.model.standing import ExerciseStanding
from grader.openings import revealed
from grader.reporting import html, markdown
from tests.conftest import report_of
from tests.course_decisions.rows import row, standing

NAMES = ("why", "how")
WAITING = tuple(
    ExerciseStanding(
        exercise=name,
        title=name,
        outcome="waits for a person",
        score=None,
        max_score=2.0,
        computed=None,
    )
    for name in NAMES
)


@pytest.fixture
def waits():
    whole = standing(scores={"total": 1.0})
    return replace(
        whole,
        outcome="waits for a person",
        reason="2 answers wait for a person (of 4 points)",
        score=None,
        final=None,
        computed=None,
        max_score=None,
        exercises=(*whole.exercises, *WAITING),
    )


def test_what_waits_is_counted_apart(waits):
    assert [one.exercise for one in waits.waiting] == [*NAMES]
    assert waits.so_far == 1.0
    (found,) = to_review([waits])
    assert found.reasons == ("waits for a person",)


def test_a_person_decides_on_one_after_another(waits):
    first = row(exercise="why", score=1.5, ticked=("size",))
    (one,) = applied([waits], [first]).standings
    assert (one.outcome, one.score) == ("waits for a person", None)
    assert one.reason == "1 answer waits for a person (of 2 points)"
    assert [part.outcome for part in one.exercises[1:]] == [
        "marked by a person",
        "waits for a person",
    ]
    second = row(line=3, exercise="how", score=2)
    (both,) = applied([waits], [first, second]).standings
    assert (both.outcome, both.score, both.max_score, both.reason) == ("graded", 4.5, 5.0, None)
    assert both.waiting == ()
    assert [part.ticked for part in both.exercises] == [None, ("size",), None]


def test_a_score_for_all_of_it_is_waited_for_no_longer(waits):
    (one,) = applied([waits], [row(score=3)]).standings
    assert (one.outcome, one.final, one.waiting) == ("graded", 3.0, ())


def report(waits):
    items = (
        RubricResult(name="size", points=1.5, text="It names <i>the size</i>."),
        RubricResult(name="rate", points=0.5, text="It names the rate."),
    )
    results = [
        ExerciseResult(
            exercise=one.exercise,
            score=0.0,
            max_score=2.0,
            outcome="waits for a person",
            ruling=Waits(words=3, min_words=5),
            title=one.title,
            rule="it waits",
            text="# Mine\n\nThis is *my* answer <script>alert(1)</script>",
            is_prose=one.exercise == "why",
            rubric=items,
        )
        for one in WAITING
    ]
    return report_of(
        "bob",
        outcome="waits for a person",
        reason=waits.reason,
        score=None,
        max_score=None,
        exercises=tuple(results),
    )


def test_a_rubric_is_told_once_a_person_has_marked_by_it(waits):
    found = report(waits)
    exercise = Exercise(name="why", title={"": "why"}, points=2, checks=(), manual=True)
    told = replace(found, exercises=tuple(disclosed(one, exercise) for one in found.exercises))
    page = html.report(told)
    assert "It names" not in page
    assert "2 answers wait for a person" in page
    assert page.count("<script") == 0
    assert "is *my* answer &lt;script&gt;alert(1)&lt;/script&gt;" in page  # as it was typed
    assert "<em>my</em> answer" in page  # and as Markdown
    (after,) = applied([waits], [row(exercise="why", score=1.5, ticked=("size",))]).standings
    whole, told = decided(found, after), decided(told, after)
    shown = [
        revealed(one, other, now=None)
        for one, other in zip(told.exercises, whole.exercises, strict=True)
    ]
    assert [item.is_ticked for item in shown[0].rubric] == [True, False]
    assert shown[1].rubric == ()
    text = markdown.report(replace(told, exercises=tuple(shown)))
    assert "- ✓ It names" in text
    assert "- – It names the rate. (0 / 0.5)" in text
    assert shown[0].rule == "a person has read it; it has 3 words, and at least 5 are asked for"
