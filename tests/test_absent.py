"""A module that nobody has is no mistake, and no way around one."""

from collections import Counter

import pytest

from grader.commands import not_installed
from grader.course import decided_report
from grader.course.decisions import applied
from grader.model.facts import NotInstalled
from grader.model.standing import standing_of as standing
from tests.conftest import notebook_of
from tests.course_decisions.rows import row
from tests.test_grade import graded, outcomes, result

MEANS = "#| exercise: means\ndef column_means(table):\n    {}\n\n\nmeans = column_means(data)"
TOTAL = "#| exercise: total\n{}"
HELPER = "import no_such\n\n\ndef helper(table):\n    return table.mean(0)"


def lines(reports):
    return not_installed.lines(
        Counter(name for one in reports for name in not_installed.modules(one))
    )


def report_of(small, cells):
    return graded(notebook_of(cells), small).report


@pytest.mark.parametrize(
    "changes",
    [
        {"total": TOTAL.format("import no_such\ntotal = data.sum()")},
        {"total": TOTAL.format("from no_such.part import (\n    one,\n)\ntotal = one(data)")},
        {"total": TOTAL.format("%%time\nimport numpy, no_such as n\ntotal = data.sum()")},
        {"means": MEANS.format("import no_such\n    return table.mean(0)")},
        {"start": f"{HELPER}", "means": MEANS.format("return helper(table)")},
    ],
)
def test_an_answer_that_needs_it_is_not_wrong(small, small_answers, changes):
    cells = small_answers(**{name: changes[name] for name in changes if name != "start"})
    if "start" in changes:
        cells.insert(1, changes["start"])
    report = report_of(small, cells)
    (name,) = (name for name in changes if name != "start")
    assert outcomes(report)[name] == "could not be run here"
    found = result(report, name)
    assert found.ruling == NotInstalled(modules=("no_such",))
    assert (found.score, found.diagnoses) == (0, ())
    assert (report.outcome, report.score) == ("not graded", None)
    assert {outcome for other, outcome in outcomes(report).items() if other != name} == {"right"}


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("total = data.sum()\nimport no_such", "right"),
        ("total = data.mean()\nimport no_such", "wrong"),
        ("raise ModuleNotFoundError(\"No module named 'no_such'\")", "wrong"),
        ("if False:\n    import no_such\nraise ModuleNotFoundError('no_such')", "wrong"),
        ("import torch.no_such\ntotal = data.sum()", "wrong"),
        ("try:\n    import no_such\nexcept ImportError:\n    total = data.mean()", "wrong"),
        ("try:\n    import no_such\nexcept ImportError:\n    total = data.sum()", "right"),
    ],
)
def test_a_mistake_stays_one(small, small_answers, code, outcome):
    report = report_of(small, small_answers(total=TOTAL.format(code)))
    assert outcomes(report)["total"] == outcome
    assert report.outcome == "graded"


def test_a_cell_that_nothing_needs_costs_nothing(small, small_answers):
    cells = small_answers(means=MEANS.format("return table.sum(0)"))
    cells.insert(2, "import no_such\nno_such.plot(means)")
    report = report_of(small, cells)
    assert outcomes(report) == {"means": "wrong", "total": "right", "fit": "right"}


def told_after(report, decision):
    (after,) = applied([standing(report, "someone")], [decision]).standings
    return decided_report.decided(report, after)


def test_a_person_may_decide(small, small_answers):
    report = report_of(small, small_answers(total=TOTAL.format("import no_such\ntotal = 1")))
    (line,) = lines([report, report])
    assert line.startswith("2 hand-ins import no_such, which is not installed here and was not")
    assert "pip" not in line  # the name is a student's
    decided = told_after(report, row(student="someone", exercise="total", score=1))
    assert (decided.outcome, decided.reason, decided.score) == ("graded", None, 6)
    assert lines([decided]) == []
    elsewhere = row(student="someone", exercise="fit", score=1)
    assert told_after(report, elsewhere).score is None


def test_what_only_a_site_has_is_no_package(small, small_answers):
    cell = "from google.colab import drive\ntotal = data.sum()"
    (line,) = lines([report_of(small, small_answers(total=TOTAL.format(cell)))])
    assert line == (
        "1 hand-in imports google, which only Colab has: ask for it without that, or decide in"
        " overrides.csv"
    )


def test_of_a_known_package_the_name_is_told(small, small_answers):
    report = report_of(small, small_answers(total=TOTAL.format("import sklearn\ntotal = 1")))
    assert lines([report]) == [
        "1 hand-in imports sklearn, which is not installed here: pip install scikit-learn, then"
        " grade it again"
    ]
