"""Statistics as files: what they hold is what was counted, and no cell is a formula."""

import csv
import json

import pytest

from grader.reporting import statistics
from tests.reporting.class_overview import exercise, overview, row

PEOPLE = [
    row("ann", exercise(1), exercise(2)),
    row("bob", exercise(1), exercise(2, "wrong", 0.0)),
    row("cid", exercise(1, "wrong", 0.0), exercise(2, "wrong", 0.0)),
    row("eve"),
]


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_an_exercise(tmp_path):
    statistics.write(tmp_path, overview(PEOPLE).statistics, "en")
    first, second = read(tmp_path / "statistics.csv")
    assert first["exercise"] == "e1"
    assert (first["answers"], first["right"], first["success"]) == ("3", "2", "0.6667")
    assert (first["discrimination"], first["discrimination_number"]) == ("0.5", "3")
    assert (second["commonest_mistake"], second["commonest_mistake_number"]) == ("other-axis", "2")
    assert (second["failing_check"], second["failing_check_number"]) == ("x ", "2")


def test_all_of_it_as_json(tmp_path):
    statistics.write(tmp_path, overview(PEOPLE).statistics, "en")
    (found,) = json.loads((tmp_path / "statistics.json").read_text(encoding="utf-8"))
    assert found["scores"]["number"] == 3
    assert found["scores"]["bins"] == [1, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert found["without_a_score"] == ["eve/small"]
    second = found["exercises"][1]
    assert second["discrimination"] == {"coefficient": 0.5, "number": 3, "right": 1}
    assert second["mistakes"][0]["places"] == ["bob/small", "cid/small"]
    assert second["checks"][0]["not_passed"] == ["bob/small", "cid/small"]


def test_what_cannot_be_said_is_empty(tmp_path):
    statistics.write(tmp_path, overview(PEOPLE[:1]).statistics, "en")
    first, _ = read(tmp_path / "statistics.csv")
    assert (first["discrimination"], first["discrimination_number"]) == ("", "1")
    assert first["commonest_mistake"] == ""


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_no_cell_is_a_formula_and_a_row_is_a_line(tmp_path, separator):
    hostile = "Boris;=cmd|'/c calc'!A0\n=1,+1\t@x\r\n-1"
    rows = [row("ann", exercise(1, "wrong", 0.0), assignment=f"={hostile}", place="a/b")]
    statistics.write(tmp_path, overview(rows, hostile=hostile).statistics, "en")
    lines = (tmp_path / "statistics.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2
    for line in lines:
        for cell in (*line.split(separator), *next(csv.reader([line], delimiter=separator))):
            assert not cell.lstrip('" ').startswith(("=", "+", "-", "@"))


def test_no_class_is_a_table_of_no_rows(tmp_path):
    statistics.write(tmp_path, [], "en")
    assert read(tmp_path / "statistics.csv") == []
    assert json.loads((tmp_path / "statistics.json").read_text(encoding="utf-8")) == []
