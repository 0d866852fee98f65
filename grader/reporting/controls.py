"""Characters that are not text but orders to what shows it."""

import re

# Terminal escapes, and marks that turn the direction of text, so that it reads as what it is not.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def strip_controls(text: str) -> str:
    """Return a text without them; line breaks and tabs stay."""
    return _CONTROLS.sub("", text)
