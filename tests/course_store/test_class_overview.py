"""In which language the staff see a course."""

from dataclasses import replace

import pytest

from grader.authoring.source import load
from grader.course.authors_words import in_language
from grader.course.class_overview import class_overview, language_of
from grader.course.settings import Settings
from grader.model.statistics import MistakeStatistics
from tests.conftest import write_source
from tests.course_store.course import STEPS, answers
from tests.reporting.class_overview import exercise, overview, row


def graded(language):
    return row("ann", exercise(1), language=language)


BROKEN = row("eve", language="en")


@pytest.mark.parametrize(
    ("rows", "due"),
    [
        ([graded("ru"), graded("ru"), BROKEN], "ru"),
        ([graded("ru"), BROKEN, BROKEN], "ru"),
        ([graded("ru"), graded("ru"), graded("en")], "ru"),
        ([graded("ru"), graded("en"), graded("en"), BROKEN], "en"),
        ([graded("ru"), graded("en")], "en"),  # neither is that of most
        ([graded("ru"), graded("ru"), graded("xx")], "ru"),
        ([graded("xx")], "en"),
        ([row("eve", language="ru"), row("bob", language="ru")], "ru"),
        ([row("eve", language="ru"), BROKEN], "en"),
        ([], "en"),
    ],
)
def test_it_is_that_of_most_graded_hand_ins(rows, due):
    assert language_of(rows, None) == due


def test_it_is_that_of_the_course_where_that_says_one(course):
    assert language_of([graded("en"), BROKEN], "ru") == "ru"
    course.hand_in({"ann.ipynb": answers(), "eve.ipynb": b"<html>"})
    course.grade()
    assert class_overview(course.marks()).language == "en"
    assert class_overview(course.marks(Settings(language="ru"))).language == "ru"


HEAD = """
# ---
# jupyter:
#   tensorgrader:
#     title:
#       en: Steps
#       ru: Шаги
#     languages: [en, ru]
# ---
"""
IN_TWO = {
    "# %% [markdown]\n# # Steps\n": "",
    "exercise: first\n": "exercise: first\n#| title:\n#|   en: First\n#|   ru: Первый\n",
    "#|   - x\n": "#|   - expr: x\n#|     title:\n#|       en: what x is\n#|       ru: икс\n",
    "#| help: Count again.": "#| help:\n#|   en: Count again.\n#|   ru: Ещё раз.",
}


def in_two():
    """Return STEPS in two languages."""
    text = STEPS
    for one, both in IN_TWO.items():
        text = text.replace(one, both)
    return HEAD + text


def of_steps():
    """Return what a class made of STEPS, told by a hand-in in Russian; and of another."""
    made = overview([row("ann", exercise(1, "wrong", 0.0), assignment="steps", language="ru")])
    (steps,) = made.statistics
    (part,) = steps.exercises
    found = [
        MistakeStatistics(kind="mistake", mistake=name, places=[], help="Так ли?", language="ru")
        for name in ("one-more", "gone")
    ]
    part = replace(part, exercise="first", title="Первый", language="ru", mistakes=found)
    part = replace(part, checks=[replace(part.checks[0], expression="x")])
    gone = replace(part, exercise="gone", title="Прежний")
    steps = replace(steps, title="Шаги", language="ru", exercises=[part, gone])
    return [steps, replace(steps, assignment="other", title="Другое")]


def test_what_an_author_wrote_is_told_in_the_language_of_the_page(tmp_path):
    source = load(write_source(tmp_path, in_two(), "steps"))
    steps, other = in_language(of_steps(), lambda: [source], "en")
    assert (steps.title, steps.language) == ("Steps", "en")
    first, gone = steps.exercises
    assert (first.title, first.language) == ("First", "en")
    assert [one.title for one in first.checks] == ["what x is"]
    assert [(one.help, one.language) for one in first.mistakes] == [
        ("Count again.", "en"),
        ("Так ли?", "ru"),
    ]
    assert (gone.title, gone.language) == ("Прежний", "ru")
    assert (other.title, other.language) == ("Другое", "ru")


def test_sources_are_read_only_where_something_is_in_another_language(tmp_path):
    def never():
        raise AssertionError("asked for nothing")

    assert in_language(of_steps(), never, "ru") == of_steps()
    assert in_language(of_steps(), tuple, "en") == of_steps()
    source = load(write_source(tmp_path, STEPS, "steps"))
    assert source.languages == ("en",)
    assert in_language(of_steps(), lambda: [source], "de") == of_steps()
