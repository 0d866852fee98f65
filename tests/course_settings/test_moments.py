"""Dates and spans of `course.toml`, over the changes of clocks too."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from grader.course import moments
from grader.course.moments import Span

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2 days", Span(2)),
        ("+2 days", Span(2)),
        ("1 week and 12 hours", Span(7, timedelta(hours=12))),
        ("90 minutes", Span(0, timedelta(minutes=90))),
        ("0 Days", Span()),
    ],
)
def test_a_span(text, found):
    assert moments.span(text) == found
    assert moments.span(str(found)) == found


@pytest.mark.parametrize("text", ["", "2", "days", "-2 days", "2 months", "1.5 days", "9999 weeks"])
def test_no_span(text):
    with pytest.raises(ValueError, match=r"no span of time|longer than"):
        moments.span(text)


def test_a_day_is_in_time_to_its_last_second():
    assert moments.moment(date(2026, 10, 1), UTC) == datetime(2026, 10, 1, 23, 59, 59, tzinfo=UTC)


def test_an_offset_stands_above_the_zone_of_the_course():
    written = datetime(2026, 10, 1, 12, tzinfo=timezone(timedelta(hours=9)))
    assert moments.moment(written, BERLIN) == written
    assert moments.shown(written) == "2026-10-01 12:00 UTC+09:00"


def test_a_time_without_a_zone_is_none():
    with pytest.raises(ValueError, match=r"no time zone: put `timezone = "):
        moments.moment(datetime(2026, 10, 1, 12), None)


def test_a_time_that_clocks_leave_out_is_named():
    with pytest.raises(ValueError, match=r"left out in Europe/Berlin.* is 2026-03-29 03:30:00 mea"):
        moments.moment(datetime(2026, 3, 29, 2, 30), BERLIN)


def test_a_time_that_is_twice_is_the_later():
    found = moments.moment(datetime(2026, 10, 25, 2, 30), BERLIN)
    assert found.utcoffset() == timedelta(hours=1)
    assert moments.handed_in("2026-10-25T02:30:00", BERLIN) < found.astimezone(UTC)


def test_days_are_those_of_the_calendar_and_hours_those_of_the_clock():
    due = moments.moment(datetime(2026, 10, 24, 12), BERLIN)
    assert moments.after(due, Span(1)).isoformat() == "2026-10-25T12:00:00+01:00"
    day = Span(0, timedelta(hours=24))
    assert moments.after(due, day).isoformat() == "2026-10-25T11:00:00+01:00"
    assert moments.passed(due, moments.after(due, Span(1))) == timedelta(hours=25)


def test_days_that_end_in_a_gap():
    due = moments.moment(datetime(2026, 3, 28, 2, 30), BERLIN)
    with pytest.raises(ValueError, match="left out"):
        moments.after(due, Span(1))


def test_a_year_that_nobody_means():
    with pytest.raises(ValueError, match="the year 206 is hardly meant"):
        moments.moment(date(206, 1, 1), UTC)
