"""A student's code, line by line, in colours."""

import re
from functools import cache

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import TextLexer

from grader.reporting.lexer import CellLexer

# IPython's lexer goes through such a run anew from each of its characters.
_LONG_RUN = re.compile(r"\s{100}|[\w.]{1000}")
_FORMATTER = HtmlFormatter(nowrap=True)


def lines(source: str) -> tuple[Markup, ...]:
    """Return the lines of code as HTML, each whole by itself; empty lines count at both ends."""
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    lexer = _lexers()[_LONG_RUN.search(text) is not None]
    found = highlight(text, lexer, _FORMATTER).split("\n")
    return tuple(map(Markup, found[: text.count("\n") + 1]))


@cache
def _lexers() -> tuple[Lexer, Lexer]:
    """Return the lexer for code, and the one for what would keep that busy for long."""
    return CellLexer(stripnl=False), TextLexer(stripnl=False)
