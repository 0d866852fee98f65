"""Tables that learning platforms write: their rows, below whatever stands above the headings."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress

from grader.formats.encoding import decode
from grader.intake.tree import Node

MAX_BYTES = 20 * 2**20
_ABOVE = 10  # lines that may stand above the headings


def content(node: Node) -> bytes:
    """Return the bytes of a file that a platform wrote; none where it is unreadable or huge."""
    if node.path is None or node.problem or node.archive:
        return b""
    with suppress(OSError):
        if node.path.stat().st_size <= MAX_BYTES:
            return node.path.read_bytes()
    return b""


def rows(node: Node, *needed: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield the cells of each row by their lower-case headings.

    needed: for each column that there has to be what it may be called. Nothing is yielded where
    they are not there, or the file is no table.
    """
    text, _ = decode(content(node))
    text = text.replace("\0", "")
    for separator in ",;\t":
        table = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        with suppress(csv.Error):
            for _, row in zip(range(_ABOVE), table, strict=False):
                heads = [cell.strip().lower() for cell in row]
                if all(any(name in heads for name in names) for names in needed):
                    for cells in table:
                        yield dict(zip(heads, (cell.strip() for cell in cells), strict=False))
                    return
