"""`overrides.csv` as it is written: what a person wrote stays, and nothing stands twice."""

import pytest

from grader.course import decisions_file, decisions_table
from grader.course.decision import Decision
from grader.errors import UsageError

ONE = Decision(
    line=0,
    student="Ann =B",
    ids=("7",),
    assignment="small",
    exercise="why",
    score=2.5,
    comment="Good",
    by="AB",
    date="2026-11-29",
    ticked=("size", "example"),
)
NONE = Decision(line=0, student="bob", assignment="small", exercise="why", score=0.0, ticked=())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "overrides.csv"


def put(path, *decisions):
    known = decisions_table.read(path).decisions if path.exists() else ()
    return decisions_file.replaced(path, decisions, known=known)


def test_what_is_written_is_read_again_and_written_once(path):
    assert put(path, ONE, NONE) == [ONE, NONE]
    found = decisions_table.read(path)
    assert found.remarks == ()
    ann, bob = found.decisions
    assert (ann.score, ann.ticked, ann.comment, ann.by) == (2.5, ONE.ticked, "Good", "AB")
    assert (bob.score, bob.ticked) == (0.0, ())
    before = path.read_bytes()
    assert put(path, ONE, NONE) == []
    assert path.read_bytes() == before


def test_another_decision_takes_the_place_of_the_one_before(path):
    put(path, ONE, NONE)
    other = Decision(line=0, student="bob", assignment="small", exercise="why", score=1.0)
    assert put(path, other) == [other]
    scores = [(one.student, one.score) for one in decisions_table.read(path).decisions]
    assert scores == [("Ann '=B", 2.5), ("bob", 1.0)] or scores == [("Ann =B", 2.5), ("bob", 1.0)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_a_table_of_a_person_s_own_keeps_its_rows(path, encoding):
    text = "ФИО;Упражнение;Балл;Комментарий;мой столбец\r\n"
    text += 'Зоя;total;+1;"Две\r\nстроки";x\r\nbob;why;;Ждём;y\r\n'
    path.write_bytes(text.encode(encoding))
    put(path, NONE)
    lines = path.read_text(encoding="utf-8-sig")
    assert lines.startswith("ФИО;Упражнение;Балл;Комментарий;мой столбец;id;assignment;")
    zoe, comment, new = decisions_table.read(path).decisions
    assert (zoe.student, zoe.adjustment, zoe.comment) == ("Зоя", 1.0, "Две\r\nстроки")
    assert (comment.student, comment.comment, comment.score) == ("bob", "Ждём", None)
    assert (new.score, new.ticked, new.assignment) == (0.0, (), "small")
    assert ";x" in lines


def test_a_table_that_cannot_be_read_is_left_alone(path):
    path.write_text('student,exercise,score\nann,why,"1\n', encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(UsageError, match="mend it first"):
        put(path, NONE)
    assert path.read_bytes() == before
