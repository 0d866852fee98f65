"""A report says what the standing of its student says."""

import json
from dataclasses import replace

import pytest

from grader.authoring.source import load
from grader.course.decided_report import decided
from grader.course.decisions import applied
from grader.kernels.kernel import Limits
from grader.model.standing import standing_of as standing
from grader.reporting import html, record
from tests.conftest import SMALL, engine_of, graded, notebook_of, received, write_source
from tests.course_decisions.rows import row
from tests.kernels.in_process import in_process


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Grade bob, who left `total` blank, and a file that is no notebook."""
    top = tmp_path_factory.mktemp("decided")
    source, folder = write_source(top, SMALL), top / "in"
    folder.mkdir()
    cells = [
        "import torch\ntorch.manual_seed(3)\ndata = torch.randn(4, 3)",
        "#| exercise: means\ndef column_means(table):\n    return table.mean(0)\n\n\n"
        "means = column_means(data)",
        "#| exercise: total\ntotal = ...",
    ]
    (folder / "bob.ipynb").write_bytes(notebook_of(cells))
    (folder / "page.ipynb").write_bytes(b"<html>")
    engine = engine_of(
        assignments=[load(source)],
        out=top / "out",
        kind=in_process()[0],
        device="cpu",
        limits=Limits(),
    )
    found = graded(engine, received(folder, *engine.batch.assignments))
    return {report.student: report for report in found}


def after(report, *rows, worth=None):
    found = applied([standing(report, "place")], rows, worth)
    assert found.remarks == ()
    return decided(report, found.standings[0])


def scores(report):
    return {result.exercise: result.score for result in report.exercises}


def test_without_decisions_a_report_stays_as_it_is(reports):
    for report in reports.values():
        assert after(report) == report
        assert "A person" not in html.report(report)


def test_an_exercise_and_the_whole_are_shown_as_a_persons(reports):
    report = after(
        reports["bob"],
        row(exercise="total", score=0.5, comment="Talked about it."),
        row(3, adjustment=1, comment="Bonus"),
    )
    assert scores(report) == {"means": 2, "total": 0.5, "fit": 0}
    assert (report.score, report.max_score, report.override.computed) == (3.5, 6, 2)
    page = html.report(report)
    assert page.count("A person decided on this score.") == 2
    assert "The grader had found 0." in page
    assert "The grader had found 2." in page
    assert "Talked about it." in page
    written = json.loads(record.dump(report))
    assert written["override"] == {"score": 3.5, "comment": "Bonus", "computed": 2}
    assert record.load(record.dump(report)) == report


def test_a_comment_alone_is_no_decision(reports):
    page = html.report(after(reports["bob"], row(exercise="fit", comment="See me\nsoon")))
    assert "A person decided" not in page
    assert "A person says:" in page
    assert "<div>See me</div>" in page
    assert "<div>soon</div>" in page


def test_what_was_not_graded_has_a_page_with_its_score(reports):
    report = after(
        reports["page"],
        row(student="page", assignment="small", score=4, comment="On paper"),
        worth={"small": 6.0},
    )
    assert (report.outcome, report.score, report.max_score) == ("graded", 4, 6)
    assert report.assignment == "small"
    page = html.report(report)
    assert "This file could not be graded." not in page
    assert "The grader had found none." in page
    assert "On paper" in page
    bare = html.report(after(reports["page"], row(student="page", score=4)))
    assert "of –" not in bare


def test_more_than_all_points_fit_on_the_page(reports):
    report = after(reports["bob"], row(adjustment=10))
    assert (report.score, report.max_score) == (12, 6)
    assert 'style="width: 100' in html.report(report)


def test_a_comment_is_text_and_no_markup(reports):
    hostile = "<script>alert(1)</script> & <img src=x onerror=alert(2)> {{ 7 * 7 }}"
    page = html.report(after(reports["bob"], row(comment=hostile)))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;img" in page
    assert "{{ 7 * 7 }}" in page


def test_to_tell_twice_is_to_tell_once(reports):
    rows = [row(exercise="total", score=1), row(3, adjustment=1)]
    (stands,) = applied([standing(reports["bob"], "place")], rows).standings
    once = decided(reports["bob"], stands)
    assert decided(once, stands) == once
    assert replace(once, override=None) != once
