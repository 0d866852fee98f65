"""Jupytext's reader, loaded when the first text is read: few runs of the grader need it."""

from typing import Any

from grader import address_parser


def reads(text: str, form: str) -> Any:
    """Return a text as a notebook. form: as Jupytext names it. What it raises is of many kinds."""
    with address_parser.spared():
        import jupytext

    return jupytext.reads(text, fmt=form)
