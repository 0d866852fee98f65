"""Scores that a person decided on, from the table to the reports."""

import csv
import io
import json
from dataclasses import replace

import pytest

from grader import overrides
from grader.authoring.source import load
from grader.errors import UsageError
from grader.kernels.kernel import Limits
from grader.reporting import tables
from tests.conftest import SMALL, engine_of, notebook_of, received, write_source
from tests.kernels.in_process import in_process
from tests.test_cli import grader

HEAD = "student,exercise,score,comment\n"


@pytest.fixture
def table(tmp_path):
    """Write a table of decisions, and read it."""

    def read(text, encoding="utf-8"):
        path = tmp_path / "overrides.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return overrides.read(path)

    return read


@pytest.fixture
def regraded(tmp_path, small_answers):
    """Grade ann, who has it all right, and bob, who left `total` blank, with decisions."""
    source, folder = write_source(tmp_path, SMALL), tmp_path / "in"
    folder.mkdir()
    (folder / "ann.ipynb").write_bytes(notebook_of(small_answers()))
    blank = small_answers(total="#| exercise: total\ntotal = ...")
    (folder / "bob.ipynb").write_bytes(notebook_of(blank))
    (folder / "page.ipynb").write_bytes(b"<html>")

    def run(decisions):
        engine = engine_of(
            assignments=[load(source)],
            out=tmp_path / "out",
            kind=in_process()[0],
            device="cpu",
            limits=Limits(),
            decisions=decisions,
        )
        return {
            report.student: report
            for report in engine.grade(received(folder, *engine.batch.assignments))
        }

    return run


def scores(report):
    return {result.exercise: result.score for result in report.exercises}


def rows(out):
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def text_of(out, student):
    return (out / "feedback" / student / "small" / "report.html").read_text(encoding="utf-8")


def test_a_decision_is_applied_everywhere(tmp_path, table, regraded):
    decisions = table(f"{HEAD}bob,total,0.5,Talked about it.\nann,fit,0,Copied\n")
    reports = regraded(decisions)
    assert scores(reports["bob"]) == {"means": 2, "total": 0.5, "fit": 3}
    assert scores(reports["ann"]) == {"means": 2, "total": 1, "fit": 0}
    assert (reports["bob"].score, reports["ann"].score) == (5.5, 3)
    found = rows(tmp_path / "out")
    assert (found["bob"]["score"], found["bob"]["total"]) == ("5.5", "0.5")
    assert (found["ann"]["score"], found["ann"]["fit"]) == ("3", "0")
    shown = text_of(tmp_path / "out", "bob")
    assert "A person decided on this score." in shown
    assert "The grader had found 0." in shown
    assert "Talked about it." in shown
    result = json.loads((tmp_path / "out/results/ann/small/result.json").read_text())
    (decided,) = [one for one in result["exercises"] if one["override"]]
    assert decided["exercise"] == "fit"
    assert decided["override"] == {"score": 0, "comment": "Copied", "computed": 3}
    assert overrides.unused(decisions, list(reports.values())) == []


def test_without_decisions_nobody_decided(tmp_path, regraded):
    reports = regraded(())
    assert all(result.override is None for result in reports["bob"].exercises)
    assert "A person decided" not in text_of(tmp_path / "out", "bob")


def test_a_decision_that_equals_what_was_found_is_one_too(tmp_path, table, regraded):
    decisions = table(f"{HEAD}ann,total,1,seen\n")
    assert regraded(decisions)["ann"].score == 6
    assert "A person decided" in text_of(tmp_path / "out", "ann")


def test_what_matches_nothing_is_named_and_the_rest_applied(table, regraded):
    decisions = table(
        f"{HEAD}eve,total,1,\nbob,nothing,1,\nbob,total,7,too much\nbob,means,1,fine\n"
        "page,total,1,no notebook\nANN,fit,1,another name\n"
    )
    reports = regraded(decisions)
    assert scores(reports["bob"]) == {"means": 1, "total": 0, "fit": 3}
    assert overrides.unused(decisions, list(reports.values())) == [
        "line 2 is not applied: there is no submission of eve",
        "line 3 is not applied: there is no score of bob for an exercise nothing",
        "line 4 is not applied: total has 1 points, less than 7",
        "line 6 is not applied: there is no score of page for an exercise total",
        "line 7 is not applied: there is no submission of ANN",
    ]


@pytest.mark.parametrize("name", ["=1+1", "-ann;=cmd|'x'!A0, b", "O'Neil; Sean", "a | @b"])
def test_a_student_is_found_by_what_the_table_says(tmp_path, table, regraded, name):
    ann = regraded(())["ann"]
    report = replace(ann, student=name)
    tables.write(tmp_path / "grades.csv", [report])
    (written,) = rows(tmp_path)
    for student in {name, written}:
        line = io.StringIO()
        csv.writer(line).writerow([student, "fit", 0, ""])
        decisions = table(HEAD + line.getvalue())
        assert scores(overrides.apply(report, decisions)) == {"means": 2, "total": 1, "fit": 0}
        decided = overrides.apply(report, decisions)
        assert overrides.unused(decisions, [decided]) == []


def test_a_comment_is_text_and_no_markup(tmp_path, table, regraded):
    hostile = "<script>alert(1)</script> & <img src=x onerror=alert(2)> {{ 7 * 7 }}"
    regraded(table(f'{HEAD}bob,total,1,"{hostile}"\n'))
    shown = text_of(tmp_path / "out", "bob")
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;img" in shown
    assert "{{ 7 * 7 }}" in shown


EXCEL = "student;exercise;score;comment\r\nbob;total;0,5;Note, with a comma\r\n"


@pytest.mark.parametrize(
    "text",
    [
        EXCEL,
        EXCEL.encode("utf-8-sig"),
        EXCEL.replace("student;", "Student ;").replace("bob;", " bob ;"),
        EXCEL + ";;;\r\n\r\n",
        'comment,score,student,exercise\n"Note, with a comma",".5",bob,total\n',
        'exercise,student,score,comment,mine\ntotal,bob,"0,5","Note, with a comma",x\n',
    ],
)
def test_what_spreadsheets_write_is_read(table, text):
    (found,) = table(text)
    assert (found.student, found.exercise, found.score) == ("bob", "total", 0.5)
    assert (found.comment, found.line) == ("Note, with a comma", 2)


def test_a_comment_may_have_several_lines(table):
    first, second = table(f'{HEAD}bob,total,1,"one\ntwo"\nann,total,1,a\u2028b\x0bc\n')
    assert (first.comment, second.comment) == ("one\ntwo", "a\u2028b\x0bc")
    assert second.line == 4


def test_a_comment_may_be_left_out(table):
    assert table("student,exercise,score\nbob,total,1\n")[0].comment == ""
    assert table(HEAD) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{HEAD}bob,total,1,\nann,fit,2,\nbob,total,1,\n", "line 4: bob has another score"),
        (f"{HEAD}bob,total,much,\n", "line 2: `much` is no score"),
        (f"{HEAD}bob,total,,\n", "line 2: `` is no score"),
        (f"{HEAD}\nbob,total,-1,\n", "line 3: `-1` is no score"),
        (f"{HEAD}bob,total,nan,\n", "line 2: `nan` is no score"),
        (f"{HEAD}bob,total,inf,\n", "line 2: `inf` is no score"),
        (f"{HEAD},total,1,\n", "line 2: a row names a student"),
        (f"{HEAD}bob,,1,\n", "line 2: a row names a student"),
        (f'{HEAD}bob,total,1,"open\n', "line 2"),
        ("who,exercise,score\nbob,total,1\n", "has no column student"),
        ("", "has no column student, exercise, score"),
        (b"\xff\xfe\x00", "has no column student"),
    ],
)
def test_a_faulty_table_is_refused_with_its_line(table, tmp_path, text, problem):
    with pytest.raises(UsageError, match=problem) as caught:
        table(text)
    assert str(tmp_path / "overrides.csv") in str(caught.value)


def test_decisions_are_kept_when_graded_again(tmp_path, regraded):
    out = tmp_path / "out"
    assert regraded(())["bob"].score == 5
    decided = f"{HEAD}bob,total,1,Seen on paper\neve,total,1,\n"
    (out / "overrides.csv").write_text(decided, encoding="utf-8")
    arguments = ["grade", tmp_path / "in", "-a", tmp_path / "small.py", "-o", out, "--jobs", 1]
    done = grader(*arguments)
    assert done.returncode == 1, done.stderr  # for the page, which is no notebook
    assert "bob (small): 6 of 6" in done.stderr
    assert "line 3 is not applied: there is no submission of eve" in done.stderr
    assert (out / "overrides.csv").read_text(encoding="utf-8") == decided
    assert rows(out)["bob"]["score"] == "6"
    assert "Seen on paper" in text_of(out, "bob")
    result = json.loads((out / "results/bob/small/result.json").read_text())
    assert result["other_data"] > 0  # drawn, where nobody names one


def test_a_faulty_table_is_wrong_usage(tmp_path, small_answers):
    (tmp_path / "bob.ipynb").write_bytes(notebook_of(small_answers()))
    path = tmp_path / "mine.csv"
    path.write_text(f"{HEAD}bob,total,1,\nbob,total,2,\n", encoding="utf-8")
    arguments = ["grade", tmp_path / "bob.ipynb", "-a", write_source(tmp_path, SMALL)]
    done = grader(*arguments, "-o", tmp_path / "out", "--overrides", path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "mine.csv, line 3: bob has another score for total" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    "text",
    [
        "Студент;Упражнение;Балл;Комментарий\nann;fit;1,5;да\n",
        "\ufeffFull name,Question,Grade,Feedback comments\nann,fit,1.5,да\n",
        "Имя\tЗадание\tОценка\tОтзыв\nann\tfit\t1,5\tда\n",
        'student,exercise,score,comment,by\nann,fit,"1,5",да,me\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_headings_are_understood_in_both_languages(table, text, encoding):
    (one,) = table(text, encoding)
    assert (one.student, one.exercise, one.score, one.comment) == ("ann", "fit", 1.5, "да")


def test_an_id_says_who_is_meant_where_both_have_one(table, regraded):
    ann = replace(regraded(())["ann"], student_id="101")
    decisions = table("id,student,exercise,score\n101,somebody,fit,1\n102,ann,total,0\n#7,,fit,0\n")
    (decided,) = [one.override for one in overrides.apply(ann, decisions).exercises if one.override]
    assert decided.score == 1
    assert [one.whose for one in decisions] == ["somebody", "ann", "7"]
    assert not decisions[2].is_about(replace(ann, student="", student_id=None))
    unused = overrides.unused(decisions, [overrides.apply(ann, decisions)])
    assert unused == [
        "line 3 is not applied: there is no submission of ann",
        "line 4 is not applied: there is no submission of 7",
    ]


def test_a_name_says_who_is_meant_where_no_id_is_known(table, regraded):
    (one,) = table("id,student,exercise,score\n101,ann,fit,1\n")
    assert one.is_about(regraded(())["ann"])
