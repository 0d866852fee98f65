"""Hand-ins as they really come, each of them right: full marks, or the true reason."""

import shutil
import sys
from pathlib import Path

import pytest

from grader.authoring.source import load
from grader.intake.receive import receive
from grader.model.facts import NotInstalled
from grader.wording.outcomes import fault
from tests.conftest import TOP, engine_of, kernels
from tests.conftest import graded as grade_all

FIELD = Path(__file__).parent / "field"


@pytest.fixture
def graded(tmp_path):
    def run(name, source=FIELD / "tiny.py"):
        student = tmp_path / "in" / "student"
        if (FIELD / name).is_dir():
            shutil.copytree(FIELD / name, student)
        else:
            student.mkdir(parents=True)
            shutil.copy(FIELD / name, student)
        assignment = load(source)
        engine = engine_of(
            assignments=[assignment],
            out=tmp_path / "out",
            kind=kernels(),
            device="cpu",
            chosen=True,
        )
        handins = receive([student.parent], tmp_path / "unpacked", [assignment], chosen=True)
        (report,) = grade_all(engine, handins)
        return report

    return run


def test_lines_without_line_ends(graded):
    report = graded("01-lines-without-newline.ipynb")
    assert report.score == 2
    assert "the lines of some cells had no line ends, and were joined with them" in report.notes


@pytest.mark.parametrize(
    ("name", "magic"),
    [
        ("04-unknown-line-magic-above.ipynb", "%tensorflow_version"),
        ("05-unknown-cell-magic-above.ipynb", "%%memit"),
    ],
)
def test_a_magic_that_is_unknown_here(graded, name, magic):
    report = graded(name)
    assert report.score == 2
    assert (
        f"1 magic is unknown here, or does not work here, and was left out: `{magic}`"
        in report.notes
    )


def test_a_breakpoint_that_was_left_in(graded):
    report = graded("08-breakpoint-left-in.ipynb")
    assert report.score == 2
    assert "a debugger was left in the code, and does nothing here (cells: 2)" in report.notes


def test_a_package_that_the_grader_lacks(graded):
    report = graded("07-missing-package.ipynb")
    assert (report.outcome, report.score, report.max_score) == ("not graded", None, None)
    assert report.reason == (
        "1 exercise could not be run here: it imports tqdm, which is not installed here and was"
        " not handed in"
    )
    (result,) = report.exercises
    assert result.outcome == "could not be run here"
    assert result.ruling == NotInstalled(modules=("tqdm",))
    assert {check.outcome for check in result.checks} == {"skipped"}
    assert (result.error.name, result.max_score) == ("ModuleNotFoundError", 2)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="it is none")
def test_a_newer_python(graded):
    report = graded("10-f-string-of-3.12.ipynb")
    assert (report.outcome, report.score) == ("graded", 0)
    (result,) = report.exercises
    running = ".".join(map(str, sys.version_info[:2]))
    assert str(fault(result)).startswith("SyntaxError: ")
    assert str(fault(result)).endswith(f"(written for Python 3.12, run on {running})")
    assert (
        f"written for Python 3.12, run on {running}; cells that cannot be read here: 2"
        in report.notes
    )


def test_a_notebook_beside_that_is_run(graded):
    assert graded("14-run-notebook").score == 2


def test_another_name_for_python(graded):
    report = graded("12-pyspark-kernel.ipynb")
    assert report.score == 2
    assert report.notes == (
        "the notebook says that it is in pyspark, but its cells are Python, and were run as Python",
    )


def test_a_builtin_that_the_student_hides(graded):
    assert graded("18-builtin-shadowed.ipynb", FIELD / "tiny_list.py").score == 2


def test_a_foreign_notebook_that_binds_the_same_names(graded):
    report = graded("17-foreign-notebook.ipynb", TOP / "reference" / "gradient_descent.py")
    assert (report.outcome, report.score) == ("not graded", None)
    assert report.reason == "the notebook has no exercise of gradient_descent"
