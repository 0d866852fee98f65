"""nbconvert's filters, loaded when the first is used: commands that write no page need none."""

from functools import cache
from typing import Any

from grader import address_parser


@cache
def load() -> Any:
    """Return the filters, which takes a quarter of a second the first time."""
    with address_parser.spared():
        from nbconvert import filters
    return filters


def ansi2html(text: str) -> str:
    """Return a text with its ANSI colours as HTML."""
    return str(load().ansi2html(text))


def markdown2html(text: str) -> str | None:
    """Return Markdown as HTML, which is to be cleaned where its author is not trusted.

    None where it shows an attachment of its notebook, of which nothing is known here.
    """
    filters = load()
    from nbconvert.filters.markdown_mistune import InvalidNotebook

    try:
        return str(filters.markdown2html(text))
    except InvalidNotebook:
        return None


def clean_html(text: str) -> str:
    """Return HTML with no tag or attribute but harmless ones."""
    return str(load().clean_html(text))
