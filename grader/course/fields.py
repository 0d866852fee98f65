"""What the values in `course.toml` may be, each with what is told where one is not."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import PlainValidator

from grader.course import moments
from grader.course.faults import meant
from grader.course.moments import Span
from grader.course.rounding import FINEST, NAMED, Rounding, to_decimals
from grader.model.reveal import Reveal, reveal
from grader.wording.catalogue import known

_MOMENT = "write a date and a time without quotes, as 2026-10-01T23:59:00, or a date"
_SHARE = 'write a share, as 0.1 or "10%"'
_MOST_DECIMALS = 30  # of a number that a person writes


def _number(value: object) -> Fraction | None:
    """Return a number of TOML's exactly; None where it is none, or is hardly meant."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DECIMALS:
        return None
    return Fraction(number)


def _not_negative(value: object) -> Fraction:
    number = _number(value)
    if number is None or number < 0:
        raise ValueError("write a number that is not negative, as 2 or 0.5")
    return number


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1000:
        raise ValueError("write a whole number that is not negative")
    return value


def _share(value: object) -> Fraction:
    number = _number(value)
    if isinstance(value, str) and value.strip().endswith("%"):
        try:
            number = _number(Decimal(value.strip()[:-1].strip()))
        except ArithmeticError:
            raise ValueError(f"`{value}` is no share; {_SHARE}") from None
        number = number / 100 if number is not None else None
    if number is None:
        raise ValueError(_SHARE)
    if not 0 <= number <= 1:
        raise ValueError(f"a share is from 0 to 1, or from 0% to 100%; {_SHARE}")
    return number


def _zone(value: object) -> ZoneInfo:
    if not isinstance(value, str):
        raise ValueError('write the name of a time zone, as "Europe/Berlin"')
    names = _zones()
    if value not in names:
        near = meant(value, [*names]) or '; they are named as "Europe/Berlin"'
        raise ValueError(f"`{value}` is no time zone{near}")
    return ZoneInfo(value)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _moment(value: object) -> date:
    if not isinstance(value, date):
        raise ValueError(_MOMENT)
    return value


def _span(value: object) -> Span:
    if not isinstance(value, str):
        raise ValueError('write a span of time, in quotes, as "2 days" or "15 minutes"')
    return moments.span(value)


def _extension(value: object) -> date | Span:
    if isinstance(value, str):
        return moments.span(value)
    if not isinstance(value, date):
        raise ValueError(f'{_MOMENT}; or a span after the due date, as "+2 days"')
    return value


def _rounding(value: object) -> Rounding:
    if isinstance(value, str) and value in NAMED:
        return NAMED[value]
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= FINEST:
        return to_decimals(value)
    allowed = ", ".join(f'"{name}"' for name in NAMED)
    near = meant(value, [*NAMED]) if isinstance(value, str) else ""
    raise ValueError(f"write {allowed}, or a number of decimals from 0 to {FINEST}{near}")


def _language(value: object) -> str:
    if not isinstance(value, str) or known(value) != value:
        raise ValueError('write a language that reports are in, as "en" or "ru"')
    return value


def _path(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError("write a path, in quotes; it is taken from where this file is")
    return value


def _reveal(value: object) -> Reveal:
    try:
        return reveal(value)
    except ValueError as error:
        allowed = 'write "never", "shown", "always", or { after = 2026-10-01 }'
        raise ValueError(f"{error}; {allowed}" if isinstance(value, dict) else allowed) from None


NotNegative = Annotated[Fraction, PlainValidator(_not_negative)]
Count = Annotated[int, PlainValidator(_count)]
Share = Annotated[Fraction, PlainValidator(_share)]
Zone = Annotated[ZoneInfo, PlainValidator(_zone)]
Moment = Annotated[date | datetime, PlainValidator(_moment)]
Length = Annotated[Span, PlainValidator(_span)]
Extended = Annotated[date | datetime | Span, PlainValidator(_extension)]
Rounded = Annotated[Rounding, PlainValidator(_rounding)]
SpokenLanguage = Annotated[str, PlainValidator(_language)]
Revealed = Annotated[Reveal, PlainValidator(_reveal)]
PathText = Annotated[str, PlainValidator(_path)]
