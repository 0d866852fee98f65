"""The table of the course names exercises that are there, and leaves none out."""

import re
from pathlib import Path

import pytest

from grader.authoring.source import load

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
