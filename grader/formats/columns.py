"""What columns of tables are called: by people, in English and Russian, and by learning platforms.

A platform that calls one otherwise is one more name here.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Literal

Field = Literal[
    "id",
    "name",
    "first name",
    "last name",
    "assignment",
    "exercise",
    "score",
    "adjustment",
    "item",
    "ticked",
    "comment",
    "by",
    "date",
]

# As a person or a platform writes them; case, punctuation and what stands in brackets do not count.
HEADINGS: Mapping[Field, tuple[str, ...]] = {
    "id": (
        *("ID", "Student ID", "Student number", "Student No", "Student SID", "SID", "ID number"),
        *("User ID", "Username", "Login", "Login ID", "Identifier", "External ID"),
        *("SIS User ID", "SIS Login ID", "SIS ID", "Integration ID", "LMS User ID"),
        *("OrgDefinedId", "Org Defined ID"),
        *("Email", "Email address", "Student email", "Mail"),
        *("Идентификатор", "Номер студента", "Номер участника", "Индивидуальный номер"),
        *("Студенческий билет", "Номер студенческого билета", "Номер студенческого"),
        *("Зачётная книжка", "Номер зачётной книжки", "Номер зачётки", "Табельный номер"),
        *("Логин", "Имя пользователя", "Почта", "Электронная почта"),
        *("Адрес электронной почты", "Эл. почта", "Адрес почты"),
    ),
    "name": (
        *("Name", "Full name", "Student", "Student name", "Display name", "Learner"),
        *("ФИО", "Ф. И. О.", "ФИО студента", "Полное имя", "Фамилия, имя", "Фамилия и имя"),
        *("Имя и фамилия", "Имя, фамилия", "Имя студента", "Фамилия, имя, отчество"),
        *("Студент", "Участник", "Учащийся", "Обучающийся", "Слушатель", "Ученик"),
    ),
    "first name": ("First name", "Given name", "Forename", "Имя"),
    "last name": ("Last name", "Family name", "Surname", "Фамилия"),
    "assignment": ("Assignment", "Homework", "Работа", "Домашнее задание", "Домашняя работа"),
    "exercise": ("Exercise", "Question", "Problem", "Task", "Упражнение", "Задание", "Задача"),
    "score": ("Score", "Points", "Grade", "Mark", "Балл", "Баллы", "Оценка", "Очки"),
    "adjustment": ("Adjustment", "Adjust", "Bonus", "Поправка", "Бонус", "Добавка"),
    "comment": (
        *("Comment", "Comments", "Feedback", "Feedback comments", "Reason", "Note"),
        *("Комментарий", "Отзыв", "Отзыв в виде комментария", "Причина", "Примечание"),
    ),
    "item": ("Item", "Пункт", "Критерий"),
    "ticked": ("Ticked", "Ticked items", "Отмечено", "Отмеченные пункты"),
    "by": ("By", "Decided by", "Grader", "Marker", "Кем", "Проверил", "Проверила", "Преподаватель"),
    "date": ("Date", "Decided on", "Дата"),
}


def fields(headings: Sequence[str]) -> dict[Field, list[int]]:
    """Return the places of the columns that are understood, in the order of the table."""
    found: dict[Field, list[int]] = {}
    for place, heading in enumerate(headings):
        if (field := _KNOWN.get(_plain(heading))) is not None:
            found.setdefault(field, []).append(place)
    return found


def _plain(heading: str) -> str:
    """Return what two ways to write a heading have in common.

    A number in brackets is kept: with one, a platform's column is an exercise of the course.
    """
    text = unicodedata.normalize("NFKC", heading).casefold().replace("ё", "е")
    text = re.sub(r"[(\[][^)\]\d]*[)\]]", " ", text)
    return "".join(character for character in text if character.isalnum())


_KNOWN: dict[str, Field] = {
    _plain(heading): field for field, headings in HEADINGS.items() for heading in headings
}
