import csv
from dataclasses import replace

from grader.reporting import tables
from tests.reporting.test_html import REPORT


def test_names_that_are_formulas_are_text(tmp_path):
    path = tmp_path / "grades.csv"
    tables.write(path, [replace(REPORT, student=name) for name in ("=1+1", "@x", "-y", "Анна")])
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["student"] for row in csv.DictReader(file)] == ["'=1+1", "'@x", "'-y", "Анна"]


def test_what_was_not_graded_here_is_empty_not_zero(tmp_path):
    path = tmp_path / "grades.csv"
    elsewhere = replace(REPORT.exercises[0], outcome="not graded here", score=0.0, max_score=0.0)
    tables.write(path, [replace(REPORT, exercises=(elsewhere,))])
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["descent"] for row in csv.DictReader(file)] == [""]


def test_no_submission_is_a_table_of_no_rows(tmp_path):
    path = tmp_path / "grades.csv"
    tables.write(path, [])
    assert path.read_text(encoding="utf-8-sig").startswith("student,id,assignment,outcome,score")
