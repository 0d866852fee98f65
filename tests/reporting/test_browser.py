"""Pages in a real browser: can everybody read them, and is nothing cut off?"""

import re
from dataclasses import replace
from html import unescape

import pytest

from grader.model.difference import ExerciseChange, Judged
from grader.model.facts import Extent, Forbidden, ForbiddenUse, Mismatch, NotReached
from grader.model.features import Shape, Withheld
from grader.model.in_course import InCourse
from grader.reporting import html
from tests.reporting import browser
from tests.reporting.test_executed import everything
from tests.reporting.test_html import HOSTILE, REPORT, WRONG, hostile_report

pytestmark = pytest.mark.kernel

OPEN = "document.querySelectorAll('details').forEach(one => one.open = true);"
FINDINGS = """
return axe.run(document, {resultTypes: ["violations"]}).then(found => [%s,
  ...found.violations.map(one => `${one.id}: ${one.help}: ${one.nodes.map(node =>
    node.html.slice(0, 200) + (node.any[0] ? " " + node.any[0].message : "")).join(" | ")}`)]);
"""
# What stands out of the window to the right, and what is cut off in itself.
CUT_OFF = """
const width = document.documentElement.clientWidth;
const found = [...document.querySelectorAll('body *')].filter(one => {
  const box = one.getBoundingClientRect();
  const hides = getComputedStyle(one).overflowX === 'hidden' && !one.matches('.spoken');
  if (one.parentElement.closest('.scroll')) return false;
  return box.right > width + 1 || box.left < -1 || (hides && one.scrollWidth > one.clientWidth + 1);
});
return [document.documentElement.scrollWidth > width, width,
  ...found.filter(one => !one.closest('.spoken')).map(one => one.outerHTML.slice(0, 200))];
"""


def page():
    """Return a report with everything in it that one can hold."""
    long = "W" * 3_000
    shape = Mismatch(
        path="w[0]", aspect="shape", actual=Shape(sizes=(4, 90, 1)), expected=Shape(sizes=(4, 9, 1))
    )
    sides = replace(WRONG.checks[0], check=f"w + {long}", mismatches=(shape,))
    extent = Extent(wrong=24, total=48, places=("x" * 24, "." * 24))
    place = Mismatch(
        path="v[0, 0]", aspect="values", actual=Withheld(), expected=Withheld(), extent=extent
    )
    some = replace(WRONG.checks[0], check="v", mismatches=(place,))
    unreached = replace(
        WRONG.checks[0], check="late", outcome="error", not_compared=NotReached(), sentences=()
    )
    rich = replace(
        WRONG, exercise="rich", checks=(sides, some, *WRONG.checks, unreached), output=long
    )
    use = ForbiddenUse(name="torch.optim.SGD", line=1)
    forbidden = replace(
        WRONG, exercise="forbidden", ruling=Forbidden(uses=(use,)), code=f"x = '{long}'", error=None
    )
    hostile = replace(hostile_report().exercises[0], exercise="hostile")
    crashed = replace(WRONG, exercise="crashed", outcome="crashed", title=f"3. {long}")
    exercises = (*REPORT.exercises, rich, forbidden, hostile, crashed)
    told = replace(REPORT, student=long, exercises=exercises, notes=(HOSTILE, long), late=True)
    told = replace(told, graded_at="2026-10-01T12:00:00+00:00", final=told.score)
    old, new = (
        Judged(outcome=outcome, score=score, max_score=2.0)
        for outcome, score in (("wrong", 0.0), ("right", 2.0))
    )
    changed = tuple(
        ExerciseChange(exercise=one.exercise, before=old, after=new) for one in exercises
    )
    points = {one.exercise: 1.0 for one in exercises}
    course = InCourse(attempt=2, attempts=2, changes=changed, points=points)
    return html.report(told, executed="executed.html", in_course=course)


PAGES = pytest.mark.parametrize("page", [page, everything], ids=["report", "executed"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@PAGES
def test_a_page_can_be_read_by_everybody(tmp_path, page, width, scheme):
    is_dark = "matchMedia('(prefers-color-scheme: dark)').matches"
    script = browser.axe() + OPEN + FINDINGS % is_dark
    found = browser.run(tmp_path, page(), script, width=width, scheme=scheme)
    assert found == [scheme == "dark"]


@pytest.mark.parametrize("width", [320, 768, 1280])
@PAGES
def test_nothing_is_cut_off(tmp_path, page, width):
    scrolls, wide, *found = browser.run(tmp_path, page(), OPEN + CUT_OFF, width=width)
    assert (scrolls, wide) == (False, width)
    assert found == []


def title_of(page):
    return unescape(re.search("<title>(.*?)</title>", page)[1])


@pytest.mark.parametrize("policy", ["with its policy", "without"])
def test_a_hostile_notebook_asks_for_nothing_and_does_nothing(tmp_path, policy):
    """Whatever a student wrote: no request is made and no script runs where the page is shown."""
    with browser.watched() as (address, requests):
        page = everything(f"{address}/hit")
        assert page.count(address) > 5
        title = title_of(page)
        if policy == "without":
            found = browser.run(tmp_path, page, "return [document.title, document.scripts.length]")
            assert found == [title, 1]  # that of the test
        else:
            dom = browser.dom(tmp_path, page)
            assert title_of(dom) == title
            assert "<script" not in dom
        assert requests == []
        assert "hit" in browser.fetched(f"{address}/hit", requests)  # it would have been seen
