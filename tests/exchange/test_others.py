"""The formats that need no file of the other system's."""

import csv
import json
from dataclasses import replace
from datetime import datetime

import pytest

from grader.errors import UsageError
from grader.exchange.export import Request
from grader.exchange.registry import EXPORTS
from grader.model.standing import Total
from tests.exchange.standings import HOSTILE, Fixed, report, standing

ANN = replace(report("Ann A"), student_id="#77", handed_in="2026-10-05T17:00:00+03:00")
BOB = replace(report("Bob B", title="Small, I"), score=None, student_id="78")
EVE = report("Eve E")


def export(name, to, *reports, **asked):
    (chosen,) = (one for one in EXPORTS if one.name == name)
    rows = Fixed([(standing(one), one) for one in reports])
    return chosen.write(rows, Request(to=to, **asked))


def test_names_of_formats_are_their_own():
    assert len({one.name for one in EXPORTS}) == len(EXPORTS)
    assert all(one.title for one in EXPORTS)


def test_brightspace_takes_the_table(tmp_path):
    made = export("d2l", tmp_path / "d.csv", ANN, BOB, EVE, column="Lab, 1")
    with (tmp_path / "d.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["OrgDefinedId", "Lab, 1 Points Grade", "End-of-Line Indicator"],
        ["#77", "2.5", "#"],
    ]
    assert [one.rpartition(": ")[2] for one in made.remarks] == ["Bob B", "Eve E"]


def test_score_objects_are_those_of_ags(tmp_path):
    made = export("ags", tmp_path / "s.jsonl", ANN, BOB, EVE)
    (line,) = (tmp_path / "s.jsonl").read_text(encoding="utf-8").splitlines()
    score = json.loads(line)
    when = datetime.fromisoformat(score.pop("timestamp"))
    assert when.tzinfo is not None
    assert "2.5 of 4 points" in score.pop("comment")
    assert score == {
        "userId": "#77",
        "scoreGiven": 2.5,
        "scoreMaximum": 4.0,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "submission": {"submittedAt": "2026-10-05T17:00:00+03:00"},
    }
    assert len(made.remarks) == 2


def test_one_assignment_has_to_be_named_of_several(tmp_path):
    other = replace(EVE, assignment="other")
    with pytest.raises(UsageError, match="other, small: name one with -a"):
        export("ags", tmp_path / "s", ANN, other)
    assert export("ags", tmp_path / "s", ANN, other, assignment="small").rows == 1
    with pytest.raises(UsageError, match="no marks of none"):
        export("ags", tmp_path / "s", ANN, assignment="none")


def test_texts_for_comment_boxes(tmp_path):
    told = replace(ANN, exercises=(replace(ANN.exercises[1], title=f"T *x* {HOSTILE}"),))
    made = export("feedback", tmp_path / "texts", told)
    plain = (tmp_path / "texts/Ann A/small.txt").read_text(encoding="utf-8")
    marked = (tmp_path / "texts/Ann A/small.md").read_text(encoding="utf-8")
    assert plain.startswith("2.5 of 4 points\n")
    assert "0.5 / 2, partly right. Is it a *mean*?" in plain
    assert "\\<script\\>" in marked
    assert "\x1b" not in plain
    assert made.rows == 1


def test_a_table_of_the_course(tmp_path):
    class Course(Fixed):
        def totals(self):
            yield Total(
                student="=1+1",
                student_id="7",
                finals={"small": 2.5, "other": None},
                dropped=(),
                score=None,
                max_score=None,
            )

    (chosen,) = (one for one in EXPORTS if one.name == "csv")
    made = chosen.write(Course([]), Request(to=tmp_path / "t.csv"))
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["student", "id", "small", "other", "total", "of", "comment"]
    assert rows[1] == ["'=1+1", "7", "2.5", "", "", "", ""]
    assert made.remarks == ("have no total yet: =1+1",)
