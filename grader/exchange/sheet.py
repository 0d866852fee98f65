"""A table of another system's, in which some cells are changed, and every other byte stays.

Separators, quotes, line ends, the encoding and its mark are as they were: systems are particular
about their own tables.
"""

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError

_MOST = 50 * 2**20  # bytes
_SEPARATORS = ",;\t"
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell. start, end: of what is written for it; text: what that says."""

    start: int
    end: int
    text: str
    is_quoted: bool


class Sheet:
    """A table that was read from a file.

    rows: the cells of each line that holds any, the headings first.
    Raises UsageError where the file cannot be read, or not without loss.
    """

    def __init__(self, path: Path) -> None:
        self._mark, self._encoding, self._text = _read(path)
        first = next(iter(self._text.splitlines()), "")
        self._separator = max(
            _SEPARATORS, key=lambda one: len(next(_cells(first, one), ())) if first else 0
        )
        self.rows = [row for row in _cells(self._text, self._separator) if any(c.text for c in row)]
        if not self.rows:
            raise UsageError(f"{path} is empty; download it again")
        last = self.rows[-1][-1]
        if last.is_quoted and not self._text[: last.end].endswith('"'):
            raise UsageError(f"{path} ends within quotes: it is cut off; download it again")

    @property
    def headings(self) -> list[str]:
        """The texts of the first row."""
        return [cell.text.strip() for cell in self.rows[0]]

    def changed(self, texts: Mapping[tuple[int, int], str]) -> bytes:
        """Return the file with other texts in some cells, by row and column."""
        cells = {self.rows[row][column]: text for (row, column), text in texts.items()}
        parts, at = [], 0
        for cell in sorted(cells, key=lambda one: one.start):
            text = cells[cell]
            if cell.is_quoted or any(sign in text for sign in (self._separator, '"', "\n", "\r")):
                text = '"' + text.replace('"', '""') + '"'
            parts += [self._text[at : cell.start], text]
            at = cell.end
        text = "".join([*parts, self._text[at:]])
        try:
            return self._mark + text.encode(self._encoding, "surrogatepass")
        except UnicodeEncodeError:  # not in the old encoding of the table
            return self._mark + text.encode(self._encoding, "replace")


def _read(path: Path) -> tuple[bytes, str, str]:
    """Return the mark, the encoding and the text of a file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    if len(data) > _MOST:
        raise UsageError(f"{path} is too large for a table of a class")
    mark, encoding = next((one for one in _ENCODINGS if data.startswith(one[0])), (b"", ""))
    for name in [encoding] if encoding else ["utf-8", "cp1251", "cp1252"]:
        try:
            text = data[len(mark) :].decode(name)
        except UnicodeDecodeError:
            continue
        if text.encode(name) == data[len(mark) :]:
            return mark, name, text
    raise UsageError(f"{path} is in an encoding that is not known; save it as UTF-8")


def _cells(text: str, separator: str) -> Iterator[list[Cell]]:
    """Yield the cells of each line."""
    row: list[Cell] = []
    at = 0
    while at < len(text):
        cell = _cell(text, at, separator)
        row.append(cell)
        at = cell.end
        if text[at : at + 1] == separator:
            at += 1
            if at == len(text):
                row.append(Cell(at, at, "", is_quoted=False))
            continue
        yield row
        row = []
        at += 2 if text[at : at + 2] == "\r\n" else 1
    if row:
        yield row


def _cell(text: str, start: int, separator: str) -> Cell:
    """Return the cell that starts at a place."""
    ends = {separator, "\n", "\r"}
    at, parts = start, []
    is_quoted = text[start] == '"'
    if is_quoted:
        at += 1
        while at < len(text):
            close = text.find('"', at)
            close = len(text) if close < 0 else close
            parts.append(text[at:close])
            at = close + 1
            if text[at : at + 1] != '"':
                break
            parts.append('"')
            at += 1
    rest = min(at, len(text))
    at = rest
    while at < len(text) and text[at] not in ends:
        at += 1
    return Cell(start, at, "".join(parts) + text[rest:at], is_quoted)
