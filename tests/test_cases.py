"""Odd and damaged submissions, as they are: each ends as `cases/expected.json` says."""

import json
from pathlib import Path

import pytest

from grader.authoring.source import load
from grader.intake.receive import receive
from grader.kernels.kernel import Limits
from tests.conftest import colds, engine_of, kernels
from tests.conftest import graded as grade_all

CASES = Path(__file__).parent / "cases"
EXPECTED = json.loads((CASES / "expected.json").read_text(encoding="utf-8"))
# Those that do something to a kernel.
COLD = [CASES / name for name in EXPECTED if name[:2] in ("21", "22", "30", "31")]
REASONS = {
    "04": "conflict markers (line 45)",
    "05a": "the file is empty",
    "05b": "a web page",
    "05f": "cut off (line 66)",
    "15": "in R, not in Python",
}


@pytest.fixture
def graded(tmp_path):
    def run(paths, kind):
        mini = load(CASES / "mini.py")
        engine = engine_of(
            assignments=[mini],
            out=tmp_path / "out",
            kind=kind,
            device="cpu",
            limits=Limits(cell=4.0 if kind is kernels() else 10.0),
            chosen=True,
        )
        unpacked = tmp_path / "unpacked"
        unpacked.mkdir()
        handins = receive(paths, unpacked, [mini], chosen=True)
        before = set(tmp_path.rglob("*"))
        reports = list(grade_all(engine, handins))
        new = set(tmp_path.rglob("*")) - before
        assert all((tmp_path / "out") in (path, *path.parents) for path in new)
        return {report.student: report for report in reports}

    return run


@pytest.mark.parametrize("name", EXPECTED)
def test_a_notebook_ends_as_expected(graded, name):
    (report,) = graded([CASES / name], kernels()).values()
    _ended_as_expected(report, name)


def test_a_cold_kernel_ends_as_expected(graded):
    reports = graded(COLD, colds())
    assert sorted(reports) == sorted(path.stem for path in COLD)
    for student, report in reports.items():
        _ended_as_expected(report, f"{student}.ipynb")


def _ended_as_expected(report, name):
    expected = EXPECTED[name]
    assert report.outcome == expected["outcome"], report.reason
    if report.outcome == "graded":
        assert expected["score_min"] <= report.score <= expected["score_max"]
        assert report.max_score == expected["max_score"]
    else:
        (reason,) = (text for key, text in REASONS.items() if name.startswith(key))
        assert reason in report.reason


ARCHIVES = {
    "50-folder.zip": {
        "brackets [1] + (2) {x} $y #z %41": 4,
        "empty student": None,
        "shadowing": 4,
        "trailing space": 4,
        "two notebooks": 4,
        "txt suffix": 4,
        "upper": 4,
        "wrong type": 1,  # a script with the header and the answer of one exercise
        "Имя Фамилия": 4,
    },
    "51-moodle.zip": {
        "Имя Первый": 4,
        "Имя Второй": 4,
        "Имя Третий": None,
        "Тёзка (104)": 4,
        "Тёзка (105)": 3,
    },
    "52-canvas-flat.zip": {"studentone": 4, "studenttwo": 4, "studentthree": None},
    "54-windows-cp866-names.zip": {"Имя Фамилия": 4},
    "55-zip-slip.zip": {"outside": 4, "abs": 4, "ok": 4, "student": 4},
    "58-not-a-zip.zip": {"58-not-a-zip": None},
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_has_a_row_for_each_student(graded, name):
    reports = graded([CASES / name], kernels())
    assert {student: report.score for student, report in reports.items()} == ARCHIVES[name]
    assert all(report.reason for report in reports.values() if report.score is None)


def test_of_two_notebooks_the_report_says_which_counts(graded):
    report = graded([CASES / "50-folder.zip"], kernels())["two notebooks"]
    assert "the latest, hw1 (1).ipynb, counts, and not hw1.ipynb" in report.notes[0]
