"""Dates and times in the forms that learning platforms write them in.

Nothing is guessed: what could be two dates, as 1/9/2026 could, is none.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

from babel import Locale

# Of the sites whose downloads have been seen; a month's name means one month in all of them.
_LANGUAGES = ("en", "ru", "uk", "de", "fr", "es", "it", "pt", "nl", "pl")
_LONGEST = 200  # characters of a text that is a time
_ZONE = r"(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?"
_CLOCK = (
    r"(?:(?P<hour>\d{1,2})(?:(?:[:_]|\s?h\s?)(?P<minute>\d\d)(?:[:_](?P<second>\d\d)(?:[.,]\d+)?)?)?"
    r"|(?P<digits>\d{3,4}))\s?(?P<half>(?:[AP]\.?M\.?|[ДП]П)(?![^\W_]))?"
)
# 2026-01-09T21:09:00Z, 2026-01-09-21-09-00, 2026-01-09 10:00:00.123456 UTC
_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?:[T \-_](?P<hour>\d\d)[:\-](?P<minute>\d\d)(?:[:\-](?P<second>\d\d)(?:[.,]\d+)?)?"
    rf"\s?{_ZONE})?(?!\d)",
    re.IGNORECASE,
)
# 20260109210900, and with thousandths of a second
_STAMP = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)"
    r"(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)(?:\d{3})?(?!\d)"
)
_AT = r"(?:\s?г(?![^\W_])\.?)?(?:(?:,|\s+at|\s+в|\s+um|\s*[-–])?\s+" + _CLOCK + r")?(?![\d:])"
_WORD = r"(?P<name>[^\W\d_]{3,12})\.?"
_NAMED = (
    # Jan 9, 2026 909 PM
    re.compile(
        rf"(?<![^\W_]){_WORD}\s(?P<day>\d{{1,2}})(?:,|\s)\s?(?P<year>\d{{4}}){_AT}", re.IGNORECASE
    ),
    # 9 January 2026, 21:09; 9-Jan-2026 21:09
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})\.?[\s-]{_WORD},?[\s-](?P<year>\d{{4}}){_AT}", re.IGNORECASE
    ),
)
_NUMBERS = re.compile(
    rf"(?<!\d)(?P<first>\d{{1,2}})(?P<sign>[./-])(?P<other>\d{{1,2}})(?P=sign)(?P<year>\d{{4}}){_AT}",
    re.IGNORECASE,
)


def read(text: str) -> datetime | None:
    """Return the time that a text is, with nothing else in it but the day of the week.

    A zone's name, as EST, is left out: there are several of most.
    """
    if len(text) > _LONGEST:
        return None
    text = re.sub(r"^[^\W\d]+,\s+(?=[^\W_])", "", " ".join(text.split()))
    for part in (text, re.sub(r"(?<=[\dM]) [A-Z]{3,4}$", "", text)):
        for match, found in _found(part):
            if match.start() == 0 and match.end() == len(part):
                return found
    return None


def find(text: str) -> list[datetime]:
    """Return the times that stand in a text, in their order."""
    text = " ".join(text.split())
    found = sorted(_found(text), key=lambda one: (one[0].start(), -one[0].end()))
    times, end = [], 0
    for match, time in found:
        if match.start() >= end:
            times.append(time)
            end = match.end()
    return times


def in_order(time: datetime) -> datetime:
    """Return what can be compared with that of another time of the same platform."""
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time


def _found(text: str) -> Iterator[tuple[re.Match[str], datetime]]:
    """Yield what looks like a time in each of the forms, and is one."""
    for pattern in (_ISO, _STAMP, *_NAMED, _NUMBERS):
        for match in pattern.finditer(text):
            if (time := _time(match)) is not None:
                yield match, time


def _time(match: re.Match[str]) -> datetime | None:
    groups = match.groupdict()
    day, month = groups.get("day"), groups.get("month")
    if "name" in groups:
        month = str(_months().get(groups["name"].casefold(), 0))
    elif "sign" in groups:
        day, month = _day_and_month(groups["first"], groups["sign"], groups["other"])
    hour, minute = groups["hour"] or "0", groups["minute"] or "0"
    if digits := groups.get("digits"):
        hour, minute = digits[:-2], digits[-2:]
    half = (groups.get("half") or "").upper().replace(".", "")
    try:
        found = datetime(
            int(groups["year"]),
            int(month or 0),
            int(day or 0),
            int(hour),
            int(minute),
            int(groups.get("second") or 0),
            tzinfo=_zone(groups.get("zone")),
        )
    except ValueError:
        return None
    if not half:
        bare = groups["hour"] and not groups["minute"]  # `9 January 2026, 21` is no time
        return None if bare else found
    if not 1 <= found.hour <= 12:
        return None
    return found.replace(hour=found.hour % 12 + 12 * (half in ("PM", "ПП")))


def _day_and_month(first: str, sign: str, other: str) -> tuple[str, str]:
    """Return the day and the month of a date in numbers, 0 where either could be either.

    With dots the day stands first, wherever dots are written; else one of them has to be over 12.
    """
    if sign == "." or first == other or int(first) > 12:
        return first, other
    return (other, first) if int(other) > 12 else ("0", "0")


def _zone(name: str | None) -> timezone | None:
    if not name:
        return None
    if name.upper() in ("Z", "UTC", "GMT"):
        return UTC
    sign, digits = name[0], name[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if sign == "-" else offset)


@cache
def _months() -> dict[str, int]:
    """Return the numbers of months by their names, in full and cut short."""
    numbers: dict[str, set[int]] = {}
    for language in _LANGUAGES:
        months = Locale(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    numbers.setdefault(name.casefold().rstrip("."), set()).add(number)
                    if len(name) > 3:
                        numbers.setdefault(name.casefold()[:3], set()).add(number)
    return {name: min(found) for name, found in numbers.items() if len(found) == 1}
