"""The small source to start from."""

import pytest

from grader.authoring.new import source
from grader.authoring.source import load
from grader.errors import UsageError


def test_the_source_can_be_read_and_has_one_of_each(tmp_path):
    path = tmp_path / "soft_max-2.py"
    path.write_text(source("soft_max-2"), encoding="utf-8")
    assignment = load(path)
    assert assignment.name == "soft_max-2"
    assert assignment.title_in("en") == "Soft max 2"
    assert assignment.cells[0].source.startswith("# Soft max 2\n")
    (exercise,) = assignment.exercises
    assert len(exercise.mistakes) == 2
    assert all(mistake.help_in("en") for mistake in exercise.mistakes)
    assert len(exercise.alternatives) == 1
    assert any(check.hidden for check in exercise.checks)


@pytest.mark.parametrize("name", ["a", "Softmax", "week_3", "3-layers", "x" * 61])
def test_letters_digits_and_two_marks_make_a_name(name):
    assert "TITLE" not in source(name)


@pytest.mark.parametrize(
    "name", ["", "-x", "_x", ".x", "../x", "a/b", "a b", "a.py", "a\n", "x" * 62, "название"]
)
def test_anything_else_is_no_name(name):
    with pytest.raises(UsageError, match="is no name: letters, digits, - and _ only"):
        source(name)
