"""`course.toml` on the command line: what it is understood as, and what follows it."""

import csv

import pytest

from benchmarks.kept import keep_reports
from tests.command_line import grader
from tests.conftest import SMALL, report_of, write_source

SETTINGS = """
timezone = "Europe/Moscow"
sources = "authored"
roster = "class.csv"
gradebook = "postgresql+psycopg://me:word@host/db"
drop_lowest = 1
late = { deduct = "10%", floor = "50%", refuse_after = "7 days" }

[assignments.small]
due = 2026-10-01T18:00:00
weight = 30
extensions = { "s-2" = "+2 days" }

[assignments.exam]
droppable = false
rounding = 1

[review]
grade_borders = ["50%"]
"""


def report(student, student_id, score, handed_in, assignment="small"):
    return report_of(
        student,
        assignment=assignment,
        student_id=student_id,
        outcome="graded" if score is not None else "needs review",
        score=score,
        max_score=10.0,
        handed_in=handed_in,
    )


@pytest.fixture
def course(tmp_path):
    """Return a folder with settings, a source, a roster and what was graded."""
    (tmp_path / "course.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "class.csv").write_text("id,name\ns-1,Ann Lee\ns-2,Bob Ray\n", encoding="utf-8")
    (tmp_path / "authored").mkdir()
    write_source(tmp_path / "authored", SMALL)
    found = [
        report("Ann Lee", "s-1", 8.0, "2026-10-02T17:00:00"),
        report("Bob Ray", "s-2", 8.0, "2026-10-03T12:00:00+00:00"),
        report("Bob Ray", "s-2", 5.0, None, "exam"),
    ]
    keep_reports(tmp_path / "grades", found)
    return tmp_path


def totals(folder, *arguments):
    return grader("totals", "--gradebook", "sqlite:///grades/gradebook.db", *arguments, cwd=folder)


def test_check_shows_what_was_understood_and_what_matches_nothing(course):
    done = grader("course", "check", cwd=course)
    assert done.returncode == 1
    assert "time zone  Europe/Moscow" in done.stdout
    assert "word" not in done.stdout
    assert "me:***@host" in done.stdout
    small = next(line for line in done.stdout.split("\n") if line.strip().startswith("small"))
    assert "2026-10-01 18:00" in small
    assert "10% of the score" in small
    assert "30" in small
    assert "s-2: 2026-10-03 18:00" in small
    assert "course.toml: 1 to look at" in done.stdout
    assert (
        done.stderr.strip() == "grader: course.toml: `assignments.exam`: no source is of that name"
    )


def test_check_names_students_who_are_not_on_the_roster(course):
    text = SETTINGS.replace('"s-2"', '"Bob Roy"').replace(
        "[assignments.exam]", "[assignments.smal]"
    )
    (course / "other.toml").write_text(text, encoding="utf-8")
    done = grader("course", "check", "other.toml", cwd=course)
    assert '`assignments.small.extensions."Bob Roy"` matches no student; did you' in done.stderr
    assert "`assignments.smal`: no source is of that name; did you mean `small`?" in done.stderr


def test_nothing_wrong(course):
    (course / "course.toml").write_text('sources = "authored"\n', encoding="utf-8")
    done = grader("course", "check", cwd=course)
    assert (done.returncode, done.stderr) == (0, "")
    assert "course.toml: nothing looks wrong" in done.stdout


@pytest.mark.parametrize("command", [["course", "check"], ["totals"], ["verify"], ["build"]])
def test_faults_end_every_command_that_reads_the_file(course, command):
    (course / "course.toml").write_text("a = 1\nb = 2\n", encoding="utf-8")
    done = grader(*command, cwd=course)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("grader: course.toml, line 1: `a`: no such key")
    assert "\ncourse.toml, line 2: `b`: no such key" in done.stderr


def test_totals_are_shown(course):
    done = totals(course)
    rows = [line.split() for line in done.stdout.split("\n")]
    assert ["Ann", "Lee", "s-1", "7.2", "(0)", "21.6", "30"] not in rows  # the exam stays
    assert ["Ann", "Lee", "s-1", "7.2", "0", "21.6", "40"] in rows
    assert ["Bob", "Ray", "s-2", "8", "5", "29", "40"] in rows
    assert (done.returncode, done.stderr) == (0, "")


def test_totals_are_written_and_open_ones_are_named(course):
    keep_reports(course / "grades", [report("Ann Lee", "s-1", None, None, "exam")])
    done = totals(course, "--csv", "totals.csv")
    assert done.returncode == 1
    assert done.stderr.strip() == "grader: 1 of 2 have no total yet: Ann Lee"
    with (course / "totals.csv").open(encoding="utf-8-sig", newline="") as file:
        found = {row["student"]: row for row in csv.DictReader(file)}
    assert found["Ann Lee"]["total"] == ""
    assert found["Bob Ray"]["total"] == "29"


def test_at_is_a_time_that_a_person_gives(course):
    text = SETTINGS.replace("[assignments.exam]", "[assignments.exam]\ndue = 2026-12-01")
    (course / "course.toml").write_text(text, encoding="utf-8")
    for at, ann in (("2026-12-01", "7.2 21.6 30"), ("2026-12-02T00:00", "7.2 0 21.6 40")):
        found = totals(course, "--at", at).stdout.split("\n")
        assert f"Ann Lee s-1 {ann}".split() in [line.split() for line in found]
    assert totals(course, "--at", "now").returncode == 0


def test_wrong_usage(course):
    done = totals(course, "--at", "soon")
    assert done.returncode == 2
    assert "`now`, a date or a time" in done.stderr
    (course / "course.toml").unlink()
    done = grader("totals", "-o", "elsewhere", cwd=course)
    assert (done.returncode, done.stderr) == (
        2,
        "grader: there is no gradebook elsewhere/gradebook.db; `grader grade` makes it\n",
    )


def test_the_sources_and_the_roster_of_the_course_are_taken(course):
    (course / "Ann Lee.ipynb").write_text("{}", encoding="utf-8")
    done = grader("grade", "Ann Lee.ipynb", "--dry-run", cwd=course)
    assert "handed in nothing: 1 (Bob Ray)" in done.stderr
    assert grader("new", "another", cwd=course).returncode == 0
    assert (course / "authored" / "another.py").exists()
