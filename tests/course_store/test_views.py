"""The files that are made of the gradebook: all that is due, and nothing twice."""

import subprocess
import sys

import pytest

from grader.course.decision import Decision
from grader.course.decisions_table import DecisionsTable
from grader.course.marks import CourseMarks
from grader.course.settings import Settings
from grader.course.views import Views
from tests.course_store.course import answers


@pytest.fixture
def graded(course):
    course.hand_in({"ann.ipynb": answers(), "bob.ipynb": answers(z="1.0")})
    course.grade()
    return course


def refresh(course, *decisions):
    table = DecisionsTable(decisions=decisions)
    Views(course.out).refresh(CourseMarks(course.database, Settings(), table))


def files(course):
    """Return which file it is that lies at each path: one that is written anew is another."""
    return {
        path.relative_to(course.out).as_posix(): path.stat().st_ino
        for folder in ("feedback", "results")
        for path in (course.out / folder).rglob("*.*")
    }


def test_what_is_as_it_was_is_not_written_again(graded):
    before = files(graded)
    assert len(before) == 8
    refresh(graded)
    assert files(graded) == before


def test_only_what_a_decision_changes_is_written_again(graded):
    before = files(graded)
    refresh(graded, Decision(line=2, student="bob", exercise="alone", score=1.0))
    now = files(graded)
    assert {path for path in now if now[path] != before[path]} == {
        path for path in before if "/bob/" in path
    }
    assert "bob,,steps,graded,3,3" in (graded.out / "grades.csv").read_text("utf-8-sig")
    refresh(graded)
    assert "bob,,steps,graded,2,3" in (graded.out / "grades.csv").read_text("utf-8-sig")


def test_what_is_lost_is_made_again_and_what_is_stale_is_removed(graded):
    page = graded.out / "feedback" / "ann" / "steps" / "report.html"
    text = page.read_text()
    page.unlink()
    stale = graded.out / "feedback" / "eve" / "steps"
    stale.mkdir(parents=True)
    (stale / "report.html").write_text("old")
    (stale / "letter.txt").write_text("a person's own")
    refresh(graded)
    assert page.read_text() == text
    assert [path.name for path in stale.iterdir()] == ["letter.txt"]


def test_tables_of_what_is_unchanged_need_not_load_what_reports_are_made_with():
    code = "import sys, grader.course.views; sys.exit('nbconvert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
