import json
from dataclasses import replace

import jsonschema
import pytest

from grader.errors import UsageError
from grader.exchange.export import Request
from grader.exchange.gradescope import Gradescope, dump, of_report, results
from grader.feedback import feedback
from tests.conftest import engine_of, graded, notebook_of, received
from tests.exchange.gradescope_schema import RESULTS, SCORED
from tests.exchange.standings import (
    HOSTILE,
    RIGHT,
    WRONG,
    decided,
    marks,
    refused,
    report,
    standing,
)


def read(content) -> dict:
    """Return what Gradescope would read, once it is known to fit its table of keys."""
    found = json.loads(dump(content).decode("utf-8"))
    jsonschema.validate(found, RESULTS)
    return found


def is_scored(content) -> bool:
    return jsonschema.Draft202012Validator(SCORED).is_valid(content)


def test_points_stand_with_exercises_and_checks_have_a_status_alone():
    told = report()
    found = read(results(standing(told), told))
    assert is_scored(found)
    assert found["score"] == 2.5
    assert "leaderboard" not in found
    assert found["stdout_visibility"] == "hidden"
    assert [(one["number"], one["name"], one["status"]) for one in found["tests"]] == [
        ("1", "The `means`", "passed"),
        ("1.1", "means", "passed"),
        ("1.2", "f(x)", "passed"),
        ("2", "Total", "failed"),
        ("2.1", "total", "failed"),
        ("2.2", "g(x)", "failed"),
    ]
    scores = {
        one["number"]: (one["score"], one["max_score"]) for one in found["tests"] if "score" in one
    }
    assert scores == {"1": (2.0, 2.0), "2": (0.5, 2.0)}
    # One hidden test would keep the total from the student.
    assert {one["visibility"] for one in found["tests"]} == {"visible"}


def test_a_student_is_told_what_the_report_tells():
    told = report(notes=("a cell was put back",))
    found = read(results(standing(told, comment="See me."), told))
    assert "a cell was put back" in found["output"]
    assert "See me." in found["output"]
    (total,) = (one for one in found["tests"] if one["number"] == "2.1")
    assert "Value: 3 is not expected" in total["output"]
    assert "Is it a <em>mean</em>?" in total["output"]
    (hidden,) = (one for one in found["tests"] if one["number"] == "2.2")
    assert "data that you have not seen" in hidden["output"]
    assert "It raises an error." in hidden["output"]


def test_nothing_of_a_students_is_markup():
    hostile = replace(
        WRONG, title=HOSTILE, rule=HOSTILE, checks=(replace(WRONG.checks[0], check=HOSTILE),)
    )
    told = report("x", decided(hostile, 1.0, HOSTILE), notes=(HOSTILE,))
    found = read(results(standing(told, comment=HOSTILE), told))
    pages = [found["output"], *(one["output"] for one in found["tests"])]
    for page in pages:
        assert "<script" not in page
        assert "<img" not in page
    for text in [*pages, *(one["name"] for one in found["tests"])]:
        assert not {"\x1b", "\u202e", "\ud800"} & {*text}
    assert found["test_name_format"] == "text"


def test_what_counts_is_said_after_a_person_and_the_policy():
    told = report("Ann", decided(WRONG, 2.0, "as agreed"))
    found = read(results(standing(told, final=1.5, deduction=0.5), told))
    assert found["score"] == 1.5
    assert "0.5 points" in found["output"]
    assert found["tests"][0]["score"] == 2.0
    assert found["tests"][0]["status"] == "passed"
    assert found["tests"][0]["output"].count("as agreed") == 1


@pytest.mark.parametrize("outcome", ["not graded", "needs review"])
def test_no_score_is_no_score(outcome):
    told = refused(outcome=outcome)
    found = read(results(standing(told), told))
    assert not is_scored(found)


def test_a_file_that_cannot_be_graded_counts_as_0_at_once_and_says_so():
    told = refused(language="ru")
    found = read(of_report(told, told, 7.0))
    assert is_scored(found)
    (test,) = found["tests"]
    assert (found["score"], test["score"], test["max_score"]) == (0, 0, 7.0)
    assert "it is cut off" in test["output"]
    assert "0" in test["output"]
    assert "Until" not in test["output"]  # in the language of the report


def test_what_could_not_be_run_leaves_no_score_at_all():
    open_ = replace(WRONG, outcome="could not be run here", score=0.0)
    told = report("x", RIGHT, open_, outcome="not graded", score=None, reason="`tqdm` is missing")
    found = read(of_report(told, told, 4.0))
    assert not is_scored(found)
    assert "score" not in found
    assert all("score" not in one for one in found["tests"])
    assert "`tqdm` is missing" in found["output"]


def test_the_export_writes_a_file_for_each_submission(tmp_path):
    to = tmp_path / "out"
    done = Gradescope().write(marks(report(), refused()), Request(to=to))
    assert done.rows == 2
    assert [one.relative_to(to).as_posix() for one in done.files] == [
        "Ann A/small/results.json",
        "Bob B/small/results.json",
    ]
    assert json.loads(done.files[0].read_bytes())["score"] == 2.5
    (remark,) = done.remarks
    assert "Bob B" in remark


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UsageError, match="is a file"):
        Gradescope().write(marks(report()), Request(to=tmp_path / "out"))


def test_a_hidden_check_tells_what_the_report_tells(small, small_answers, tmp_path):
    wrong = small_answers(
        means="#| exercise: means\ndef column_means(table):\n    return table.mean(0) + 0.5\n\n\n"
        "means = column_means(data)"
    )
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "x.ipynb").write_bytes(notebook_of(wrong))
    handins = received(tmp_path / "work", small.assignment)
    engine = engine_of([small.assignment], out=tmp_path / "out", kind=small.factory)
    (staff,) = graded(engine, handins)
    seen = [one for one in staff.exercises[0].checks if one.hidden]
    assert seen
    assert seen[0].mismatches
    told = feedback(staff, small.assignment)
    text = dump(of_report(staff, told, 6.0)).decode()
    for name, values in small.expected["means"].items():
        for number in values.data.flatten().tolist():
            assert f"{number:.4g}".rstrip("0") not in text, name
    numbers = {str(one.expected) for one in seen[0].mismatches}
    assert numbers
    assert not any(number in text for number in numbers)
