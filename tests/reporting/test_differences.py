"""The page of what a run changed: as people call it, and readable on any screen."""

import pytest

from grader.model.difference import CheckChange, Difference, ExerciseChange, Judged
from grader.reporting import differences
from tests.reporting import browser
from tests.reporting.test_browser import CUT_OFF, FINDINGS
from tests.reporting.test_html import HOSTILE, Tags


def judged(score, outcome="graded"):
    return Judged(outcome=outcome, score=score, max_score=3.0)


def changed(text="", **about):
    checks = [
        CheckChange(expression=f"powers(whole, 5)[0].clone(){text}", before="failed", after=None),
        CheckChange(expression="table", before="passed", after="error"),
    ]
    exercises = [
        ExerciseChange(
            exercise="from-lists",
            title=f"1. From *lists*{text}",
            before=judged(1, "partly right"),
            after=None,
            checks=checks,
        ),
        ExerciseChange(exercise="cat", before=None, after=judged(2, "wrong")),
    ]
    facts = {"student": f"Анна{text}", "title": f"Tensors{text}", "language": "en", **about}
    return Difference(
        student_id="4711",
        assignment="tensors",
        place="a/b",
        before=judged(1.0),
        after=judged(2.5),
        exercises=exercises,
        **facts,
    )


def written(folder, *found):
    path = folder / "changes.html"
    differences.write_page(path, found)
    return path.read_text(encoding="utf-8")


def test_assignments_and_exercises_are_called_by_their_titles(tmp_path):
    page = written(tmp_path, changed())
    assert "Tensors" in page
    assert "<strong>1. From <em>lists</em></strong>" in page
    assert "from-lists" not in page
    assert "<strong>cat</strong>" in page  # which has none that is known
    assert 'lang="ru"' not in page
    assert '<strong lang="ru">1. From' in written(tmp_path, changed(language="ru"))


def test_nothing_that_is_not_the_graders_own_is_more_than_text(tmp_path):
    found = Tags(written(tmp_path, changed(HOSTILE)))
    assert not {"script", "iframe", "object", "embed", "link", "img", "base", "form"} & found.tags
    assert not {name for name in found.attributes if name.startswith("on")}


@pytest.mark.kernel
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_cut_off(tmp_path, width):
    page = written(tmp_path, changed("w" * 200), changed())
    scrolls, wide, *found = browser.run(tmp_path, page, CUT_OFF, width=width)
    assert (scrolls, wide) == (False, width)
    assert found == []


@pytest.mark.kernel
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_by_everybody(tmp_path, scheme):
    is_dark = "matchMedia('(prefers-color-scheme: dark)').matches"
    script = browser.axe() + FINDINGS % is_dark
    found = browser.run(tmp_path, written(tmp_path, changed()), script, width=320, scheme=scheme)
    assert found == [scheme == "dark"]
