"""Whose a hand-in is from run to run, and where its files are."""

from dataclasses import replace

import pytest

from tests.course_store.course import answers

HALF = answers(z="1.0")


def named(*students):
    """Return what makes hand-ins, in order of paths, those of students with ids."""

    def rename(handins):
        in_order = sorted(handins, key=lambda one: one.shown)
        return [
            replace(handin, student=name, id=id)
            for handin, (name, id) in zip(in_order, students, strict=True)
        ]

    return rename


@pytest.fixture
def pair(course):
    """A course with two hand-ins, of which the first has all points."""
    course.hand_in({"1.ipynb": answers(), "2.ipynb": HALF})
    return course


def rows(course):
    return sorted(course.rows(), key=lambda row: row[:2])


def places(course):
    return sorted(
        path.parent.parent.relative_to(course.out / "feedback").as_posix()
        for path in (course.out / "feedback").glob("*/*/report.html")
    )


def test_namesakes_with_ids_are_two_rows_that_stay_theirs(pair):
    both = named(("Ann", "1"), ("Ann", "2"))
    for _ in range(2):
        pair.grade(handins=both)
        assert rows(pair) == [("Ann", "1", "steps", 3), ("Ann (2)", "2", "steps", 2)]
    swapped = named(("Ann", "2"), ("Ann", "1"))
    pair.grade(handins=swapped)
    assert rows(pair) == [("Ann", "1", "steps", 2), ("Ann (2)", "2", "steps", 3)]
    assert places(pair) == ["Ann", "Ann (2)"]


def test_namesakes_without_ids_are_two_rows(pair):
    both = named(("Ann", None), ("Ann", None))
    for _ in range(2):
        pair.grade(handins=both)
        assert rows(pair) == [("Ann", None, "steps", 3), ("Ann (2)", None, "steps", 2)]


def test_two_names_with_one_folder_are_two_students(pair):
    both = named(("a/b", None), ("a_b", None))
    for _ in range(2):
        pair.grade(handins=both)
        assert rows(pair) == [("a/b", None, "steps", 3), ("a_b", None, "steps", 2)]
    assert places(pair) == ["a_b", "a_b (2)"]


def test_names_that_a_file_system_takes_for_one_have_two_folders(pair):
    pair.grade(handins=named(("ANN", "1"), ("ann", "2")))
    assert [row[3] for row in rows(pair)] == [3, 2]
    assert len({place.casefold() for place in places(pair)}) == 2


def test_a_roster_that_is_added_later_gives_its_id_to_the_row(pair):
    pair.grade(handins=named(("Ann", None), ("Bob", None)))
    pair.grade(handins=named(("Ann", "1"), ("Bob", "2")))
    assert rows(pair) == [("Ann", "1", "steps", 3), ("Bob", "2", "steps", 2)]
    pair.grade(handins=named(("Ann", None), ("Bob", None)))
    assert rows(pair) == [("Ann", "1", "steps", 3), ("Bob", "2", "steps", 2)]


def test_a_student_of_another_name_and_the_same_id_keeps_the_row(pair):
    pair.grade(handins=named(("Ann", "1"), ("Bob", "2")))
    pair.grade(handins=named(("Anna Petrova", "1"), ("Bob", "2")))
    assert rows(pair) == [("Anna Petrova", "1", "steps", 3), ("Bob", "2", "steps", 2)]
    assert places(pair) == ["Ann", "Bob"]
    report = (pair.out / "feedback" / "Ann" / "steps" / "report.html").read_text()
    assert "Anna Petrova" in report


def test_what_answers_nothing_is_replaced_by_a_later_hand_in_that_does(course):
    course.hand_in({"ann.ipynb": b"<html>"})
    course.grade()
    assert course.rows() == [("ann", None, None, None)]
    course.hand_in({"ann.ipynb": answers()})
    course.grade()
    assert course.rows() == [("ann", None, "steps", 3)]
    assert not (course.out / "feedback" / "ann" / "unknown").exists()
