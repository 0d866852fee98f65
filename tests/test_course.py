"""The table of the course is whole, and its check can fail."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from grader.authoring.release import write
from grader.authoring.source import load
from tests import course
from tests.conftest import reference_of, write_source
from tests.verifying.sound import SOUND

TOP = Path(__file__).parent.parent
TABLES = dict(
    re.findall(
        r"^## `(\w+)`\n(.*?)(?=^## |\Z)", (TOP / "docs/course.md").read_text("utf-8"), re.M | re.S
    )
)


def named(table):
    """Return the names in the second column, without what stands in brackets."""
    found = set()
    for row in table.strip().split("\n")[2:]:
        if row.startswith("|"):
            place = re.sub(r"\([^()]*\)", "", row.split("|")[2])
            found |= set(re.findall(r"`([\w-]+)`", place))
    return found


@pytest.mark.parametrize("name", sorted(path.stem for path in TOP.glob("reference/*.py")))
def test_the_table_names_each_exercise_and_no_other(name):
    assert name in TABLES, "docs/course.md has no table for it"
    exercises = {exercise.name for exercise in load(TOP / f"reference/{name}.py").exercises}
    assert named(TABLES[name]) == exercises


def test_each_row_says_where():
    for table in TABLES.values():
        for row in table.split("\n"):
            if row.startswith("| ") and not row.startswith("| idea"):
                assert re.search(r"`[\w-]+`", row.split("|")[2]), row


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """Return a small course, with what it should get and what the command line gives."""
    folder = tmp_path_factory.mktemp("course")
    source = write_source(folder, SOUND)
    reference = reference_of(source)
    for language in reference.assignment.languages:
        path = folder / "assignments" / language / "small.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(write(reference.assignment, reference.released[language], language))
    found = list(course.submissions(reference, folder / "assignments"))
    reference.close()
    expected = {key: wanted for key, _, wanted in found}
    return expected, course.graded({key: text for key, text, _ in found}, folder, [source])


def test_a_course_gets_what_the_reference_says(checked):
    expected, results = checked
    assert {key[2] for key in expected} >= {"perfect", "blank", "centre.one-mean"}
    assert {key[1] for key in expected} == {"en", "ru"}
    assert course.table(expected, results)[1] == 0


@pytest.mark.parametrize(
    ("what", "change", "told"),
    [
        ("perfect", {"assignment": "other"}, "taken for small"),
        ("perfect", {"score": 1.0}, "expected 1"),
        ("perfect", {"max_score": 9.0}, "expected 9"),
        ("blank", {"score": 0.5}, "0 points, expected 0.5"),
        ("centre.one-mean", {"mistake": "no-such"}, "the mistake is not named"),
        ("centre.one-mean", {"exercise": "fit"}, "the mistake is not named"),
    ],
)
def test_a_wrong_expectation_is_found_out(checked, what, change, told):
    expected, results = checked
    key = ("small", "ru", what)
    wrong = {**expected, key: replace(expected[key], **change)}
    assert told in course.difference(wrong[key], results[key])
    assert course.table(wrong, results)[1] == 1


def test_what_has_no_score_differs(checked):
    expected, results = checked
    key = ("small", "en", "perfect")
    lost = {**results, key: {**results[key], "score": None, "reason": "lost"}}
    assert course.difference(expected[key], lost[key]) == "no score: lost"
    assert course.table(expected, lost)[1] == 1
