import csv
from dataclasses import replace

import pytest

from grader.model.standing import standing_of
from grader.reporting import tables
from tests.reporting.test_html import REPORT


def write(path, reports):
    tables.write(path, lambda: map(standing_of, reports))


def test_names_that_are_formulas_are_text(tmp_path):
    path = tmp_path / "grades.csv"
    write(path, [replace(REPORT, student=name) for name in ("=1+1", "@x", "-y", "Анна")])
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["student"] for row in csv.DictReader(file)] == ["'=1+1", "'@x", "'-y", "Анна"]


@pytest.mark.parametrize("column", ["student", "student_id", "assignment", "reason", "exercise"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_text_is_one_line_and_no_formula_with_any_separator(tmp_path, column, separator):
    path = tmp_path / "grades.csv"
    hostile = "Boris;=cmd|'/c calc'!A0\n=1,+1\t@x\r\n-1"
    one = replace(REPORT, reason="")
    if column == "exercise":
        results = [replace(result, exercise=hostile) for result in one.exercises]
        one = replace(one, exercises=tuple(results))
    else:
        one = replace(one, **{column: hostile})
    other = replace(one, assignment="other", exercises=one.exercises[:1])
    write(path, [one, other])
    text = path.read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 3
    for line in text.splitlines():
        for cell in (*line.split(separator), *next(csv.reader([line], delimiter=separator))):
            assert not cell.lstrip('" ').startswith(("=", "+", "-", "@"))


def test_what_was_not_graded_here_is_empty_not_zero(tmp_path):
    path = tmp_path / "grades.csv"
    elsewhere = replace(REPORT.exercises[0], outcome="not graded here", score=0.0, max_score=0.0)
    write(path, [replace(REPORT, exercises=(elsewhere,))])
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["descent"] for row in csv.DictReader(file)] == [""]


def test_time_and_lateness_are_empty_where_nobody_tells_them(tmp_path):
    path = tmp_path / "grades.csv"
    told = [replace(REPORT, handed_in="2026-01-09T21:09:00", late=late) for late in (True, False)]
    write(path, [*told, REPORT])
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["handed_in"], row["late"]) for row in csv.DictReader(file)]
    assert rows == [("2026-01-09T21:09:00", "yes"), ("2026-01-09T21:09:00", "no"), ("", "")]


def test_no_submission_is_a_table_of_no_rows(tmp_path):
    path = tmp_path / "grades.csv"
    write(path, [])
    assert path.read_text(encoding="utf-8-sig").startswith("student,id,assignment,outcome,score")
