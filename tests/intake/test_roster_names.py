"""Students of a roster, found by ids and by names as platforms write them."""

from pathlib import Path

import pytest

from grader.intake import roster
from grader.model.submission import Handin


def enrolled(found, students, platform="Canvas"):
    """Return what is on the roster, by the file. found: a name and an id for each."""
    handins = [
        Handin(student=name, id=id, path=Path("x"), shown=f"{name}/{id}", platform=platform)
        for name, id in found
    ]
    listed = [roster.Student(id, name) for id, name in students]
    rows = roster.enrol(handins, listed, "students.csv")
    return {one.shown: one.id for one in rows if one.on_roster == "listed"}


def test_numbers_of_a_platform_that_are_ids_of_others_count_for_nothing():
    found = [("leeann", "101"), ("raybob", "102"), ("foxcyd", "103")]
    students = [("102", "Ann Lee"), ("103", "Bob Ray"), ("101", "Cyd Fox")]
    rows = enrolled(found, students)
    assert rows == {"leeann/101": "102", "raybob/102": "103", "foxcyd/103": "101"}


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("obrienseán", "Seán O'Brien"),
        ("Seán OBrien", "Seán O'Brien"),
        ("deboerannmarie", "Ann Marie de Boer"),
        ("Иванов Пётр", "Петр Иванов"),
        ("ивановпетр", "Пётр Иванов"),
    ],
)
def test_a_name_is_known_as_platforms_write_it(shown, name):
    expected = {f"{shown}/9001": "s1"}
    assert enrolled([(shown, "9001")], [("s1", name), ("s2", "Cyd Fox")]) == expected


def test_names_that_are_alike_when_run_together_are_nobodys():
    assert enrolled([("annalee", "9001")], [("s1", "Ann Alee"), ("s2", "Anna Lee")]) == {}


def test_a_shown_name_is_no_id():
    found = [("s1", "9001"), ("Cyd Fox", "9002")]
    students = [("s1", "Ann Lee"), ("s2", "Cyd Fox")]
    assert enrolled(found, students, "Moodle") == {"Cyd Fox/9002": "s2"}
