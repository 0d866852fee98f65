"""nbconvert's filters, loaded when the first is used: commands that write no page need none."""

import sys
from functools import cache
from typing import Any

# jsonschema takes it where it is there, to check addresses in schemas; it builds a parser as it is
# loaded, which takes longer than nbconvert and all else that this needs.
_NOT_NEEDED = "rfc3987_syntax"


@cache
def _loaded() -> Any:
    spared = _NOT_NEEDED not in sys.modules
    if spared:
        sys.modules[_NOT_NEEDED] = None  # type: ignore[assignment]  # to import it fails
    try:
        from nbconvert import filters
    finally:
        if spared:
            del sys.modules[_NOT_NEEDED]
    return filters


def ansi2html(text: str) -> str:
    """Return a text with its ANSI colours as HTML."""
    return str(_loaded().ansi2html(text))


def markdown2html(text: str) -> str:
    """Return Markdown as HTML, which is to be cleaned where its author is not trusted."""
    return str(_loaded().markdown2html(text))


def clean_html(text: str) -> str:
    """Return HTML with no tag or attribute but harmless ones."""
    return str(_loaded().clean_html(text))
