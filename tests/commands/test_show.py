"""`grader show`: what a student's report says first, as Markdown, and as a PDF."""

import os
from dataclasses import replace

import pytest

from benchmarks.kept import keep_reports
from grader.reporting import pdf
from tests.command_line import grader
from tests.commands.test_review import FIT, REPORT
from tests.reporting import browser

SECOND = replace(REPORT, assignment="other", title="Other", score=4.0)


@pytest.fixture
def out(tmp_path):
    """Write the results of some students, one of whom has two assignments."""
    reports = [
        replace(
            REPORT,
            student_id="17",
            exercises=(replace(FIT, title="The `fit`"),),
            hashes={"submission": None},
        ),
        SECOND,
        replace(REPORT, student="ann\x1b[31m", language="ru"),
        replace(REPORT, student="eve", outcome="not graded", score=None, reason="it is cut off"),
    ]
    keep_reports(tmp_path / "out", reports)
    return tmp_path / "out"


def test_the_first_card_is_shown(out):
    done = grader("show", "17", "-o", out)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "Small: 1 of 4",
        "bob",
        "0 of 1 exercises right.",
        "Start here: The fit. Points to be had: 3.",
        "",
        "  ◐ The fit  1 of 4",
        f"report: {out / 'feedback' / 'bob' / 'small' / 'report.html'}",
    ]


def test_all_assignments_of_a_student_are_shown_or_the_one_that_is_named(out):
    both = grader("show", "BOB", "-o", out).stdout
    assert "Other: 4 of 4" in both
    assert "Small: 1 of 4" in both
    assert "Small" not in grader("show", "bob", "-a", "other", "-o", out).stdout


def test_it_speaks_the_language_of_the_report(out):
    done = grader("show", "ann\x1b[31m", "-o", out)
    assert "Small: 1 из 4" in done.stdout
    assert "\x1b" not in done.stdout


def test_what_has_no_score_says_why(out):
    assert "It is cut off." in grader("show", "eve", "-o", out).stdout


def test_the_report_as_markdown(out):
    done = grader("show", "17", "--markdown", "-o", out)
    assert done.stdout.startswith("## Small: 1 of 4\n")
    assert "### ◐ The `fit` (1 of 4)" in done.stdout


@pytest.mark.parametrize(
    ("who", "options", "why"),
    [
        ("bobb", (), "nobody in the gradebook is called `bobb`, or has it as an id; did you mean"),
        ("bob", ("-a", "third"), "`bob` has nothing of `third` (there: other, small)"),
        ("bob", ("--pdf", "x.pdf"), "name one with -a"),
    ],
)
def test_what_is_not_there_is_said(out, who, options, why):
    done = grader("show", who, *options, "-o", out)
    assert done.returncode == 2
    assert why in " ".join(done.stderr.split())


def test_the_report_as_a_pdf(out, tmp_path):
    browser.chromium()
    made = tmp_path / "report.pdf"
    done = grader("show", "17", "--pdf", made, "-o", out)
    assert done.returncode == 0, done.stderr
    assert made.read_bytes().startswith(b"%PDF-")


def test_without_a_browser_it_is_said_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    monkeypatch.setattr(pdf, "_APPLICATIONS", ())
    monkeypatch.delenv(pdf.VARIABLE, raising=False)
    with pytest.raises(pdf.UsageError, match="or open the report and print it"):
        pdf.write("<p>", tmp_path / "x.pdf")
    monkeypatch.setenv(pdf.VARIABLE, "no-such-browser")
    with pytest.raises(pdf.UsageError, match="`no-such-browser`, which is no program here"):
        pdf.write("<p>", tmp_path / "x.pdf")


def test_a_browser_that_fails_says_why(tmp_path, monkeypatch):
    program = tmp_path / "browser"
    program.write_text("#!/bin/sh\necho no display >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv(pdf.VARIABLE, os.fspath(program))
    with pytest.raises(pdf.UsageError, match="made no PDF: no display"):
        pdf.write("<p>", tmp_path / "x.pdf")
    assert not (tmp_path / "x.pdf").exists()
