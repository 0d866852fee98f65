"""What several names begin with alike: an assignment, before each student's own part."""

from collections.abc import Sequence


def common(names: Sequence[str], end: str) -> str:
    """Return what all names begin with, down to the last `end` in that, which is its end."""
    if not names:
        return ""
    low, high = min(names), max(names)
    same = next((n for n, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low))
    return low[: low.rfind(end, 0, same) + len(end)] if end in low[:same] else ""
