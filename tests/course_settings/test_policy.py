"""What lateness takes, from whom, and what is told of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.lateness import Lateness
from grader.course.policy import Policy, is_refused, settled
from grader.course.rounding import NAMED
from tests.course_settings.rows import DUE, policy, row

TENTH = Lateness(deduct=Fraction(1, 10))
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)

shares = st.fractions(0, 1, max_denominator=20)
spans = st.integers(0, 30 * 24).map(lambda hours: hours * HOUR)
rules = st.builds(
    Lateness,
    grace=spans,
    deduct=shares,
    per=st.sampled_from(["day", "hour"]),
    of=st.sampled_from(["score", "max"]),
    floor=shares,
    refuse_after=st.none() | spans,
)
scores = st.decimals(0, 10, places=2).map(float)


@pytest.mark.parametrize(
    ("by", "rule", "final"),
    [
        (timedelta(), TENTH, 8),
        (SECOND, TENTH, 7.2),
        (DAY, TENTH, 7.2),
        (DAY + SECOND, TENTH, 6.4),
        (30 * DAY, TENTH, 0),
        (DAY, Lateness(deduct=Fraction(1, 10), of="max"), 7),
        (30 * DAY, Lateness(deduct=Fraction(1, 10), floor=Fraction(1, 2)), 4),
        (30 * DAY, Lateness(deduct=Fraction(1, 10), floor=Fraction(9, 10), of="max"), 8),
        (3 * HOUR, Lateness(deduct=Fraction(1, 100), per="hour"), 7.76),
        (HOUR, Lateness(deduct=Fraction(1, 10), grace=HOUR), 8),
        (DAY + HOUR, Lateness(deduct=Fraction(1, 10), grace=HOUR), 7.2),
        (2 * DAY, Lateness(refuse_after=2 * DAY), 8),
        (2 * DAY + SECOND, Lateness(refuse_after=2 * DAY), 0),
        (SECOND, Lateness(refuse_after=timedelta(), floor=Fraction(1)), 0),
        (-DAY, Lateness(refuse_after=timedelta()), 8),
    ],
)
def test_what_is_left(by, rule, final):
    found = settled(row(late_by=by), policy(late=rule))
    assert (found.computed, found.score, found.final) == (8, 8, final)
    assert found.deduction == pytest.approx(8 - final)
    assert found.late is (by > rule.grace)


@given(score=scores, rule=rules, first=spans, more=spans)
def test_later_is_never_better_and_never_more_than_was_reached(score, rule, first, more):
    held = policy(late=rule)
    early, late = (
        settled(row(score=score, late_by=by), held) for by in (first, first + more)
    )  # fmt: skip
    assert 0 <= late.final <= early.final <= score
    assert early.final + early.deduction == pytest.approx(score, abs=1e-5)
    if not held.late.refuses(first - rule.grace):
        base = score if rule.of == "score" else 10
        assert early.final >= min(score, float(rule.floor * Fraction(base))) - 1e-6


@given(score=scores | st.none(), rule=rules, by=spans, rounding=st.sampled_from([*NAMED.values()]))
def test_settling_again_changes_nothing(score, rule, by, rounding):
    held = policy(late=rule, rounding=rounding)
    once = settled(row(score=score, late_by=by), held)
    assert settled(once, held) == once


def test_an_extension_by_name_or_id_in_any_case_the_later_of_two():
    held = policy({"ann  LEE": 2, "S-17": 3}, late=TENTH)
    two_days = row("Ann Lee", late_by=2 * DAY)
    assert settled(two_days, held).late is False
    assert settled(row("Bob", late_by=2 * DAY), held).late is True
    assert settled(row("Bob", student_id="s-17", late_by=3 * DAY), held).late is False
    by_both = row("Ann Lee", student_id="s-17", late_by=3 * DAY + SECOND)
    assert settled(by_both, held).final == pytest.approx(7.2)


def test_what_is_told():
    told = settled(row(late_by=DAY + SECOND), policy(late=TENTH)).notes
    assert told == (
        "due 2026-10-01 21:00 UTC; 2 days late, counting a begun one; points taken off: 1.6",
    )
    refused = settled(row(late_by=DAY), policy(late=Lateness(refuse_after=HOUR)))
    assert refused.notes == ("due 2026-10-01 21:00 UTC; handed in too late to be taken",)
    russian = settled(row(late_by=DAY, language="ru"), policy(late=TENTH))
    assert "опоздание — 1 день" in russian.notes[0]
    assert settled(row(late_by=DAY), policy()).notes == ()  # nothing depends on it


@pytest.mark.parametrize("late", [None, True, False])
def test_nothing_is_taken_where_the_time_is_not_known(late):
    found = settled(row(late=late), policy(late=TENTH))
    assert (found.final, found.deduction, found.late) == (8, 0, late)
    assert "not known" in found.notes[0]


def test_without_a_due_date_the_platform_says_what_is_late():
    held = Policy(late=TENTH)
    found = settled(row(late_by=DAY, late=True), held)
    assert (found.final, found.late) == (8, True)
    assert "no due date" in found.notes[0]
    assert settled(row(late_by=DAY, late=False), held).notes == ()


def test_a_time_without_an_offset_is_in_the_zone_of_the_course():
    moscow = ZoneInfo("Europe/Moscow")
    due = datetime(2026, 10, 1, 12, tzinfo=moscow)
    late, in_time = "2026-10-01T12:00:01", "2026-10-01T12:00:00"
    for held in (Policy(due=due, zone=moscow), Policy(due=due)):
        assert settled(row(handed_in=late), held).late is True
        assert settled(row(handed_in=in_time), held).late is False


def test_what_a_person_decided_on_all_of_it_is_the_last_word():
    held = policy(late=Lateness(refuse_after=DAY), rounding=NAMED["whole"])
    found = settled(row(score=6.5, computed=8.0, is_decided=True, late_by=9 * DAY), held)
    assert (found.computed, found.score, found.final, found.deduction) == (8, 6.5, 6.5, 0)
    assert (found.late, found.notes) == (True, ())
    assert not is_refused(found, held)


def test_a_negative_score_is_shown_as_none_reached():
    found = settled(row(score=-1.0, late_by=DAY), policy(late=TENTH))
    assert (found.score, found.final, found.deduction) == (-1, 0, 0)


def test_no_score_stays_none():
    found = settled(row(score=None, late_by=DAY), policy(late=TENTH))
    assert (found.final, found.deduction, found.late) == (None, 0, True)


def test_lateness_is_taken_before_rounding():
    found = settled(row(score=7.3, late_by=DAY), policy(late=TENTH, rounding=NAMED["half"]))
    assert (found.final, found.deduction) == (6.5, 0.73)  # of 6.57


def test_the_rest_of_a_row_stays():
    before = row(late_by=DAY, comment="well tried", notes=("a note",))
    found = settled(before, policy(late=TENTH))
    kept = replace(found, late=None, final=8.0, deduction=0.0, notes=("a note",))
    assert kept == before
    assert DUE.tzinfo is not None
