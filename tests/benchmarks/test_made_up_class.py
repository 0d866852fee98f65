"""A made-up class follows from its seed, and is one that can be graded."""

from benchmarks.made_up_class import reports
from grader.reporting import html


def test_the_same_seed_makes_the_same_class():
    assert list(reports(30, 5, seed=3)) == list(reports(30, 5, seed=3))
    assert list(reports(30, 5, seed=3)) != list(reports(30, 5, seed=4))


def test_students_are_of_every_kind_and_have_reports():
    made = list(reports(200, 5))
    assert {one.outcome for one in made} == {"graded", "not graded", "needs review"}
    assert len({part.outcome for one in made for part in one.exercises}) > 4
    assert all("<h1" in html.report(one) for one in made[:20])
