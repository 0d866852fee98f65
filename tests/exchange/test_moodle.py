import csv
import io
from dataclasses import replace

import pytest

from grader.errors import UsageError
from grader.exchange.export import Request
from grader.exchange.moodle import Moodle
from tests.exchange.readers import moodle as reader
from tests.exchange.standings import HOSTILE, Fixed, report, standing

ENGLISH = (
    '\ufeffIdentifier,"Full name","Email address",Status,Grade,"Maximum grade",'
    '"Grade can be changed","Last modified (submission)","Last modified (grade)",'
    '"Feedback comments"\n'
    '"Participant 101","Ann A",ann@example.org,"Submitted for grading - ",,4.00,Yes,'
    '"Monday, 5 October 2026, 5:00 PM",-,\n'
    '"Participant 102","Bob B",bob@example.org,"Submitted for grading - ",1.00,4.00,Yes,-,-,'
    '"<p>Old, and mine</p>"\n'
    '"Participant 103","Cyd C",cyd@example.org,"No submission",,4.00,Yes,-,-,\n'
    '"Participant 104","Dan D",dan@example.org,"Submitted for grading - ",3.00,4.00,No,-,-,\n'
)
RUSSIAN = (
    "Идентификатор;Полное имя;Адрес электронной почты;Статус;Оценка;Максимальная оценка;"
    "Оценка может быть изменена;Последнее изменение (оценка);Отзыв в виде комментария\r\n"
    "Участник101;Анна А;ann@example.org;Отправлено для оценивания;;4,00;Да;-;\r\n"
    "Участник105;Вера В;vera@example.org;Отправлено для оценивания;1,00;4,00;Да;-;\r\n"
)


def told(name, number, score=2.5, **keys):
    source = f"moodle.zip/{name}_{number}_assignsubmission_file/hw.ipynb"
    return replace(report(name, source=source, **keys), score=score)


@pytest.fixture
def exported(tmp_path):
    def run(text, *reports, **asked):
        data = text if isinstance(text, bytes) else text.encode()
        template = tmp_path / "Grades-ML-Lab-1.csv"
        template.write_bytes(data)
        rows = Fixed([(standing(one), one) for one in reports])
        to = tmp_path / "filled.csv"
        made = Moodle().write(rows, Request(to=to, template=template, **asked))
        return to.read_bytes(), tmp_path / "filled-feedback.zip", made

    return run


def cells(data, separator=","):
    text = data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def test_a_worksheet_keeps_all_but_two_columns(exported):
    data, feedback, made = exported(ENGLISH, told("Ann A", 101), told("Bob B", 102, 4.0))
    found = reader.grades(data, reader.ENGLISH)
    assert {id: grade for id, (grade, _) in found.items()} == {
        **{"101": 2.5, "102": 4.0},
        **{"103": None, "104": 3.0},
    }
    assert '<div class="tensorgrader">' in found["101"][1]
    assert found["102"][1] == "<p>Old, and mine</p>"
    assert reader.feedback(feedback, {"101", "102"}) == {
        "101": ["report.html"],
        "102": ["report.html"],
    }
    before, after = cells(ENGLISH.encode()), cells(data)
    assert [[*row[:4], *row[5:9]] for row in before] == [[*row[:4], *row[5:9]] for row in after]
    assert data.startswith(b'\xef\xbb\xbfIdentifier,"Full name"')
    assert data.decode().splitlines()[3:] == ENGLISH.splitlines()[3:]  # of whom nothing is known
    assert made.rows == 2
    (remark,) = made.remarks
    assert remark == "have a comment of a person's in Moodle, which stays: Bob B"


def test_a_russian_worksheet_has_commas_and_a_box_to_tick(exported):
    data, _, made = exported(RUSSIAN, told("Анна А", 101, language="ru"), told("Вера В", 105, 3.25))
    lines, before = data.decode().split("\r\n"), RUSSIAN.split("\r\n")
    assert lines[0] == before[0]
    assert lines[2].startswith(
        "Участник105;Вера В;vera@example.org;Отправлено для оценивания;3,25;4,00;"
    )
    assert reader.grades(data, reader.RUSSIAN, ";")["101"][0] == 2.5
    assert "баллов: 2.5 из 4" in data.decode()
    assert any("Разрешить обновление" in remark for remark in made.remarks)


def test_an_own_comment_is_replaced_at_the_next_export(exported):
    first, _, _ = exported(ENGLISH, told("Ann A", 101, 1.0))
    again, _, made = exported(first, told("Ann A", 101, 4.0))
    grade, comment = reader.grades(again, reader.ENGLISH)["101"]
    assert grade == 4.0
    assert "4 of 4 points" in comment
    assert made.remarks == ()


def test_who_has_no_score_is_left_as_he_is(exported):
    data, _, made = exported(ENGLISH, told("Bob B", 102, None), told("Dan D", 104, 1.0))
    assert data == ENGLISH.encode()
    assert made.rows == 0
    assert [one.partition(":")[2] for one in made.remarks] == [" Bob B", " Dan D"]


def test_nobody_is_guessed(exported):
    by_mail = replace(report("Somebody"), student_id="CYD@example.org")
    by_name = replace(report("dan  d"))
    other = told("Ann A", 999)  # another one of that name
    same_number = replace(report("Eve E"), student_id="101")  # of another platform
    data, _, made = exported(ENGLISH.replace(",No,", ",Yes,"), by_mail, by_name, other, same_number)
    found = reader.grades(data, reader.ENGLISH)
    assert {id: grade for id, (grade, _) in found.items()} == {
        **{"101": None, "102": 1.0},
        **{"103": 2.5, "104": 2.5},
    }
    assert made.remarks == ("not in the worksheet, or not certainly: Ann A, Eve E",)


def test_a_worksheet_of_another_assignment_gives_nobody_the_marks_of_another(exported):
    data, _, made = exported(ENGLISH, told("Bob B", 101), told("Ann A", 102))
    assert data == ENGLISH.encode()
    assert made.rows == 0
    assert any("another assignment" in one and "Ann A, Bob B" in one for one in made.remarks)


def test_a_row_that_is_cut_off_stays(exported):
    text = ENGLISH + '"Participant 106","Fay F"\n'
    data, _, made = exported(text, told("Fay F", 106), told("Ann A", 101))
    assert data.decode().endswith('"Participant 106","Fay F"\n')
    assert made.rows == 1


def test_another_maximum_is_refused_or_scaled(exported):
    text = ENGLISH.replace("4.00", "100.00")
    with pytest.raises(UsageError, match="maximum there is 100, and the assignment has 4 points"):
        exported(text, told("Ann A", 101))
    data, _, _ = exported(text, told("Ann A", 101), scale=True)
    assert reader.grades(data, reader.ENGLISH)["101"][0] == 62.5


def test_teams_and_other_tables_are_refused(exported):
    with pytest.raises(UsageError, match="by teams"):
        exported(ENGLISH.replace("Status", "Group"), told("Team 1", 101))
    with pytest.raises(UsageError, match="no grading worksheet of Moodle's"):
        exported("a,b\n1,2\n", told("Ann A", 101))


def test_names_are_text(exported):
    hostile = told("Ann A", 101, title=HOSTILE)
    data, feedback, _ = exported(ENGLISH, hostile)
    comment = reader.grades(data, reader.ENGLISH)["101"][1]
    assert "<script" not in comment
    assert "<img" not in comment
    _, feedback, _ = exported(ENGLISH.replace('"Ann A"', '"..il_7"'), told("..il_7", 101))
    assert reader.feedback(feedback, {"101"}) == {"101": ["report.html"]}
