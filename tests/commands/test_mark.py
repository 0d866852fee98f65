"""An assignment with choices and texts, from its source to what a person has marked."""

import csv
import json

import pytest

from tests.answers import NONSENSE, RIGHT, SOURCE, WRONG, filled
from tests.command_line import grader, grader_alone
from tests.conftest import write_source

pytestmark = pytest.mark.kernel

HANDINS = {"right": RIGHT, "wrong": WRONG, "blank": {}, "nonsense": NONSENSE}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Return a folder in which four students handed in, and were graded."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "reference").mkdir()
    write_source(folder / "reference", SOURCE, "answers")
    assert grader("build", "answers", cwd=folder).returncode == 0
    released = (folder / "assignments" / "en" / "answers.ipynb").read_text(encoding="utf-8")
    (folder / "in").mkdir()
    for student, answers in HANDINS.items():
        text = json.dumps(filled(json.loads(released), answers))
        (folder / "in" / f"{student}.ipynb").write_text(text, encoding="utf-8")
    done = grader("grade", "in", "-j", "1", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "right (answers): 4 so far; 2 answers wait for a person (of 5.5 points)" in done.stderr
    return folder


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def grades(course):
    return {row["student"]: row for row in table(course / "grades" / "grades.csv")}


def results(course, student):
    path = course / "grades" / "results" / student / "answers" / "result.json"
    return {one["exercise"]: one for one in json.loads(path.read_text())["exercises"]}


def page(course, student):
    return (course / "grades" / "feedback" / student / "answers" / "report.html").read_text()


def test_the_source_is_sound(course):
    done = grader("verify", "answers", cwd=course)
    assert done.returncode == 0, done.stdout
    assert "answers: sound" in done.stdout
    rows = [line.split()[:3] for line in done.stdout.split("\n")]
    assert ["why", "3.5", "0"] in rows


def test_choices_are_marked_at_once_and_texts_wait(course):
    rows = grades(course)
    assert [rows["right"][name] for name in ("score", "so_far", "waiting")] == ["", "4", "5.5"]
    assert [rows["wrong"][name] for name in ("score", "so_far", "waiting")] == ["", "1", "5.5"]
    assert [rows["blank"][name] for name in ("outcome", "score", "waiting")] == ["graded", "0", ""]
    assert [rows["nonsense"][name] for name in ("why", "told", "waiting")] == ["0", "", "2"]
    right, wrong, nonsense = (results(course, one) for one in ("right", "wrong", "nonsense"))
    assert [right[name]["outcome"] for name in right] == [
        *("right", "right", "waits for a person", "waits for a person", "right"),
    ]
    assert [wrong[name]["score"] for name in ("axis", "leaves")] == [0, 1]
    assert [one["mistake"] for one in wrong["axis"]["diagnoses"]] == ["rows"]
    assert wrong["leaves"]["diagnoses"] == []  # nothing is said of how many are right
    assert nonsense["axis"]["checks"][0]["error"] == "`2` is none of the choices: `a`, `b`, `c`"
    assert nonsense["leaves"]["checks"][0]["error"].startswith("`x` is none of the choices")
    assert nonsense["why"]["outcome"] == "blank"
    assert nonsense["told"]["rule"].endswith("it is no text")


def test_a_report_shows_the_text_and_tells_neither_rubric_nor_what_is_right(course):
    right, wrong = page(course, "right"), page(course, "wrong")
    assert "<strong>much</strong>" in right
    assert "<script" not in right
    assert "says &lt;b&gt;where&lt;/b&gt; the loss" in right
    assert "Of the rest you have 4 of 4." in right
    assert "it has 2 words, and at least 5 are asked for" in wrong
    assert "Chosen: <code>a</code>. That is not right." in wrong
    assert "How many numbers would be left?" in wrong
    for text in ("grows with the number of objects.</span>", "With more objects", "right is"):
        assert text not in right + wrong


def test_before_handing_in_a_text_that_is_too_short_is_told_so(course):
    bundle = ("--bundle", "assignments/en/answers.check.json")
    done = grader("check", "in/wrong.ipynb", *bundle, cwd=course)
    assert "the text has 2 words: at least 5 are asked for" in done.stdout
    assert "told is a text of at least 6 words: this should hold, and does not" in done.stdout
    done = grader("check", "in/right.ipynb", *bundle, cwd=course)
    assert "There is nothing left to do" in done.stdout
    assert "a text of 13 words, which a person will read" in done.stdout


def test_a_table_is_written_filled_in_and_taken_over(course):
    assert "5 to mark in all, of 3 students" in grader("mark", cwd=course).stdout
    done = grader("mark", "--table", "marking.csv", cwd=course)
    assert done.returncode == 1
    rows = table(course / "marking.csv")
    assert [(row["student"], row["exercise"], row["item"]) for row in rows if row["answer"]] == [
        ("nonsense", "told", ""), ("right", "told", ""), ("wrong", "told", ""),
        ("right", "why", "size"), ("wrong", "why", "size"),
    ]  # fmt: skip
    said = {
        ("right", "why", "size"): {"ticked": "x", "comment": "Which <b>step</b>?"},
        ("right", "why", "rate"): {"ticked": "1"},
        ("wrong", "why", "size"): {"ticked": "no"},
        ("right", "told", ""): {"score": "1,5"},
        ("wrong", "told", ""): {"score": "5"},
        ("nonsense", "told", ""): {"ticked": "x"},
    }
    for row in rows:
        row.update(said.get((row["student"], row["exercise"], row["item"]), {}))
    with (course / "marked.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    done = grader("mark", "--read", "marked.csv", "--by", "AB", cwd=course)
    assert "3 answers marked anew" in done.stdout
    assert "line 2 is not applied: it ticks nothing: write points into `score`" in done.stderr
    assert "line 4 is not applied: of 2 points it gives 5" in done.stderr
    overrides = table(course / "grades" / "overrides.csv")
    heads = ("student", "exercise", "score", "ticked")
    assert [tuple(row[head] for head in heads) for row in overrides] == [
        ("right", "told", "1.5", ""), ("right", "why", "3", "size rate"),
        ("wrong", "why", "0", "(none)"),
    ]  # fmt: skip
    rows = grades(course)
    assert [rows["right"][name] for name in ("outcome", "score", "max_score", "why")] == [
        *("graded", "8.5", "9.5", "3"),
    ]
    assert rows["wrong"]["reason"] == "1 answer waits for a person (of 2 points)"
    why = results(course, "right")["why"]
    assert (why["outcome"], [item["is_ticked"] for item in why["rubric"]]) == (
        "marked by a person",
        [True, True, False],
    )
    shown = page(course, "right")
    assert "It says what follows for the step." in shown
    assert "Which &lt;b&gt;step&lt;/b&gt;?" in shown
    statistics = {row["exercise"]: row for row in table(course / "grades" / "statistics.csv")}
    assert (statistics["why"]["answers"], statistics["why"]["waiting"]) == ("4", "0")
    assert (statistics["told"]["answers"], statistics["told"]["waiting"]) == ("2", "2")
    again = grader("mark", "--read", "marked.csv", "--by", "AB", cwd=course)
    assert "0 answers marked anew, 3 as before" in again.stdout


def test_what_waits_is_not_graded_again_and_not_exported(course):
    done = grader("grade", "in", "-j", "1", cwd=course)
    assert "0 to grade" in done.stderr
    done = grader("export", "csv", "-a", "answers", "--to", "e.csv", cwd=course)
    assert "no total yet: nonsense" in done.stderr
    assert {row["student"]: row["total"] for row in table(course / "e.csv")}["nonsense"] == ""


def test_a_person_is_asked_about_one_answer_after_another(course):
    """Follows on the table: what waits are two texts, of which one has no items to tick."""
    said = "9\nmuch\n1,5\nTell <b>where</b>.\nq\n"
    done = grader_alone("mark", "--ask", "--exercise", "told", "--by", "CD", cwd=course, said=said)
    assert done.returncode == 1, done.stderr
    first, second = done.stdout.split("── ")[1:]
    assert first.startswith("1 of 2: nonsense, answers/told")
    assert "there are 2 points" in first
    assert first.count("points, of 2 (s: later, q: stop)") == 3
    assert second.startswith("2 of 2: wrong, answers/told")
    assert "answers/told: 1 to mark" in second
    assert results(course, "nonsense")["told"]["score"] == 1.5
    assert "Tell &lt;b&gt;where&lt;/b&gt;." in page(course, "nonsense")
    again = ("mark", "--ask", "--all", "--exercise", "why", "--by", "CD")
    done = grader_alone(*again, cwd=course, said="1 7\n1 3\n\ns\n")
    first, second = done.stdout.split("── ")[1:]
    assert first.startswith("1 of 2: right, answers/why")
    assert "[x] 1" in first  # as it was marked before
    assert "write numbers from 1 to 3" in first
    assert "[ ] 1" in second
    rows = table(course / "grades" / "overrides.csv")
    kept = {(row["student"], row["exercise"]): (row["ticked"], row["by"]) for row in rows}
    items = [one["name"] for one in results(course, "right")["why"]["rubric"]]
    assert kept["right", "why"] == (f"{items[0]} {items[2]}", "CD")
    assert kept["wrong", "why"] == ("(none)", "AB")
