"""What a check is known by where it runs statements, and what people read of that."""

import re
from collections.abc import Sequence

_RUN = " # run"  # after what is compared; of several checks that compare the same, a number follows
_MARK = re.compile(rf"{_RUN}(?: \d+)?(?![\w ])")


def of_statements(compared: Sequence[str]) -> str:
    """Return what a check is known by that compares these expressions after its statements."""
    return ", ".join(compared) + _RUN


def as_written(text: str) -> str:
    """Return what a check is known by, or a text that names some, as the author wrote it."""
    return _MARK.sub("", text)
