"""Times as platforms write them, and those that are none."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from grader.intake import times

EVENING = datetime(2026, 1, 9, 21, 9)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-09-21-09-00",
        "2026-01-09 21:09",
        "20260109210900",
        "20260109210900000",
        "Jan 9, 2026 909 PM",
        "Jan 9, 2026 9:09 PM",
        "Jan 9, 2026 9:09\u202fPM",
        "Jan 9, 2026 9_09 PM",
        "January 9, 2026 2109",
        "Янв 9, 2026 2109",
        "янв. 9, 2026 909 PM",
        "9 янв. 2026 г., 21:09",
        "9 января 2026 21:09",
        "пятница, 9 января 2026, 21:09",
        "Friday, 9 January 2026, 9:09 PM",
        "Friday, January 9, 2026 9:09:00 PM MSK",
        "9. Januar 2026, 21:09",
        "9 janvier 2026, 21 h 09",
        "Jan 9, 2026 909 p.m.",
        "9 January, 2026 909 PM",
        "9-Jan-2026 21:09",
        "09.01.2026 21:09",
    ],
)
def test_a_time_in_the_forms_of_platforms(text):
    assert times.read(text) == EVENING
    assert times.find(f"12-3 - Ann - {text} - hw.ipynb") == [EVENING]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Jan 9, 2026 1209 AM", datetime(2026, 1, 9, 0, 9)),
        ("Jan 9, 2026 1209 PM", datetime(2026, 1, 9, 12, 9)),
        ("Jan 9, 2026 909 AM", datetime(2026, 1, 9, 9, 9)),
        ("Jan 9, 2026 105 PM", datetime(2026, 1, 9, 13, 5)),
        ("1/19/2026 9:09 PM", datetime(2026, 1, 19, 21, 9)),
        ("19/1/2026 21:09", datetime(2026, 1, 19, 21, 9)),
        ("2026-01-09", datetime(2026, 1, 9)),
        ("2026-01-09T21:09:00Z", EVENING.replace(tzinfo=UTC)),
        ("2026-01-09 21:09:00.5 UTC", EVENING.replace(tzinfo=UTC)),
        ("2026-01-09T21:09:00+03:00", EVENING.replace(tzinfo=timezone(timedelta(hours=3)))),
    ],
)
def test_what_a_time_is(text, time):
    assert times.read(text) == time


@pytest.mark.parametrize(
    "text",
    [
        *("", "hw 1", "Lab 3, 2026", "2026", "9 January 2026, 21", "Jan 9, 2026 1309 PM"),
        *("1/9/2026 9:09 PM", "9/1/2026", "2026-13-40-21-09-00", "Jan 32, 2026 909 PM"),
        *("99999999999999", "task 12 part 2026", "0000-00-00-00-00-00"),
    ],
)
def test_what_is_no_time_or_could_be_two_is_none(text):
    assert times.read(text) is None


def test_times_with_zones_are_in_order():
    early, late = times.read("2026-01-09 23:00 +03:00"), times.read("2026-01-09T21:00:00Z")
    assert early is not None
    assert late is not None
    assert times.in_order(early) < times.in_order(late)
    assert times.in_order(EVENING) == EVENING


def test_the_times_of_a_path_stand_in_their_order():
    path = "2026-01-05 lab/Ann - Jan 9, 2026 909 PM - x 20260101000000.ipynb"
    assert times.find(path) == [datetime(2026, 1, 5), EVENING, datetime(2026, 1, 1)]
    assert times.find("hw 1/9/2026.ipynb") == []
