"""A small source to start from."""

import re
from importlib.resources import files

from grader.errors import UsageError


def source(name: str) -> str:
    """Return the text of a source with one exercise, two mistakes and an alternative.

    Raises UsageError where an assignment cannot be named so.
    """
    if not re.fullmatch(r"[A-Za-z0-9][\w-]{0,60}", name):
        raise UsageError(f"`{name}` is no name: letters, digits, - and _ only")
    title = name.replace("_", " ").replace("-", " ").capitalize()
    text = files("grader.authoring").joinpath("new_source.py.txt").read_text(encoding="utf-8")
    return text.replace("TITLE", title)
