"""Rosters as platforms export them."""

from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.intake import roster
from grader.intake.roster import Student
from grader.model.submission import Handin

EXPORTS = {
    "moodle's worksheet": (
        "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed\n"
        "Participant 123,Ann P,ann@x.y,No submission,,100.00,Yes\n",
        Student("123", "Ann P", ("ann@x.y",)),
    ),
    "moodle's worksheet in Russian": (
        "Идентификатор,Полное имя,Адрес электронной почты,Статус,Оценка,Максимальная оценка\n"
        'Участник123,Анна Павлова,ann@x.y,Нет ответа на задание,"1,50","100,00"\n',
        Student("123", "Анна Павлова", ("ann@x.y",)),
    ),
    "moodle's participants": (
        "\ufeffИмя,Фамилия,Адрес электронной почты,Группы\nАнна,Павлова,ann@x.y,\n",
        Student("ann@x.y", "Анна Павлова"),
    ),
    "canvas": (
        "Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (991),Current Score\n"
        ",,,,,Manual Posting,\n"
        "    Points Possible,,,,,10.00,(read only)\n"
        '"Pavlova, Anna",101,s7,apavlova,A,9.00,90\n'
        '"Student, Test",999,,abc,A,,\n',
        Student("101", "Pavlova, Anna", ("s7", "apavlova")),
    ),
    "canvas with two columns": (
        "LastName,FirstName,ID,Section,HW (1)\n    Points Possible,,,,10\nPavlova,Anna,101,A,9\n"
        "Student,Test,9,A,\n",
        Student("101", "Anna Pavlova"),
    ),
    "gradescope": (
        "First Name,Last Name,SID,Email,Sections,HW 1,HW 1 - Max Points\n"
        "Anna,Pavlova,s7,ann@x.y,,3,4\n",
        Student("s7", "Anna Pavlova", ("ann@x.y",)),
    ),
    "brightspace": (
        "OrgDefinedId,Username,Last Name,First Name,Email,HW 1 Points Grade <Numeric "
        "MaxPoints:10>,End-of-Line Indicator\n#0007,#apavlova,Pavlova,Anna,ann@x.y,3,#\n",
        Student("0007", "Anna Pavlova", ("apavlova", "ann@x.y")),
    ),
    "google classroom": (
        "Last Name,First Name,Email Address,HW 1\nPavlova,Anna,ann@x.y,3\n",
        Student("ann@x.y", "Anna Pavlova"),
    ),
    "blackboard": (
        '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"HW 1 [Total Pts: 10 Score] |123"\n'
        '"Pavlova"\t"Anna"\t"apavlova"\t"s7"\t"3"\n',
        Student("apavlova", "Anna Pavlova", ("s7",)),
    ),
    "nbgrader": (
        "student_id,last_name,first_name,email,score\ns7,Pavlova,Anna,ann@x.y,3\n",
        Student("s7", "Anna Pavlova", ("ann@x.y",)),
    ),
    "by hand": (
        "№;ФИО;№ зачётной книжки;Номер зачётной книжки\n1;Павлова Анна;;7\n",
        Student("7", "Павлова Анна"),
    ),
    "the grader's own table": (
        "student,id,assignment,outcome,score,max_score\nAnn,7,a,graded,1,2\n",
        Student("7", "Ann"),
    ),
}


@pytest.mark.parametrize(("text", "expected"), EXPORTS.values(), ids=EXPORTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_export_is_a_roster(tmp_path, text, expected, encoding):
    path = tmp_path / "students.csv"
    path.write_text(text, encoding=encoding)
    assert roster.read(path) == (expected,)


def handin(student, id=None):
    return Handin(student=student, id=id, path=Path("x"), shown="x")


@pytest.mark.parametrize("id", ["101", "S7", "apavlova", "APavlova"])
def test_a_hand_in_finds_its_student_by_each_id(id):
    students = [Student("101", "Anna P", ("s7", "apavlova")), Student("102", "Bob", ("s8", ""))]
    for one in (handin("somebody", id), handin(id)):
        found, missing = roster.enrol([one], students, "r.csv")
        assert (found.student, found.id) == ("Anna P", "101")
        assert missing.student == "Bob"


def test_an_id_of_two_students_finds_neither():
    students = [Student("1", "A", ("x", "2")), Student("2", "B", ("x",))]
    by_shared, by_main = handin("x"), handin("q", "2")
    found = {one.student for one in roster.enrol([by_shared, by_main], students, "r") if one.path}
    assert found == {"x", "B"}


def test_a_row_with_neither_id_nor_name_is_nobody_and_one_with_half_is_a_fault(tmp_path):
    path = tmp_path / "students.csv"
    path.write_text("id,name,group\n,,A\n7,Ann,A\n")
    assert roster.read(path) == (Student("7", "Ann"),)
    path.write_text("id,name,group\n,Ann,A\n")
    with pytest.raises(UsageError, match="line 2: a row has an id and a name"):
        roster.read(path)
