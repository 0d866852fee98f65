from dataclasses import replace
from pathlib import Path

from grader.formats import notebook
from grader.intake.align import states
from grader.intake.own_release import own_release
from tests.conftest import notebook_of

HERE = Path("mine.ipynb")


def made(*cells, is_own=True, ids=()):
    read = notebook.read(notebook_of(list(cells)))
    named = {place: {"tensorgrader": {"cell": id}} for place, id in enumerate(ids) if id}
    read = replace(
        read,
        cells=tuple(
            replace(cell, metadata=named.get(place, {})) for place, cell in enumerate(read.cells)
        ),
    )
    return read, own_release(read, HERE, limit=300, cell_limit=30, is_own=is_own).assignment


def test_what_still_holds_an_ellipsis_is_blank_and_the_rest_is_filled():
    read, assignment = made(
        "#| exercise: one\none = ...",
        "#| exercise: two\ntwo = 2",
        "#| exercise: three\ndef f(x):\n    return x[..., 0]",
    )
    assert states(read, assignment.cells, assignment.exercises) == {
        "one": "blank",
        "two": "filled",
        "three": "filled",
    }


def test_given_code_and_self_checks_are_known_by_their_names():
    _, assignment = made(
        "import torch",
        "def self_check(): ...",
        "#| exercise: one\none = 1",
        "print('✓ one')",
        "own = 1",
        ids=["given-1", "check-tools", "exercise-one", "check-one"],
    )
    assert [(cell.id, cell.role) for cell in assignment.cells] == [
        ("given-1", "given"),
        ("check-tools", "self_check"),
        ("exercise-one", "exercise"),
        ("check-one", "self_check"),
    ]


def test_a_copy_of_an_exercise_is_no_further_one():
    _, assignment = made("#| exercise: one\none = 1", "#| exercise: one\none = 2")
    assert [exercise.name for exercise in assignment.exercises] == ["one"]
    assert [cell.id for cell in assignment.cells] == ["exercise-one"]
