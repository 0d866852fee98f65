import builtins
import csv
import re
from dataclasses import replace

import pytest
from nbconvert.filters import markdown2html
from nbgrader.api import Gradebook
from nbgrader.apps.exportapp import ExportApp

from grader.errors import UsageError
from grader.exchange.export import Request
from grader.exchange.nbgrader import HEADER, NbgraderGradebook, NbgraderTable
from tests.exchange.standings import (
    HOSTILE,
    RIGHT,
    WRONG,
    Fixed,
    decided,
    marks,
    refused,
    report,
    standing,
)


@pytest.fixture
def db(tmp_path):
    return tmp_path / "gradebook.db"


def opened(db) -> Gradebook:
    return Gradebook(f"sqlite:///{db}")


def exported(db, to, monkeypatch) -> list[dict[str, str]]:
    """Return what `nbgrader export` tells of a gradebook."""
    monkeypatch.chdir(db.parent)
    ExportApp.clear_instance()
    app = ExportApp.instance()
    app.initialize([f"--CourseDirectory.db_url=sqlite:///{db}", f"--to={to}"])
    app.start()
    ExportApp.clear_instance()
    return read(to)


def read(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def put(db, *reports):
    return NbgraderGradebook().write(marks(*reports), Request(to=db))


@pytest.mark.filterwarnings("ignore")  # nbgrader's own
def test_nbgrader_reads_back_what_was_written(db, tmp_path, monkeypatch):
    late = standing(report("Ann A", student_id="s1"), deduction=0.5, final=2.0)
    rows = [(late, report("Ann A", student_id="s1")), (standing(report("Bob")), report("Bob"))]
    done = NbgraderGradebook().write(Fixed(rows), Request(to=db))
    assert done.rows == 2
    found = exported(db, tmp_path / "grades.csv", monkeypatch)
    assert [(one["student_id"], one["last_name"]) for one in found] == [
        ("Bob", ""),
        ("s1", "Ann A"),
    ]
    scores = [(one["raw_score"], one["late_submission_penalty"], one["score"]) for one in found]
    assert scores == [("2.5", "0.0", "2.5"), ("2.5", "0.5", "2.0")]
    assert {(one["assignment"], one["max_score"]) for one in found} == {("small", "4.0")}
    assert done.remarks == (
        "added to the gradebook as student: s1, Bob",
        "added to the gradebook as assignment: small",
        "added to the gradebook as exercise: small/means, small/total",
    )


@pytest.mark.filterwarnings("ignore")
def test_the_table_is_that_of_nbgrader(db, tmp_path, monkeypatch):
    told = report("Ann A", student_id="s1", handed_in="2026-05-01T12:00:00+03:00")
    put(db, told)
    theirs = exported(db, tmp_path / "theirs.csv", monkeypatch)
    done = NbgraderTable().write(marks(told), Request(to=tmp_path / "ours.csv"))
    assert (done.rows, done.remarks) == (1, ())
    assert read(tmp_path / "ours.csv") == theirs
    assert (tmp_path / "ours.csv").read_bytes() == (tmp_path / "theirs.csv").read_bytes()


def test_each_exercise_has_one_cell_with_its_comments(db):
    put(db, report("Ann", RIGHT, decided(WRONG, 1.5, "you explained it")))
    with opened(db) as book:
        cells = book.find_notebook("small", "small").grade_cells
        assert {(cell.name, cell.max_score) for cell in cells} == {("means", 2.0), ("total", 2.0)}
        grade = book.find_grade("total", "small", "small", "Ann")
        assert (grade.auto_score, grade.manual_score, grade.score) == (0.5, 1.5, 1.5)
        comment = book.find_comment("total", "small", "small", "Ann")
        assert "1 of 3 checks passed" in comment.auto_comment
        assert "Is it a *mean*?" in comment.auto_comment
        assert comment.manual_comment == "you explained it"
        assert book.find_grade("means", "small", "small", "Ann").manual_score is None


def test_nothing_of_a_students_is_markup_in_nbgraders_feedback(db):
    put(
        db,
        report(
            "Ann", decided(replace(WRONG, rule=f"![x](http://x.example) {HOSTILE}"), 1, HOSTILE)
        ),
    )
    with opened(db) as book:
        comment = book.find_comment("total", "small", "small", "Ann")
        for text in (comment.auto_comment, comment.manual_comment):
            page = markdown2html(text)  # as nbgrader's feedback does
            assert "alert(1)" in page
            assert not {"<script", "<img"} & {*re.findall("<[a-z]+", page)}


def test_what_a_person_wrote_in_nbgrader_stays(db):
    put(db, report("Ann"))
    with opened(db) as book:
        grade = book.find_grade("total", "small", "small", "Ann")
        grade.manual_score, grade.extra_credit = 1.75, 0.25
        book.find_comment("total", "small", "small", "Ann").manual_comment = "well tried"
        book.db.commit()
    again = put(db, report("Ann", RIGHT, decided(replace(WRONG, score=0.0), 1.0, "no")))
    with opened(db) as book:
        grade = book.find_grade("total", "small", "small", "Ann")
        assert (grade.auto_score, grade.manual_score, grade.extra_credit) == (0.0, 1.75, 0.25)
        comment = book.find_comment("total", "small", "small", "Ann")
        assert comment.manual_comment == "well tried"
    assert "left as a person had marked it in nbgrader: Ann/total" in again.remarks
    assert any("Ann (4, not 3)" in one for one in again.remarks)


def test_a_second_export_changes_nothing(db):
    put(db, report("Ann"), report("Bob"))
    again = put(db, report("Ann"), report("Bob"))
    assert (again.rows, again.remarks) == (2, ())
    with opened(db) as book:
        assert len(book.students) == 2
        assert len(book.find_submission("small", "Ann").notebooks[0].grades) == 2


@pytest.mark.filterwarnings("ignore")
def test_cells_and_notebook_of_a_course_in_nbgrader_are_used(db):
    put(db)  # which makes it, with nothing in it
    with opened(db) as book:
        book.add_assignment("small")
        book.add_notebook("hw", "small")
        book.add_grade_cell("means", "hw", "small", max_score=2, cell_type="code")
        book.add_student("Ann")
        book.add_submission("small", "Ann")
    done = put(db, report("Ann"))
    assert done.remarks == ("added to the gradebook as exercise: small/total",)
    with opened(db) as book:
        assert [one.name for one in book.find_assignment("small").notebooks] == ["hw"]
        assert book.find_submission("small", "Ann").score == 2.5


def test_what_has_no_score_waits_for_a_person(db):
    open_ = replace(WRONG, outcome="could not be run here")
    done = put(db, report("Ann", RIGHT, open_, score=None, outcome="not graded"), refused("Bob"))
    with opened(db) as book:
        assert book.find_submission("small", "Ann").needs_manual_grade
        assert [one.id for one in book.students] == ["Ann"]
    assert any(one.endswith("as 0: Bob") for one in done.remarks)


def test_the_table_leaves_out_who_has_no_score(tmp_path):
    done = NbgraderTable().write(marks(refused("Bob"), report()), Request(to=tmp_path / "x.csv"))
    (row,) = read(tmp_path / "x.csv")
    assert tuple(row) == HEADER
    assert row["student_id"] == "Ann A"
    assert done.rows == 1
    assert "Bob" in done.remarks[0]


def test_no_value_of_the_table_becomes_two(tmp_path):
    told = report("Last, First\nX", student_id="7")
    NbgraderTable().write(marks(told), Request(to=tmp_path / "x.csv"))
    (row,) = read(tmp_path / "x.csv")
    assert row["last_name"] == "Last First X"
    with pytest.raises(UsageError, match="roster"):
        NbgraderTable().write(marks(report("Last, First")), Request(to=tmp_path / "x.csv"))


def test_another_file_is_not_written_to(db):
    db.write_text("a note of mine" * 100)
    with pytest.raises(UsageError, match="gradebook"):
        put(db, report())
    assert db.read_text() == "a note of mine" * 100


def test_without_nbgrader_it_says_what_to_install(db, monkeypatch):
    real = builtins.__import__

    def refuse(name, *rest):
        if name.startswith("nbgrader"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(UsageError, match=r"pip install 'tensorgrader\[nbgrader\]'"):
        put(db, report())
    assert not db.exists()
