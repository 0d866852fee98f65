"""In which language the staff see a course."""

import pytest

from grader.course.class_overview import class_overview, language_of
from grader.course.settings import Settings
from tests.course_store.course import answers
from tests.reporting.class_overview import exercise, row


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
