"""The rows of a table that a person wrote, with Excel or by hand."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.errors import UsageError
from grader.formats.encoding import decode


def read(path: Path, needed: Sequence[str], example: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line and the cells, by the lower-case names of their columns, of each row.

    Comma, semicolon and tab all separate, and any encoding is read, since Excel writes each.
    Empty rows are left out. example: the first line as it should be, for the message.
    Raises UsageError, which names the file, and the line where there is one.
    """
    try:
        text, _ = decode(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    head = text.split("\n", 1)[0]
    table = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True
    )
    try:
        named = {(name or "").strip().lower(): name for name in table.fieldnames or ()}
        if missing := [name for name in needed if name not in named]:
            raise UsageError(
                f"{path} has no column {', '.join(missing)}; its first line should be `{example}`"
            )
        for row in table:
            cells = {name: (row.get(key) or "").strip() for name, key in named.items()}
            if any(cells.values()):
                yield table.line_num, cells
    except csv.Error as error:
        raise UsageError(f"{path}, line {table.reader.line_num}: {error}") from error
