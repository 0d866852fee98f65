"""Moments, days and durations, of Python, NumPy and pandas, as texts that are equal where they are.

They are written to the nanosecond, so that it makes no difference which library counts in which
unit.
"""

import datetime
import importlib

import numpy as np

_datetime, _date, _time = datetime.datetime, datetime.date, datetime.time
_timedelta, _timezone = datetime.timedelta, datetime.timezone
_from_ordinal, _from_iso = _date.fromordinal, _datetime.fromisoformat
_utcoffset, _time_iso = _datetime.utcoffset, _time.isoformat
_parts_of_moment = tuple(
    getattr(_datetime, name).__get__
    for name in ("year", "month", "day", "hour", "minute", "second", "microsecond")
)
_parts_of_day = _parts_of_moment[:3]
_parts_of_duration = tuple(
    getattr(_timedelta, name).__get__ for name in ("days", "seconds", "microseconds")
)
_date_parts = tuple(getattr(_date, name).__get__ for name in ("year", "month", "day"))
KNOWN = (_date, _timedelta, _time)  # of Python, and what inherits from them
_EPOCH, _MICROSECOND = _datetime(1970, 1, 1), _timedelta(microseconds=1)
_SECOND = 10**9  # nanoseconds
_DAY = 86_400 * _SECOND
_UNITS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": _SECOND, "m": 60 * _SECOND, "h": 3600 * _SECOND}
_UNITS |= {"D": _DAY, "W": 7 * _DAY}
_DAYS = ("D", "W", "M", "Y")
_NAT = -(2**63)
_import = importlib.import_module
_unit_of, _int64 = np.datetime_data, np.int64


def moment(nanoseconds, offset=None):
    """Return a moment as a text. nanoseconds: since 1970, on the clock there; offset: seconds."""
    days, rest = divmod(nanoseconds, _DAY)
    try:
        day = _from_ordinal(719_163 + days).isoformat()
    except (ValueError, OverflowError):  # before the year 1, or after 9999
        day = f"day {days}"
    return f"{day} {_clock(rest)}{_zone(offset)}"


def duration(nanoseconds):
    """Return a duration as a text."""
    sign, size = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    days, rest = divmod(size, _DAY)
    return f"{sign}{days} days {_clock(rest)}"


def _clock(nanoseconds):
    seconds, fraction = divmod(nanoseconds, _SECOND)
    minutes, second = divmod(seconds, 60)
    text = f"{minutes // 60:02}:{minutes % 60:02}:{second:02}"
    return f"{text}.{fraction:09}".rstrip("0") if fraction else text


def _zone(offset):
    if offset is None:
        return ""
    sign, size = ("-", -offset) if offset < 0 else ("+", offset)
    text = f"{sign}{size // 3600:02}:{size // 60 % 60:02}"
    return f"{text}:{size % 60:02}" if size % 60 else text


def text_of(value):
    """Return a moment, day or duration of Python's or pandas' as a text; None for nothing else."""
    if isinstance(value, _datetime):
        plain = _datetime(*[part(value) for part in _parts_of_moment])
        nanoseconds = (plain - _EPOCH) // _MICROSECOND * 1_000 + getattr(value, "nanosecond", 0)
        offset = _utcoffset(value)
        return moment(nanoseconds, None if offset is None else offset // _timedelta(seconds=1))
    if isinstance(value, _date):
        return _date(*[part(value) for part in _date_parts]).isoformat()
    if isinstance(value, _timedelta):
        days, seconds, microseconds = (part(value) for part in _parts_of_duration)
        whole = (days * 86_400 + seconds) * _SECOND + microseconds * 1_000
        return duration(whole + getattr(value, "nanoseconds", 0))
    if isinstance(value, _time):
        return _time_iso(value)
    return None


def texts_of(array):
    """Return the moments or durations of a NumPy array in a row as texts, None for NaT."""
    unit, count = _unit_of(array.dtype)
    if unit in ("M", "Y"):
        if array.dtype.kind == "m":  # of months nobody knows how long they are
            return [None if one == _NAT else f"{one * count} {unit}" for one in _whole(array)]
        array, unit, count = array.astype("datetime64[D]"), "D", 1
    write = moment if array.dtype.kind == "M" else duration
    if unit not in _UNITS:  # finer than nanoseconds, or of no unit
        return [None if one == _NAT else f"{one * count} {unit}" for one in _whole(array)]
    known, found = {_NAT: None}, []
    for one in _whole(array):
        if one not in known:
            known[one] = write(one * count * _UNITS[unit])
        found.append(known[one])
    return found


def _whole(array):
    return array.reshape(-1).view(_int64).tolist()


def _python(value, cls, encoder, depth):
    return encoder.word(cls.__name__, text_of(value))


def _numpy(value, cls, encoder, depth):
    unit, _ = _unit_of(value.dtype)
    (text,) = texts_of(np.asarray(value).reshape(1))
    if text is None:
        return encoder.word("NaTType", "NaT")
    if cls.__name__ == "datetime64" and unit in _DAYS:
        return encoder.word("datetime64[D]", text.partition(" ")[0])
    return encoder.word(f"{cls.__name__}[{unit}]", text)


def _missing(value, cls, encoder, depth):
    return encoder.word(cls.__name__, str(value))


READERS = {
    ("pandas", "NaTType"): _missing,
    ("pandas", "NAType"): _missing,
    ("pandas", "Timestamp"): _python,
    ("pandas", "Timedelta"): _python,
    ("datetime", "datetime"): _python,
    ("datetime", "date"): _python,
    ("datetime", "timedelta"): _python,
    ("datetime", "time"): _python,
    ("numpy", "datetime64"): _numpy,
    ("numpy", "timedelta64"): _numpy,
}


def nanoseconds_of(text):
    """Return how many nanoseconds a duration of `duration` has."""
    sign = -1 if text.startswith("-") else 1
    days, _, clock = text.removeprefix("-").partition(" days ")
    hours, minutes, seconds = clock.split(":")
    second, _, fraction = seconds.partition(".")
    whole = (int(days) * 86_400 + int(hours) * 3600 + int(minutes) * 60 + int(second)) * _SECOND
    return sign * (whole + int(fraction.ljust(9, "0") or 0))


def _make_moment(tree, decode):
    text = tree["v"]
    if len(text.partition(".")[2].partition("+")[0]) > 6 or tree["type"] == "Timestamp":
        return _import("pandas").Timestamp(text)
    return _from_iso(text)


def _make_numpy(tree, decode):
    kind, _, unit = tree["type"].removesuffix("]").partition("[")
    if kind == "timedelta64":
        return np.timedelta64(nanoseconds_of(tree["v"]), "ns").astype(f"timedelta64[{unit}]")
    return np.datetime64(tree["v"].replace(" ", "T"), unit)


_NUMPY = [f"{kind}[{unit}]" for kind in ("datetime64", "timedelta64") for unit in _UNITS]
MAKERS = {
    "datetime": _make_moment,
    "Timestamp": _make_moment,
    "date": lambda tree, decode: _date.fromisoformat(tree["v"]),
    "time": lambda tree, decode: _time.fromisoformat(tree["v"]),
    "timedelta": lambda tree, decode: _timedelta(microseconds=nanoseconds_of(tree["v"]) // 1000),
    "Timedelta": lambda tree, decode: _import("pandas").Timedelta(nanoseconds_of(tree["v"])),
    **dict.fromkeys(_NUMPY, _make_numpy),
}
