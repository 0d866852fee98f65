"""`grader similar`: a copy in a gradebook, the files, and nothing but leads."""

import csv
import json
from dataclasses import replace

import pytest

from benchmarks.kept import keep_reports
from grader.model.facts import SomePassed, Symptom
from grader.model.result import ExerciseResult
from tests.command_line import grader
from tests.conftest import report_of, write_source
from tests.resemblance.test_survey import EXERCISE, NAMES, SOURCE, copy_of, handed_in


def report(answers, **changed):
    exercises = tuple(
        ExerciseResult(
            exercise=name,
            score=1.0,
            max_score=1.0,
            outcome="right",
            ruling=SomePassed(passed=1, total=1, moment="own"),
            code=answers.codes[name],
            symptoms=tuple(
                Symptom(kind="mistake", mistake=one) for one in answers.mistakes.get(name, ())
            ),
        )
        for name in NAMES
    )
    told = report_of(
        answers.student,
        assignment="descents",
        student_id=answers.student_id,
        score=4.0,
        max_score=4.0,
        exercises=exercises,
    )
    return replace(told, **changed)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    text = SOURCE + "".join(EXERCISE.format(name=name) for name in NAMES)
    return write_source(tmp_path_factory.mktemp("sources"), text, "descents")


def test_a_copy_is_a_lead_in_all_files(source, tmp_path):
    those = handed_in(20)
    name = "=<b>zoe</b>"
    copy = copy_of(those[4], NAMES[:3], student=name, mistakes={"first": frozenset({"uphill"})})
    those[4] = replace(those[4], mistakes=copy.mistakes)
    odd = replace(
        those[5],
        student="odd",
        student_id="id998",
        codes=dict.fromkeys(NAMES, "x = '" + "(" * 90_000),
    )
    keep_reports(tmp_path / "out", map(report, [*those, copy, odd]))
    done = grader("similar", "-o", tmp_path / "out", "-a", source)
    assert done.returncode == 1, done.stderr
    assert "1 pair of students worth a look" in done.stdout
    assert "s004" in done.stdout
    page = (tmp_path / "out/similar.html").read_text(encoding="utf-8")
    assert "<b>zoe" not in page
    assert "&lt;b&gt;zoe" in page
    assert "uphill" in page
    assert page.count('<mark class="line"') > 30
    assert "cheat" not in page.lower()
    with (tmp_path / "out/similar.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["exercise"] for row in rows} == set(NAMES[:3])
    assert {(row["student"], row["other_student"]) for row in rows} == {("s004", "'=<b>zoe</b>")}
    (told,) = json.loads((tmp_path / "out/similar.json").read_text(encoding="utf-8"))
    assert told["students"] == 22
    assert sorted(told["students_alike"][0]["exercises"]) == sorted(NAMES[:3])
    assert {one["answers"].get("unreadable") for one in told["exercises"]} == {1}


def test_nothing_is_worth_a_look(source, tmp_path):
    keep_reports(tmp_path, map(report, handed_in(20)))
    done = grader("similar", "-o", tmp_path, "-a", source)
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing is worth a look" in done.stdout
    assert "No two hand-ins are so alike" in (tmp_path / "similar.html").read_text(encoding="utf-8")


def test_the_page_speaks_the_language_of_the_class(source, tmp_path):
    keep_reports(tmp_path, [report(one, language="ru") for one in handed_in(3)])
    grader("similar", "-o", tmp_path, "-a", source)
    assert '<html lang="ru">' in (tmp_path / "similar.html").read_text(encoding="utf-8")


def test_an_assignment_without_a_source_is_named(tmp_path):
    keep_reports(tmp_path, map(report, handed_in(3)))
    done = grader("similar", "-o", tmp_path)
    assert done.returncode == 0
    assert "descents is not compared" in done.stderr


def test_where_there_is_no_gradebook(source, tmp_path):
    done = grader("similar", "-o", tmp_path / "none", "-a", source)
    assert done.returncode == 2
    assert "there is no gradebook" in done.stderr
    assert not (tmp_path / "none").exists()


def test_the_index_leads_to_the_page(source, tmp_path):
    out = tmp_path / "out"
    told = {"hashes": {"submission": "ab"}, "versions": {"torch": "2.13.0", "python": "3.11"}}
    keep_reports(out, [report(one, **told) for one in handed_in(5)])
    assert grader("similar", "-o", out, "-a", source).returncode == 0
    assert not (out / "index.html").exists()
    assert grader("tables", "-o", out).returncode == 0
    assert grader("similar", "-o", out, "-a", source).returncode == 0
    assert 'href="similar.html"' in (out / "index.html").read_text(encoding="utf-8")
