"""The text of one cell of a table, such that no spreadsheet takes it for more."""

import re
import unicodedata

_BREAKS = ("Cc", "Zl", "Zp")
# What some spreadsheet leaves out at the beginning of a cell: blanks, quotes, what is not seen.
_BEFORE = r'[\s"\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*'
_FORMULA = re.compile(rf"((?:^|[,;|]){_BEFORE})([=+\-@＝＋－＠﹢﹣﹦﹫⁺₊⁼₌])")


def one_line(text: str) -> str:
    """Return a text with a blank for each line break and each control character."""
    return "".join(" " if unicodedata.category(c) in _BREAKS else c for c in text)


def harmless(text: str) -> str:
    """Return a text as a cell that is one line, and no formula with any usual separator.

    A `'` stands before what would be a formula at the beginning, or after a comma, a semicolon or a
    `|`, at which the spreadsheet may split. What is harmless already stays as it is.
    """
    return _FORMULA.sub(r"\1'\2", one_line(text))
