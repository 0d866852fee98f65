"""A report says which attempt it is, what has changed since, and points as the course has them."""

import re

import pytest

from grader.course.course_file import here
from grader.course.decision import Decision
from grader.course.decisions_table import DecisionsTable
from grader.course.marks import CourseMarks
from grader.course.settings import NAME, Settings
from grader.course.views import Views
from tests.conftest import notebook_of
from tests.course_store.course import answers


def told(course, *, toml="", decisions=()):
    """Return the page of the one student, without its head."""
    settings = Settings()
    if toml:
        (course.folder / NAME).write_text(toml)
        settings = here(course.folder)
    marks = CourseMarks(course.database, settings, DecisionsTable(decisions=tuple(decisions)))
    Views(course.out).refresh(marks)
    (standing,) = marks.standings()
    page = (course.out / "feedback" / "ann" / "steps" / "report.html").read_text()
    link = re.compile(r"  <p><a href=\"executed.html\">.*?</p>\n", re.DOTALL)
    assert link.sub("", page) == marks.page(standing)
    return page.partition("<body>")[2]


def handed_in(course, **given):
    course.hand_in({"ann.ipynb": answers(**given)})
    course.grade()


def test_a_first_attempt_is_none_of_several(course):
    handed_in(course, z="1.0")
    page = told(course)
    assert "attempt" not in page
    assert "since" not in page
    assert re.search(r"graded \d{4}-\d\d-\d\d", page)


def test_a_second_attempt_tells_what_has_changed(course):
    handed_in(course, x="3.0", z="5.0")
    handed_in(course, x="2.0", z="1.0")
    page = told(course)
    assert "attempt 2 of 2" in page
    assert "3 exercises have changed since attempt 1" in page
    found = re.findall(r'>(.)</span> <a href="#(\w+)">[^<]*</a>: (\S+) → (\S+) ', page)
    second = ("·", "second", "1", "1")  # right by follow-through, and right now
    assert found == [("↑", "first", "0", "1"), second, ("↓", "alone", "1", "0")]


def test_where_nothing_has_changed_that_is_said(course):
    handed_in(course, z="1.0")
    handed_in(course, z="1.5")
    assert "No exercise was judged otherwise in attempt 1." in told(course)


def test_the_attempt_that_counts_is_compared_with_the_one_before_it(course):
    handed_in(course, x="3.0", z="1.0")
    handed_in(course, z="1.0")
    handed_in(course, x="4.0", z="1.0")
    page = told(course, toml='attempt = "best"')
    assert "attempt 2 of 3" in page
    assert "2 exercises have changed since attempt 1" in page


@pytest.mark.parametrize(
    ("rounding", "points"),
    [
        ('"exact"', {"first": "1", "second": "1", "alone": "0"}),
        ('"whole"', {"first": "1", "second": "1", "alone": "0"}),
    ],
)
def test_points_are_those_of_the_course(course, rounding, points):
    handed_in(course, z="1.0")
    page = told(course, toml=f"rounding = {rounding}")
    assert shown(page) == points
    assert "rounded one by one" not in page


def shown(page):
    """Return the points of exercises as cards have them."""
    found = re.findall(
        r'<(?:section|details) class="card[^"]*" id="(\w+)">.*?"points">(\S+) of', page, re.DOTALL
    )
    return dict(found)


THIRDS = """
# %%
#| exercise: a
#| checks: [x, y, z]
### BEGIN SOLUTION
x, y, z = 1.0, 2.0, 3.0
### END SOLUTION

# %%
#| exercise: b
#| checks: [u, v, w]
### BEGIN SOLUTION
u, v, w = 1.0, 2.0, 3.0
### END SOLUTION
"""


@pytest.fixture
def thirds(course):
    cells = ["#| exercise: a\nx, y, z = 1.0, 0.0, 0.0", "#| exercise: b\nu, v, w = 1.0, 0.0, 0.0"]
    course.hand_in({"ann.ipynb": notebook_of(cells)})
    course.grade(sources={"steps": THIRDS})
    return course


def test_points_are_rounded_one_by_one_and_their_sum_once(thirds):
    assert shown(told(thirds)) == {"a": "0.33", "b": "0.33"}
    assert shown(told(thirds, toml='rounding = "quarter"')) == {"a": "0.25", "b": "0.25"}
    page = told(thirds, toml='rounding = "half"')
    assert shown(page) == {"a": "0.5", "b": "0.5"}
    assert "rounded one by one" in page  # 0.67 is 0.5, and not 1
    page = told(thirds, toml="rounding = 1")
    assert shown(page) == {"a": "0.3", "b": "0.3"}
    assert "rounded one by one" in page  # 0.67 is 0.7


def test_what_a_person_wrote_stays_as_it_is(thirds):
    row = Decision(line=2, student="ann", exercise="a", score=0.85)
    page = told(thirds, toml='rounding = "half"', decisions=[row])
    assert shown(page) == {"a": "0.85", "b": "0.5"}
