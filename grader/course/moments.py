"""Dates, times and spans of time, as a person writes them in `course.toml`.

A day without a time is the whole of it. Nothing is guessed: a time without a zone is none, and
neither is one that the clocks leave out.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_YEARS = range(2000, 2200)  # any other is mistyped
_LONGEST = timedelta(days=1000)
_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_PART = r"(\d{1,4})\s*(minute|hour|day|week)s?"
_SPAN = re.compile(rf"\+?\s*{_PART}(?:\s*(?:,|and)?\s*{_PART})*", re.IGNORECASE)
LAST = time(23, 59, 59)  # of a day, and the last second of it is in time


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time. days: of the calendar, which the clocks may make longer or shorter."""

    days: int = 0
    rest: timedelta = timedelta()

    @property
    def length(self) -> timedelta:
        """How long it is where a day has 24 hours."""
        return timedelta(days=self.days) + self.rest

    def __str__(self) -> str:
        """Return it as it may be written."""
        hours, minutes = divmod(self.rest // _UNITS["minute"], 60)
        parts = [(self.days, "day"), (hours, "hour"), (minutes, "minute")]
        told = [f"{number} {unit}{'s' * (number != 1)}" for number, unit in parts if number]
        return " ".join(told) or "0 days"


def span(text: str) -> Span:
    """Return the span that a text as `2 days` is. Raises ValueError, which says what is wrong."""
    if not _SPAN.fullmatch(text.strip()):
        raise ValueError(f'`{text}` is no span of time; write "2 days", "36 hours", "15 minutes"')
    days, rest = 0, timedelta()
    for number, unit in re.findall(_PART, text, re.IGNORECASE):
        length = _UNITS[unit.lower()] * int(number)
        days += length.days if unit.lower() in ("day", "week") else 0
        rest += length if unit.lower() not in ("day", "week") else timedelta()
    if (found := Span(days, rest)).length > _LONGEST:
        raise ValueError(f"`{text}` is longer than {_LONGEST.days} days")
    return found


def moment(value: date, zone: tzinfo | None) -> datetime:
    """Return the moment that a date or a time of TOML is; without an offset, in the zone.

    A time that is twice is the later one. Raises ValueError, which says what is wrong.
    """
    if value.year not in _YEARS:
        raise ValueError(f"the year {value.year} is hardly meant")
    wall = value if isinstance(value, datetime) else datetime.combine(value, LAST)
    if wall.tzinfo is not None:
        return wall
    if zone is None:
        raise ValueError(
            f'{value} has no time zone: put `timezone = "Europe/Berlin"`, or yours, at the top of'
            " the file"
        )
    return _in_zone(wall, zone)


def after(start: datetime, much: Span) -> datetime:
    """Return the moment some days of the calendar, and then some hours, after another.

    Raises ValueError where that day has no such time.
    """
    assert start.tzinfo is not None
    days = start
    if much.days:
        days = _in_zone(start.replace(tzinfo=None) + timedelta(days=much.days), start.tzinfo)
    return (days.astimezone(UTC) + much.rest).astimezone(start.tzinfo)


def handed_in(text: str | None, zone: tzinfo | None) -> datetime | None:
    """Return when something was handed in, None where that is not known.

    A time of a platform that tells no offset is taken as one in the zone, the earlier where it is
    twice.
    """
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=zone or UTC)


def passed(start: datetime, end: datetime) -> timedelta:
    """Return how much time passes between two moments, whatever the clocks did."""
    return end.astimezone(UTC) - start.astimezone(UTC)


def shown(when: datetime) -> str:
    """Return a moment as people of any language read it, with its zone."""
    zone = str(when.tzinfo)  # a name, or as `UTC+03:00`
    seconds = ":%S" if when.second else ""
    return f"{when:%Y-%m-%d %H:%M{seconds}} {zone}"


def _in_zone(wall: datetime, zone: tzinfo) -> datetime:
    found = wall.replace(tzinfo=zone, fold=1)
    if found.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) != wall:
        forward = found.replace(fold=0).astimezone(UTC).astimezone(zone).replace(tzinfo=None)
        raise ValueError(
            f"{wall} is left out in {zone}, where the clocks are put forward; is {forward} meant?"
        )
    first = found.replace(fold=0)
    return first if first.utcoffset() == found.utcoffset() else found
