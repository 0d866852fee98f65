"""Times as databases give them back."""

from datetime import UTC, datetime


def utc(time: datetime) -> datetime:
    """Return a time in UTC, of which SQLite does not keep that it is."""
    return time.astimezone(UTC) if time.tzinfo is not None else time.replace(tzinfo=UTC)
