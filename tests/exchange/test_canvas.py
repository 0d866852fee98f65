import csv
import io
import zipfile
from dataclasses import replace

import pytest

from grader.errors import UsageError
from grader.exchange.canvas import Canvas
from grader.exchange.export import Request
from tests.exchange.standings import Fixed, report, standing

GRADEBOOK = (
    "Student,ID,SIS Login ID,Section,Small (4711),Other (4712),Final Score\r\n"
    ",,,,Manual Posting,,\r\n"
    "    Points Possible,,,,4.00,10.00,(read only)\r\n"
    '"A, Ann",31,ann@x,S1,,7.00,70\r\n'
    '"B, Bob",32,bob@x,S1,3.00,,30\r\n'
    '"C, Cyd",33,cyd@x,S1,EX,,0\r\n'
)


def told(name, id, score=2.5, file="5001_hw.ipynb"):
    source = f"submissions.zip/{name.lower().replace(' ', '')}_{id}_{file}"
    return replace(report(name, source=source), score=score)


@pytest.fixture
def exported(tmp_path):
    def run(text, *reports, **asked):
        template = tmp_path / "gradebook.csv"
        template.write_text(text, encoding="utf-8", newline="")
        rows = Fixed([(standing(one), one) for one in reports])
        to = tmp_path / "filled.csv"
        made = Canvas().write(rows, Request(to=to, template=template, **asked))
        return to.read_bytes().decode(), made

    return run


def column(text, place):
    return [row[place] for row in csv.reader(io.StringIO(text, newline=""))]


def test_one_column_is_filled_in_and_blanks_erase_nothing(exported, tmp_path):
    text, made = exported(
        GRADEBOOK, told("Ann A", 31), told("Bob B", 32, None), told("Cyd C", 33), told("Eve", 99)
    )
    assert column(text, 4) == ["Small (4711)", "Manual Posting", "4.00", "2.5", "3.00", "EX"]
    assert text == GRADEBOOK.replace("S1,,7.00", "S1,2.5,7.00")
    assert made.rows == 1
    assert [one.rpartition(": ")[2] for one in made.remarks] == ["Bob B", "Cyd C", "Eve"]
    with zipfile.ZipFile(tmp_path / "filled-feedback.zip") as packed:
        assert "anna_31_5001_hw.html" in packed.namelist()


def test_ids_of_a_roster_are_taken_and_names_never(exported):
    by_login = replace(report("Somebody"), student_id="ann@x")
    by_name = report("B, Bob")
    text, made = exported(GRADEBOOK, by_login, by_name)
    assert column(text, 4)[3:] == ["2.5", "3.00", "EX"]
    assert made.remarks == ("in no row of the gradebook by an id: B, Bob",)


@pytest.mark.parametrize("name", ["4712", "Other", "Other (4712)"])
def test_a_column_may_be_named(exported, name):
    text, _ = exported(GRADEBOOK, told("Bob B", 32), column=name, scale=True)
    assert column(text, 5)[4] == "6.25"
    with pytest.raises(UsageError, match="maximum there is 10, and the assignment has 4"):
        exported(GRADEBOOK, told("Bob B", 32), column=name)


def test_what_is_not_certain_is_refused(exported):
    with pytest.raises(UsageError, match=r"no column is called `Lab`; .*`Small \(4711\)`"):
        exported(GRADEBOOK, told("Ann A", 31), column="Lab")
    twice = GRADEBOOK.replace("Other (4712)", "Small (4712)")
    with pytest.raises(UsageError, match="several columns are called"):
        exported(twice, told("Ann A", 31))
    with pytest.raises(UsageError, match="read only in Canvas"):
        exported(GRADEBOOK.replace(",4.00,", ",(read only),"), told("Ann A", 31))
    with pytest.raises(UsageError, match="no gradebook that Canvas exported"):
        exported("a,b\n1,2\n", told("Ann A", 31))
