"""`grader export`: what a person types, and is told."""

import csv

import pytest

from benchmarks.kept import keep_reports
from tests.command_line import grader
from tests.exchange.standings import report

WORKSHEET = (
    "Identifier,Full name,Grade,Maximum grade,Last modified (grade),Feedback comments\n"
    "Participant 101,Ann A,,4.00,-,\n"
)


@pytest.fixture
def course(tmp_path):
    """Return what exports from a gradebook in which one student has a score, and one has not."""
    ann = report("Ann A", source="m.zip/Ann A_101_assignsubmission_file/hw.ipynb")
    bob = report("Bob B", outcome="needs review", score=None, reason="no")
    keep_reports(tmp_path / "grades", [ann, bob])

    def run(*arguments):
        done = grader("export", *arguments, cwd=tmp_path)
        assert "Traceback" not in done.stderr
        return done

    run.folder = tmp_path
    return run


def test_a_worksheet_is_filled_in(course):
    (course.folder / "Grades-ML-Lab.csv").write_text(WORKSHEET, encoding="utf-8")
    done = course("moodle", "Grades-ML-Lab.csv")
    assert done.returncode == 1  # who is not in it is named
    assert "not in the worksheet, or not certainly: Bob B" in done.stderr
    assert "moodle: 1 row in grades/exports/Grades-ML-Lab.csv" in done.stdout
    text = (course.folder / "grades/exports/Grades-ML-Lab.csv").read_text(encoding="utf-8")
    assert text.startswith(WORKSHEET.partition("\n")[0])
    assert "Ann A,2.5,4.00,-," in text
    assert (course.folder / "grades/exports/Grades-ML-Lab-feedback.zip").exists()


def test_a_table_has_everybody(course):
    done = course("csv", "--to", "marks.csv")
    assert done.returncode == 1
    with (course.folder / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student"]: row["small"] for row in csv.DictReader(file)}
    assert rows == {"Ann A": "2.5", "Bob B": ""}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("moodle",), "fills in a file: the grading worksheet"),
        (("csv", "grades.csv"), "fills in no file"),
        (("excel",), "there is no format `excel`; there are moodle"),
        (("moodle", "none.csv"), "none.csv"),
        (("csv", "-o", "none"), "there is no gradebook"),
        (("ags", "-a", "none"), "there are no marks of none"),
    ],
)
def test_wrong_usage(course, arguments, said):
    done = course(*arguments)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())


def test_the_template_is_never_overwritten(course):
    (course.folder / "w.csv").write_text(WORKSHEET, encoding="utf-8")
    done = course("moodle", "w.csv", "--to", "w.csv")
    assert done.returncode == 2
    assert (course.folder / "w.csv").read_text(encoding="utf-8") == WORKSHEET
