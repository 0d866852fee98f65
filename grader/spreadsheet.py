"""Tables for spreadsheets, such that none takes the text of a cell for more."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.atomic import written

_BREAKS = ("Cc", "Zl", "Zp")
# What some spreadsheet leaves out at the beginning of a cell: blanks, quotes, what is not seen.
_BEFORE = r'[\s"\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*'
_FORMULA = re.compile(rf"((?:^|[,;|]){_BEFORE})([=+\-@＝＋－＠﹢﹣﹦﹫⁺₊⁼₌])")


def one_line(text: str) -> str:
    """Return a text with a blank for each line break and each control character."""
    if text.isprintable():  # none is, which holds for nearly all
        return text
    return "".join(" " if unicodedata.category(c) in _BREAKS else c for c in text)


def harmless(text: str) -> str:
    """Return a text as a cell that is one line, and no formula with any usual separator.

    A `'` stands before what would be a formula at the beginning, or after a comma, a semicolon or a
    `|`, at which the spreadsheet may split. What is harmless already stays as it is.
    """
    return _FORMULA.sub(r"\1'\2", one_line(text)) if text else ""  # most of a wide table


@contextmanager
def table(path: Path) -> Iterator[Callable[[Iterable[str]], None]]:
    """Give what writes a row of harmless cells; the file is there once all are. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with written(path, durable=True) as raw:
        # The mark at the start is for Excel.
        file = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
        rows = csv.writer(file)
        yield lambda cells: rows.writerow(map(harmless, cells))
        file.detach()
