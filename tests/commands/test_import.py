"""Courses of nbgrader and Otter, from their folders to marks."""

import json

import pytest

from grader.authoring.directives import ExerciseHeader
from tests.authoring.importers import course_of_nbgrader, course_of_otter, course_of_training
from tests.authoring.importers.notebooks import Nbgrader, code, raw, text, write
from tests.command_line import grader

IS_MANUAL = "manual" in ExerciseHeader.model_fields
OF = Nbgrader(2)
SMALL = (
    code("import torch"),
    OF.answer("double", "def double(x):\n    return 2 * x"),
    OF.tests("t", 1, "assert torch.equal(double(torch.arange(3)), torch.tensor([0, 2, 4]))"),
)


def hand_in(folder, name: str, answers: dict[str, str]) -> None:
    """Put a released notebook into a folder of submissions, with answers in it."""
    made = json.loads((folder / "assignments" / "en" / f"{name}.ipynb").read_text("utf-8"))
    for cell in made["cells"]:
        source = "".join(cell["source"])
        for exercise, answer in answers.items():
            if f"| exercise: {exercise}\n" in source:
                cell["source"] = f"#| exercise: {exercise}\n{answer}"
    (folder / "in").mkdir(exist_ok=True)
    student = "right" if answers in (course_of_nbgrader.RIGHT, course_of_otter.RIGHT) else "wrong"
    (folder / "in" / f"{student}.ipynb").write_text(json.dumps(made), encoding="utf-8")


def marks(folder, name: str) -> dict[str, dict[str, float]]:
    """Grade what was handed in; return scores by student and exercise."""
    done = grader("grade", "in", "-a", name, "-o", "out", "--lang", "en", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    found = {}
    for student in ("right", "wrong"):
        path = folder / "out" / "results" / student / name / "result.json"
        result = json.loads(path.read_text("utf-8"))
        found[student] = {one["exercise"]: one["score"] for one in result["exercises"]}
    return found


@pytest.mark.kernel
def test_a_course_of_nbgrader_is_imported_sound_and_grades_right_and_wrong(tmp_path):
    write(tmp_path / "source/ps1/problem1.ipynb", *course_of_nbgrader.cells(3, is_manual=IS_MANUAL))
    write(tmp_path / "source/ps2/problem.ipynb", *course_of_training.CELLS)
    done = grader("import", "nbgrader", ".", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "reference/ps1.py: written, " in done.stdout
    assert "ps1: sound" in done.stdout
    assert "ps2: sound" in done.stdout
    assert grader("build", "ps1", cwd=tmp_path).returncode == 0
    for answers in (course_of_nbgrader.RIGHT, course_of_nbgrader.WRONG):
        hand_in(tmp_path, "ps1", answers)
    found = marks(tmp_path, "ps1")
    tested = {name: found["right"][name] for name in course_of_nbgrader.RIGHT}
    assert tested == {"squares": 3, "scaler": 2, "entropy": 1}
    assert found["wrong"]["squares"] == 0.5  # as many as are due
    assert 0 < found["wrong"]["scaler"] < 1  # the shape, and the mean of all
    assert found["wrong"]["entropy"] < 0.5


@pytest.mark.kernel
def test_a_notebook_of_otter_is_imported_sound_and_grades_right_and_wrong(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "data.csv").write_text("1 2 3\n", encoding="utf-8")
    write(tmp_path / "src" / "hw.ipynb", *course_of_otter.new_cells(is_manual=IS_MANUAL))
    done = grader("import", "otter", "src/hw.ipynb", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "hw01: sound" in done.stdout
    assert (tmp_path / "reference" / "data.csv").exists()
    assert grader("build", cwd=tmp_path).returncode == 0
    for answers in (course_of_otter.RIGHT, course_of_otter.WRONG):
        hand_in(tmp_path, "hw01", answers)
    found = marks(tmp_path, "hw01")
    assert {name: found["right"][name] for name in course_of_otter.RIGHT} == {
        "q1": 4, "q2": 2, "q3": 3
    }  # fmt: skip
    assert found["wrong"]["q1"] <= 1  # 55 was typed in
    assert found["wrong"]["q2"] < 2
    assert found["wrong"]["q3"] == 1  # it is a tensor


@pytest.mark.kernel
def test_what_is_not_sound_is_said_and_what_to_do(tmp_path):
    answer = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
    weak = OF.tests("t", 1, "assert callable(double)")
    write(tmp_path / "a.ipynb", OF.answer("double", answer), weak)
    done = grader("import", "nbgrader", "a.ipynb", cwd=tmp_path)
    assert done.returncode == 1
    assert "all its checks are weak" in done.stdout
    assert "mend what is named above, and then: `grader verify reference/a.py`" in done.stderr


@pytest.mark.kernel
def test_what_a_test_says_and_the_solution_does_not_keep_is_told_with_its_place(tmp_path):
    tests = "x = torch.arange(3)\nassert double(2) == 4\nassert double(3) == 5, 'thrice'"
    cells = (*SMALL[:2], OF.tests("t", 1, tests))
    write(tmp_path / "source/ps1/problem1.ipynb", *cells)
    done = grader("import", "nbgrader", ".", cwd=tmp_path)
    assert done.returncode == 1
    (line,) = (one for one in done.stdout.splitlines() if "does not hold" in one)
    assert "problem1.ipynb, cell 3, line 3: `assert double(3) == 5, 'thrice'`" in line
    assert "the solution in this notebook (thrice)" in line


def test_what_could_not_be_carried_over_is_listed_with_its_place(tmp_path):
    lost = OF.tests("other", 2, "from private_tests import check\n\ncheck(double)")
    write(tmp_path / "a.ipynb", *SMALL, lost)
    done = grader("import", "nbgrader", "a.ipynb", "--no-verify", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "see to  a.ipynb, cell 4, line 3: `check(double)`: what it asserts" in done.stdout
    assert "next: `grader verify reference/a.py`" in done.stderr
    source = (tmp_path / "reference" / "a.py").read_text("utf-8")
    assert "#| # TODO cell 4, line 3" in source
    again = grader("import", "nbgrader", "a.ipynb", "--no-verify", cwd=tmp_path)
    assert again.returncode == 2
    assert "already there: reference/a.py; --force replaces them" in again.stderr
    other = ("--to", "new", "--name", "b", "--lang", "ru")
    assert (
        grader("import", "nbgrader", "a.ipynb", *other, "--no-verify", cwd=tmp_path).returncode == 0
    )
    assert "- ru" in (tmp_path / "new" / "b.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("moodle", "a.ipynb"), "there is no importer `moodle`; there are nbgrader, "),
        (("nbgrader", "none.ipynb"), "none.ipynb is not there"),
        (("nbgrader", "empty"), "empty: there is no notebook in it"),
        (("nbgrader", "plain.ipynb"), "plain.ipynb: no cell has metadata of nbgrader"),
        (("otter", "plain.ipynb"), "plain.ipynb: no cell begins a question of Otter's"),
        (("otter", "empty.ipynb"), "empty.ipynb: the file is empty"),
        (("otter", "broken.ipynb"), "broken.ipynb: "),
        (("nbgrader", "released.ipynb"), "released.ipynb: its solutions are missing"),
        (("nbgrader", "two", "--name", "x"), "two has 2 notebooks; --name is for one"),
    ],
)
def test_what_cannot_be_imported_has_one_line_and_a_reason(tmp_path, arguments, why):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.ipynb").write_bytes(b"")
    (tmp_path / "broken.ipynb").write_bytes(b'{"cells": [')
    write(tmp_path / "plain.ipynb", text("# A"), raw("x"), code("x = 1"))
    write(
        tmp_path / "released.ipynb", OF.answer("a", "# YOUR CODE HERE\nraise NotImplementedError()")
    )
    for name in ("one", "two"):
        write(tmp_path / "two" / f"{name}.ipynb", *SMALL)
    done = grader("import", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert why in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "reference").exists()
