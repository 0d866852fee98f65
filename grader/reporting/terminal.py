"""Tables as text: on a terminal, or where its output goes instead."""

import io
import shutil
import sys

from rich.console import Console
from rich.table import Table

from grader.reporting.controls import strip_controls

_WIDEST = 160  # characters of a table that is not read on a terminal


def width() -> int:
    """Return how many characters a line may have."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDEST


def cell(text: str) -> str:
    """Return a text as a cell that is no markup, and moves no cursor."""
    return strip_controls(text).replace("[", r"\[")


def drawn(table: Table, *, width: int) -> str:
    """Return a table as lines without blanks at their ends. width: of a line, in characters."""
    console = Console(file=io.StringIO(), width=width)
    with console.capture() as capture:
        console.print(table)
    return "\n".join(line.rstrip() for line in capture.get().rstrip().split("\n"))
