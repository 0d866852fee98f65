"""What will be graded, as far as reading tells."""

import pytest

from grader.intake.preview import preview
from grader.model.submission import Handin
from grader.model.text import say
from tests.conftest import notebook_of


def handin(path, **keys):
    return Handin(student="Ann", path=path, shown=str(path), **keys)


@pytest.mark.parametrize(("given", "filled"), [(0, 0), (1, 1)])
def test_it_tells_how_much_is_filled_in(tmp_path, small_assignment, small_answers, given, filled):
    cells = small_answers()
    if not given:
        cells = [cell.source for cell in small_assignment.cells if cell.role != "prose"]
    path = tmp_path / "hw.ipynb"
    path.write_bytes(notebook_of(cells))
    found = preview(handin(path), [small_assignment], chosen=False)
    assert (found.assignment, found.problem) == ("small", None)
    assert found.exercises == len(small_assignment.exercises)
    assert found.filled == (found.exercises if filled else 0)


@pytest.mark.parametrize("content", [b"", b"{", b'{"cells": 1}', b"\0" * 100])
def test_what_cannot_be_read_has_a_reason(tmp_path, small_assignment, content):
    path = tmp_path / "hw.ipynb"
    path.write_bytes(content)
    found = preview(handin(path), [small_assignment], chosen=False)
    assert found.problem is not None
    assert found.assignment == ""
    gone = preview(handin(tmp_path / "gone.ipynb"), [small_assignment], chosen=False)
    assert gone.problem is not None


def test_a_doubt_is_a_problem(tmp_path, small_assignment, small_answers):
    path = tmp_path / "hw.ipynb"
    path.write_bytes(notebook_of(small_answers()))
    doubt = say("two hand-ins claim id {id}: {places}", id="1", places="a, b")
    found = preview(handin(path, doubt=doubt), [small_assignment], chosen=False)
    assert (found.assignment, found.problem) == ("small", doubt)
