"""What a marking table says is taken over for an answer as a whole, or not at all."""

import csv
from dataclasses import replace

import pytest

from grader.course import marking_table
from grader.course.to_mark import ToMark
from grader.model.facts import Waits
from grader.model.result import ExerciseResult, RubricResult
from tests.course_decisions.rows import standing

RUBRIC = tuple(
    RubricResult(name=name, points=points, text=name) for name, points in (("size", 2), ("rate", 1))
)


def answer(student):
    of = standing(student, scores={"fit": 0.0})
    (exercise,) = of.exercises
    waiting = replace(exercise, outcome="waits for a person")
    result = ExerciseResult(
        exercise="fit", score=0, max_score=3, outcome="waits for a person", ruling=Waits(),
        rubric=RUBRIC, text="A text.",
    )  # fmt: skip
    return ToMark(standing=replace(of, exercises=(waiting,)), exercise=waiting, result=result)


@pytest.fixture
def read(tmp_path):
    """Return what a table says of ann and bob, with these ticks, by student and item."""

    def told(ticks):
        answers = [answer("ann"), answer("bob")]
        path = tmp_path / "marking.csv"
        marking_table.write(path, answers)
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            row["ticked"] = ticks.get((row["student"], row["item"]), "")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        return marking_table.read(path, answers, by="AB")

    return told


def test_what_is_ticked_counts(read):
    found = read({("ann", "size"): "x", ("ann", "rate"): "no"})
    assert [(one.student, one.score, one.ticked) for one in found.decisions] == [
        ("ann", 2, ("size",))
    ]
    assert found.remarks == ()


def test_an_answer_with_a_row_that_is_not_understood_waits_on(read):
    found = read({("ann", "size"): "perhaps", ("ann", "rate"): "no", ("bob", "rate"): "x"})
    assert [(one.student, one.score) for one in found.decisions] == [("bob", 1)]
    (remark,) = found.remarks
    assert "nothing of this answer is taken over" in str(remark)
