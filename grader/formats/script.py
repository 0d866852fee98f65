"""Notebooks as Python scripts, in Jupytext's percent and light formats and as Colab saves them.

Jupytext reads the text alone. Its head is not left to it: that could ask for a format for which
another program is started, and for options of Jupytext's own.
"""

import re
import warnings
from typing import Any, Literal

from grader.errors import DamagedNotebook, TooLarge
from grader.formats import jupytext_reader
from grader.model.text import Text, say
from grader.syntax import code

MAX_CHARACTERS = 300_000  # Jupytext's time grows with the square of a script's length
MAX_LINES = 10_000

Style = Literal["percent", "light", "plain"]
_MARKERS: tuple[tuple[Style, re.Pattern[str]], ...] = (
    ("percent", re.compile(r"^#[ \t]*(?:%%+(?:[ \t].*)?|<codecell>|In\[[0-9 ]*\]:?[ \t]*)$", re.M)),
    ("light", re.compile(r"^# \+(?:[ \t]*|[ \t]*[\[{].*|[ \t]+[\w.]+=.*)$", re.M)),
)
# Jupytext goes by the first head that it finds.
_HEAD = """\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: {style}
# ---

"""
_SAID: dict[Style, Text] = {
    "percent": say("a script in cells (`# %%`)"),
    "light": say("a script in Jupytext's light format"),
    "plain": say("a script whose exercises have headers"),
}


def style(text: str) -> Style | None:
    """Return how the cells of a script are told apart; None where it is no notebook.

    A plain one has headers of exercises, such as what Colab saves as .py.
    """
    for name, pattern in _MARKERS:
        if pattern.search(text):
            return name
    return "plain" if code.header(text) else None


def cells(text: str, how: Style) -> tuple[list[dict[str, Any]], Text]:
    """Return the cells of a script without its head, and what it is.

    Raises TooLarge, or DamagedNotebook where Jupytext cannot read it.
    """
    if how == "plain":  # it is taken apart at the headers, as cells that were merged are
        return [{"cell_type": "code", "source": text}], _SAID[how]
    if len(text) > MAX_CHARACTERS or text.count("\n") > MAX_LINES:
        raise TooLarge(
            say(
                "the script has more than {most} lines or {size} characters; hand it in as .ipynb",
                most=MAX_LINES,
                size=MAX_CHARACTERS,
            )
        )
    try:
        with warnings.catch_warnings(action="ignore"):
            node = jupytext_reader.reads(_HEAD.format(style=how) + text, f"py:{how}")
    except Exception as error:  # what it raises on odd options is of many kinds
        raise DamagedNotebook(
            say(
                "the file is {what}, but Jupytext cannot read it; hand it in as .ipynb",
                what=_SAID[how],
            )
        ) from error
    return [
        {
            "cell_type": cell.cell_type,
            "source": cell.source,
            "metadata": {"tensorgrader": cell.metadata.get("tensorgrader")},
        }
        for cell in node.cells
    ], _SAID[how]
