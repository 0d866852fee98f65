"""`grader review`: what a person should look at in the folder of a run."""

import csv
from dataclasses import replace

import pytest

from benchmarks.kept import keep_reports
from grader.model.facts import SomePassed, Unconfirmed
from grader.model.result import ExerciseResult
from tests.command_line import grader
from tests.conftest import report_of

FIT = ExerciseResult(
    exercise="fit",
    score=1.0,
    max_score=4.0,
    outcome="partly right",
    ruling=SomePassed(passed=1, total=2, moment="own"),
)
REPORT = report_of("bob", score=1.0, max_score=4.0, exercises=(FIT,))


@pytest.fixture
def out(tmp_path):
    """Write results of four students, one of whom nobody has to look at."""
    typed = replace(FIT.ruling, unconfirmed=Unconfirmed(fixed=True))
    reports = [
        REPORT,
        replace(REPORT, student="ann [x]\x1b[31m", concerns=("guessed encoding",), late=True),
        replace(REPORT, student="eve", exercises=(replace(FIT, ruling=typed),)),
        replace(
            REPORT, student="dan", outcome="needs review", score=None, reason="no", exercises=()
        ),
    ]
    keep_reports(tmp_path / "out", reports)
    return tmp_path / "out"


def test_the_table_has_the_worst_first(out, tmp_path):
    done = grader("review", "-o", out, "--csv", tmp_path / "review.csv")
    assert done.returncode == 1, done.stderr
    assert "3 to look at" in done.stdout
    assert "\x1b" not in done.stdout
    lines = [line for line in done.stdout.split("\n") if "feedback/" in line]
    assert [" needs review: no " in lines[0], " eve " in lines[1], "[x]" in lines[2]] == [True] * 3
    with (tmp_path / "review.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["why"] for row in rows] == [
        "needs review: no",
        "right only for the data shown: fit",
        "guessed encoding; late",
    ]
    assert rows[1]["report"] == "feedback/eve/small/report.html"


def test_what_was_decided_on_is_left_out_and_rows_that_are_not_applied_are_named(out):
    text = "student,exercise,score,comment\ndan,,1,Seen\neve,fit,,Is it?\nzoe,fit,1,\n"
    (out / "overrides.csv").write_text(text, encoding="utf-8")
    done = grader("review", "-o", out)
    assert "dan" not in done.stdout
    assert "2 to look at" in done.stdout
    assert "line 4 is not applied: there is no submission of zoe" in done.stderr


def test_marks_near_a_border_are_listed(out):
    done = grader("review", "-o", out, "--border", "24")
    assert done.stdout.count("near the border at 24 %") == 3
    assert "near" not in grader("review", "-o", out, "--border", "30").stdout


def test_nothing_to_look_at(tmp_path):
    keep_reports(tmp_path, [REPORT])
    done = grader("review", "-o", tmp_path)
    assert (done.returncode, done.stdout) == (0, "nothing to look at\n")


def test_what_cannot_be_read_is_one_line(tmp_path, out):
    done = grader("review", "-o", tmp_path / "none")
    assert done.returncode == 2
    assert "there is no gradebook" in done.stderr
    for path in out.glob("gradebook.db*"):
        path.unlink()
    (out / "gradebook.db").write_text("no database, but longer than nothing", encoding="utf-8")
    done = grader("review", "-o", out)
    assert done.returncode == 4
    assert "it is no database of SQLite" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
