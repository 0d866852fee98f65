"""What people write into `overrides.csv`, with whatever they write it."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course import decisions_table
from grader.course.decision import Decision
from grader.errors import UsageError

HEAD = "student,exercise,score,comment\n"
FULL = "student,assignment,exercise,score,adjustment,comment,by,date\n"
EXCEL = "student;exercise;score;comment\r\nbob;total;0,5;Note, with a comma\r\n"


@pytest.fixture
def table(tmp_path):
    """Write a table of decisions, and read it."""

    def read(text, encoding="utf-8"):
        path = tmp_path / "overrides.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return decisions_table.read(path)

    return read


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
    (found,) = table(text).decisions
    assert (found.student, found.exercise, found.score) == ("bob", "total", 0.5)
    assert (found.comment, found.line, found.adjustment) == ("Note, with a comma", 2, None)


@pytest.mark.parametrize(
    "text",
    [
        "Студент;Упражнение;Балл;Комментарий\nann;fit;1,5;да\n",
        "\ufeffFull name,Question,Grade,Feedback comments\nann,fit,1.5,да\n",
        "Имя\tЗадание\tОценка\tОтзыв\nann\tfit\t1,5\tда\n",
        'student,exercise,score,comment,mine\nann,fit,"1,5",да,me\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_headings_are_understood_in_both_languages(table, text, encoding):
    (one,) = table(text, encoding).decisions
    assert (one.student, one.exercise, one.score, one.comment) == ("ann", "fit", 1.5, "да")


def test_every_column_is_read(table):
    text = FULL + "bob,small,fit,2,+0.5,Good,Prof. X,2026-11-20\n"
    (one,) = table(text).decisions
    assert one == Decision(
        line=2,
        student="bob",
        assignment="small",
        exercise="fit",
        score=2,
        adjustment=0.5,
        comment="Good",
        by="Prof. X",
        date="2026-11-20",
    )
    russian = "Студент;Работа;Упражнение;Балл;Поправка;Комментарий;Проверил;Дата\n"
    (same,) = table(russian + "bob;small;fit;2;0,5;Good;Prof. X;2026-11-20\n").decisions
    assert same == one


def test_an_exercise_may_be_called_as_its_column_in_the_table_of_grades(table):
    (one,) = table(f"{HEAD}bob,small/fit,1,\n").decisions
    assert (one.assignment, one.exercise) == ("small", "fit")


@pytest.mark.parametrize(
    ("written", "score", "adjustment"),
    [
        ("7", 7, None),
        ("7,5", 7.5, None),
        ("7.", 7, None),
        ("0", 0, None),
        ("+1", None, 1),
        ("+ 0,25", None, 0.25),
        ("-0.5", None, -0.5),
        ("\u22122", None, -2),
        ("'+1", None, 1),
        ("", None, None),
    ],
)
def test_a_sign_makes_it_an_adjustment(table, written, score, adjustment):
    (one,) = table(f'{HEAD}bob,fit,"{written}",seen\n').decisions
    assert (one.score, one.adjustment) == (score, adjustment)


@pytest.mark.parametrize(("written", "adjustment"), [("1", 1), ("+1", 1), ("-1", -1)])
def test_a_column_of_its_own_needs_no_sign(table, written, adjustment):
    (one,) = table(f"{FULL}bob,,fit,,{written},,,\n").decisions
    assert (one.score, one.adjustment) == (None, adjustment)


def test_comments_have_several_lines_or_are_left_out(table):
    first, second = table(f'{HEAD}bob,total,1,"one\ntwo"\nann,total,1,a\u2028b\x0bc\n').decisions
    assert (first.comment, second.comment) == ("one\ntwo", "a\u2028b\x0bc")
    assert second.line == 4
    assert table("student,exercise,score\nbob,total,1\n").decisions[0].comment == ""
    assert table(HEAD).decisions == ()


@pytest.mark.parametrize(
    ("faulty", "remark"),
    [
        ("bob,total,much,", "line 3 is not applied: `much` is no score; write points, as 7"),
        ("bob,total,nan,", "`nan` is no score"),
        ("bob,total,inf,", "`inf` is no score"),
        ("bob,total,1e9,", "`1e9` is no score"),
        ("bob,total,1_0,", "`1_0` is no score"),
        ("bob,total,50%,", "`50%` is no score"),
        ("bob,total,07.май,", "`07.май` is no score"),
        (f"bob,total,{'9' * 400},", "is no score"),
        ("bob,total,,", "line 3 is not applied: it says nothing; write a score"),
        (",total,1,", "line 3 is not applied: it names no student"),
        ('bob,total,1,"o"pen', "line 3 is not applied: ',' expected after '\"'; put quotes"),
        ('bob,total,1,"op\nen"x', "line 3 is not applied: up to line 4: "),
        (f"bob,total,1,{'x' * 140_000}", "line 3 is not applied: field larger than"),
    ],
)
def test_a_faulty_row_is_named_and_the_others_are_read(table, faulty, remark):
    found = table(f"{HEAD}ann,fit,1,\n{faulty}\neve,fit,2,\n")
    assert [one.student for one in found.decisions] == ["ann", "eve"]
    (told,) = map(str, found.remarks)
    assert remark in told


def test_two_adjustments_in_a_row_are_one_too_many(table):
    found = table(f"{FULL}bob,,fit,+1,2,,,\n")
    assert found.decisions == ()
    assert str(found.remarks[0]).endswith("it has two adjustments; leave one of them")


def test_an_open_quote_takes_what_follows_and_says_how_much(table):
    found = table(f'{HEAD}ann,fit,1,\nbob,total,1,"open\neve,fit,2,\n')
    assert [one.student for one in found.decisions] == ["ann"]
    assert str(found.remarks[0]).startswith("line 3 is not applied: up to line 4: unexpected end")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("who,exercise,score\nbob,total,1\n", "has no column student"),
        ("student,excercise,score\nbob,total,1\n", "has no column exercise"),
        ("student,exercise,scor,comment\nbob,total,1,x\n", "has no column score"),
        ("", "has no column student, exercise, score"),
        (b"\xff\xfe\x00", "has no column student"),
        (b"PK\x03\x04", "is a workbook"),
    ],
)
def test_what_is_no_such_table_is_refused(table, tmp_path, text, problem):
    with pytest.raises(UsageError, match=problem) as caught:
        table(text)
    assert str(tmp_path / "overrides.csv") in str(caught.value)


@given(text=st.text(alphabet="ab,;\n\"\t+1.-='\ufeffж\0", max_size=60))
def test_no_text_below_the_headings_refuses_the_table(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text(HEAD + text, encoding="utf-8", newline="")
    found = decisions_table.read(path)
    lines = [one.line for one in (*found.decisions, *found.remarks)]
    assert len(set(lines)) == len(lines)


def test_a_decision_is_plain_data(table):
    (one,) = table("id,name,exercise,score\n#7,bob,fit,1\n").decisions
    data = json.loads(json.dumps(dataclasses.asdict(one)))
    assert Decision(**{**data, "ids": tuple(data["ids"])}) == one
    assert dataclasses.replace(one, line=9).key == one.key
    assert dataclasses.replace(one, score=2).key != one.key
