"""The same command again: what is graded, what stays, and what is told of the change."""

import csv

import pytest

from tests.command_line import grader
from tests.conftest import SMALL, notebook_of, write_source

WRONG = "#| exercise: total\ntotal = data.mean()"


@pytest.fixture
def course(tmp_path, small_answers):
    """Return a folder in which ann and bob were graded, and what grades in it."""
    write_source(tmp_path, SMALL)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ann.ipynb").write_bytes(notebook_of(small_answers()))
    (tmp_path / "in" / "bob.ipynb").write_bytes(notebook_of(small_answers(total=WRONG)))

    def run(*arguments):
        return grader(*arguments, "-o", "out", cwd=tmp_path)

    def grade(*arguments, paths=("in",)):
        done = run("grade", *paths, "-a", "small.py", "-j", "1", *arguments)
        assert "Traceback" not in done.stderr
        return done

    assert grade().returncode == 0
    run.folder, run.grade = tmp_path, grade
    return run


def table(course):
    path = course.folder / "out" / "grades.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row["score"] for row in csv.DictReader(file)}


def graded(done):
    return [line for line in done.stderr.split("\n") if " (small): " in line]


def test_what_is_the_same_is_not_graded_again(course):
    before = (course.folder / "out" / "grades.csv").read_bytes()
    done = course.grade()
    assert graded(done) == []
    assert "2 hand-ins are graded already and stay as they are; 0 to grade" in done.stderr
    assert (course.folder / "out" / "grades.csv").read_bytes() == before
    assert len(graded(course.grade("--again"))) == 2
    assert [line.partition(" ")[0] for line in graded(course.grade("--student", "bob"))] == ["bob"]


def test_a_late_hand_in_joins_the_class_and_a_new_one_takes_the_place_of_the_old(
    course, small_answers
):
    late = course.folder / "late"
    late.mkdir()
    (late / "cyd.ipynb").write_bytes(notebook_of(small_answers()))
    (late / "bob.ipynb").write_bytes(notebook_of(small_answers()))
    course.grade(paths=("late",))
    assert table(course) == {"ann": "6", "bob": "6", "cyd": "6"}
    assert graded(course.grade()) == []  # the older one is known, and stays the older one
    assert table(course) == {"ann": "6", "bob": "6", "cyd": "6"}
    told = course("history", "bob").stdout
    assert "5 of 6 (new) [in/bob.ipynb]" in told
    assert "6 of 6 (handed in again) [late/bob.ipynb]" in told


def test_what_is_gone_is_left_out_and_back_when_it_is_there_again(course):
    path = course.folder / "in" / "bob.ipynb"
    data = path.read_bytes()
    path.unlink()
    assert "left out: bob" in course.grade().stderr
    assert table(course) == {"ann": "6"}
    assert not (course.folder / "out" / "feedback" / "bob").exists()
    path.write_bytes(data)
    assert graded(course.grade()) == []
    assert table(course) == {"ann": "6", "bob": "5"}
    assert (course.folder / "out" / "feedback" / "bob" / "small" / "report.html").exists()


def test_what_could_not_be_read_goes_once_there_is_better(course, small_answers):
    (course.folder / "in" / "cyd.ipynb").write_bytes(b"")
    course.grade()
    assert table(course)["cyd"] == ""
    (course.folder / "in" / "cyd.ipynb").write_bytes(notebook_of(small_answers()))
    course.grade()
    assert table(course) == {"ann": "6", "bob": "5", "cyd": "6"}
    folders = sorted(path.name for path in (course.folder / "out" / "feedback" / "cyd").iterdir())
    assert folders == ["small"]


def test_a_changed_tolerance_touches_its_exercise_alone(course):
    source = course.folder / "small.py"
    text = source.read_text(encoding="utf-8")
    changed = text.replace("#|   - total\n", "#|   - expr: total\n#|     atol: 1000\n")
    assert changed != text
    source.write_text(changed, encoding="utf-8")
    done = course.grade()
    assert graded(done) == []
    assert "2 of them were graded with what has changed since (the assignment changed)" in (
        done.stderr
    )
    assert table(course)["bob"] == "5"
    assert len(graded(course.grade("--changed"))) == 2
    assert table(course) == {"ann": "6", "bob": "6"}
    done = course("diff", "--csv", "d.csv", "--page", "d.html")
    assert "1 changed: 1 gained 1 point" in done.stdout
    with (course.folder / "d.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["student"] == "bob"
    assert (row["exercise"], row["check"]) == ("total", "total")
    assert (row["check_before"], row["check_after"]) == ("failed", "passed")
    page = (course.folder / "d.html").read_text(encoding="utf-8")
    assert "5 / 6 (graded)" in page
    assert "6 / 6 (graded)" in page
    assert "total alone" in course("history", "bob").stdout
    assert graded(course.grade("--changed")) == []


def test_what_is_graded_by_hand_hides_no_other_change(course):
    source = course.folder / "small.py"
    text = source.read_text(encoding="utf-8")
    changed = text.replace("#|   - total\n", "#|   - expr: total\n#|     atol: 1000\n")
    changed = changed.replace("#|   - means\n", "#|   - expr: means\n#|     atol: 1000\n")
    source.write_text(changed, encoding="utf-8")
    assert len(graded(course.grade("--only", "total"))) == 2
    assert "changed since (the assignment changed)" in course.grade().stderr
    course.grade("--changed")
    assert "the assignment changed, means" in course("history", "ann").stdout
    assert "changed since" not in course.grade().stderr


def test_prose_and_new_places_in_the_source_touch_nothing(course):
    source = course.folder / "small.py"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("# # Small\n", "# # Small, and more\n"), encoding="utf-8")
    done = course.grade("--changed")
    assert graded(done) == []
    assert "changed since" not in done.stderr


def test_tables_follow_what_a_person_decides_at_once(course):
    (course.folder / "out" / "overrides.csv").write_text(
        "student,exercise,score,comment\nbob,total,1,Seen\nann,,+1,Bonus\n", encoding="utf-8"
    )
    done = course("tables")
    assert done.returncode == 0, done.stderr
    assert table(course) == {"ann": "7", "bob": "6"}
    page = course.folder / "out" / "feedback" / "bob" / "small" / "report.html"
    assert "A person decided on this score" in page.read_text(encoding="utf-8")
    (course.folder / "out" / "overrides.csv").unlink()
    course("tables")
    assert table(course) == {"ann": "6", "bob": "5"}
    assert "A person" not in page.read_text(encoding="utf-8")
    told = course("history", "bob").stdout
    assert "a person decided: total 1: Seen, taken back by " in told
    assert "Bonus" not in told


def test_files_are_made_again(course):
    out = course.folder / "out"
    report = out / "feedback" / "ann" / "small" / "report.html"
    before = report.read_bytes()
    report.unlink()
    (out / "grades.csv").unlink()
    (out / "feedback" / "ann" / "mine.txt").write_text("a person's", encoding="utf-8")
    course("tables")
    assert report.read_bytes() == before
    assert table(course) == {"ann": "6", "bob": "5"}
    assert (out / "feedback" / "ann" / "mine.txt").exists()


def test_wrong_usage(course):
    for arguments in (("diff", "7"), ("history", "nobody"), ("diff", "1", "1")):
        done = course(*arguments)
        assert done.returncode == 2
        assert done.stderr.startswith("grader: ")
        assert "Traceback" not in done.stderr
    done = course.grade("--only", "none")
    assert done.returncode == 2
    assert "there are fit, means, total" in " ".join(done.stderr.split())
