"""A report as Markdown: what the page says, and nothing of a student's is markup."""

from dataclasses import replace

import pytest

from grader.model.difference import ExerciseChange, Judged
from grader.model.facts import Forbidden, ForbiddenUse
from grader.model.in_course import InCourse
from grader.reporting import filters, markdown
from tests.reporting.test_html import HOSTILE, REPORT, WRONG, Tags, hostile_report


def test_it_says_what_the_page_says():
    found = markdown.report(REPORT)
    assert found.startswith(f"## {REPORT.title}: ")
    for one in REPORT.exercises:
        assert one.title.replace("*", "") in found.replace("*", "")
    html = filters.markdown2html(found)
    for check in WRONG.checks:
        if check.outcome in ("failed", "error"):
            assert f"<code>{check.check}" in html
    assert "line 2" in found
    assert "`raise ValueError`" in found


def test_nothing_of_a_student_is_markup():
    hostile = hostile_report()
    code = f"`{HOSTILE}` [a](http://b) ![a](http://b) # c **d** | e"
    exercise = replace(
        hostile.exercises[0],
        rule=code,
        banned=(code,),
        ruling=Forbidden(uses=(ForbiddenUse(name="x", line=1),)),
        checks=tuple(replace(one, check=code) for one in hostile.exercises[0].checks),
    )
    report = replace(hostile, exercises=(exercise,), reason=code, title="Title")
    tags = Tags(filters.markdown2html(markdown.report(report)))
    assert tags.tags <= {"h2", "h3", "p", "ul", "li", "code", "em", "strong", "blockquote", "a"}
    # Only what nbconvert puts beside headings.
    assert all(one.startswith("#") for one in tags.addresses)
    assert "\x1b" not in markdown.report(report)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a*b_c", r"a\*b\_c"),
        ("`a*b` and *c*", r"`a*b` and \*c\*"),
        ("`odd", r"\`odd"),
        ("1. one", r"1\. one"),
        ("- one", r"\- one"),
        ("---", r"\---"),
        ("7097.25 - 3", "7097.25 - 3"),
        ("two\nlines", "two lines"),
        ("``", ""),
    ],
)
def test_a_sentence(text, expected):
    assert markdown.marked(text) == expected


@pytest.mark.parametrize("text", ["a`b", "``", "`a`", "a``b`", " `"])
def test_code_may_hold_what_it_is_marked_with(text):
    html = filters.markdown2html(f"x {markdown.code(text)} y").strip()
    assert html == f"<p>x <code>{' '.join(text.split())}</code> y</p>"


def test_a_long_report_is_cut_to_headings():
    many = tuple(
        replace(WRONG, exercise=f"e{n}", title=f"Exercise {n}", code="", error=None)
        for n in range(400)
    )
    found = markdown.report(replace(REPORT, exercises=many))
    assert len(found) < 65_000
    assert "Exercise 399" in found
    assert found.count("`w`") < 400


def test_which_attempt_it_is():
    changed = ExerciseChange(
        exercise="descent",
        before=Judged(outcome="wrong", score=0.0, max_score=2.0),
        after=Judged(outcome="partly right", score=0.5, max_score=2.0),
    )
    course = InCourse(attempt=2, attempts=3, changes=(changed,), points={"descent": 1.0})
    found = markdown.report(REPORT, course)
    assert "attempt 2 of 3" in found
    assert "(1 of 2)" in found


def test_points_to_be_had_are_of_those_that_are_shown():
    told = replace(REPORT, exercises=(WRONG,))
    assert "Points to be had: 1.5." in markdown.report(told)
    assert "Points to be had: 1." in markdown.report(told, InCourse(points={"descent": 1.0}))
