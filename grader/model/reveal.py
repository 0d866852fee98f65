"""When a student may be told what was expected, as an author or a course says it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any, Literal, get_args

What = Literal["never", "shown", "always"]
LATEST = timezone(timedelta(hours=-12))  # where a day ends last
_END = time(23, 59, 59)
_ALLOWED = "write never, shown or always, or a date: {after: 2026-10-01}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """Of which checks it may be told what was expected.

    what: of none, of those that are not hidden, or of all; after: the moment until which it is of
    none, in ISO 8601; a date is the whole of that day, and without an offset it is of the course's
    zone.
    """

    what: What = "never"
    after: str | None = None

    def opens(self, zone: tzinfo | None = None) -> datetime | None:
        """Return the moment from which on it holds, None for ever since.

        zone: of what has no offset; where nobody says one, that where the moment comes last.
        """
        if self.after is None:
            return None
        found = datetime.fromisoformat(self.after)
        if len(self.after) == len("2026-10-01"):
            found = datetime.combine(found.date(), _END)
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone or LATEST, fold=1)
        return found.astimezone(UTC)

    def at(self, now: datetime, zone: tzinfo | None = None) -> What:
        """Return what holds at a moment. zone: as in `opens`."""
        opens = self.opens(zone)
        return self.what if opens is None or opens <= now else "never"


NEVER = Reveal()


def reveal(value: Any) -> Reveal:
    """Return what a person wrote in YAML or TOML. Raises ValueError, which says what to write."""
    if isinstance(value, Reveal):
        return value
    for what in get_args(What):
        if value == what:
            return Reveal(what=what)
    if not isinstance(value, dict) or "after" not in value or {*value} - {"after", "what"}:
        raise ValueError(_ALLOWED)
    what = value.get("what", "shown")
    if what not in ("shown", "always"):
        raise ValueError("`what` is shown or always")
    after = value["after"]
    if isinstance(after, str):
        try:
            after = datetime.fromisoformat(after) if len(after) > 10 else date.fromisoformat(after)
        except ValueError:
            raise ValueError(f"`{after}` is no date; write it as 2026-10-01") from None
    if not isinstance(after, date):
        raise ValueError("`after` is a date, as 2026-10-01, or a time, as 2026-10-01T18:00:00")
    return Reveal(what=what, after=after.isoformat())
