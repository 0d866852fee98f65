"""Totals as a table and as a file."""

import csv

from grader.model.standing import Total
from grader.reporting import totals

ROWS = [
    Total(
        student="Ann",
        student_id="s-1",
        finals={"hw1": 8.5, "hw2": 2.0},
        dropped=("hw2",),
        score=8.5,
        max_score=10.0,
        comment="=well done",
    ),
    Total(
        student="=Bob\n[b]",
        student_id=None,
        finals={"hw1": 1234.567891, "hw3": None},
        dropped=(),
        score=None,
        max_score=None,
    ),
]


def test_a_file(tmp_path):
    totals.write(tmp_path / "made" / "totals.csv", ROWS)
    with (tmp_path / "made" / "totals.csv").open(encoding="utf-8-sig", newline="") as file:
        head, ann, bob = csv.reader(file)
    assert head == [
        "student",
        "id",
        "hw1",
        "hw2",
        "hw3",
        "dropped",
        "total",
        "max_total",
        "comment",
    ]
    assert ann == ["Ann", "s-1", "8.5", "2", "", "hw2", "8.5", "10", "'=well done"]
    assert bob == ["'=Bob [b]", "", "1234.567891", "", "", "", "", "", ""]


def test_a_table():
    lines = totals.table(ROWS, width=100).split("\n")
    cells = [line.split() for line in lines if line.strip(" ─")]
    assert cells[0] == ["student", "id", "hw1", "hw2", "hw3", "total", "of"]
    assert cells[1] == ["Ann", "s-1", "8.5", "(2)", "8.5", "10"]
    assert cells[2:] == [["=Bob", "1234.567891", "?", "?", "?"], ["[b]"]]


def test_nobody(tmp_path):
    totals.write(tmp_path / "totals.csv", [])
    assert "student,id,dropped" in (tmp_path / "totals.csv").read_text("utf-8-sig")
    assert "student" in totals.table([], width=80)
