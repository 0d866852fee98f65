"""What verifying an assignment found, as tables of text."""

import math
from collections.abc import Iterable, Mapping, Sequence

from rich import box
from rich.markup import escape
from rich.table import Table

from grader.model.verdict import Row
from grader.reporting import terminal

WIDTH = 110  # characters


def table(rows: Sequence[Row], title: str) -> str:
    """Return one table of an assignment."""
    made = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    made.add_column("exercise")
    heads = ("points", "checks", "hidden", "weak", "mistakes", "named", "alternatives", "spread")
    for head in (*heads, "nearest"):
        made.add_column(head, justify="right")
    for row in rows:
        counts = (row.checks, row.hidden, row.weak, row.mistakes, row.named, row.alternatives)
        made.add_row(
            row.exercise,
            f"{row.points:g}",
            *map(str, counts),
            f"{row.spread:.2g}",
            "–" if math.isinf(row.nearest) else f"{row.nearest:.2g}",
        )
    return _text(made) + "spread of right runs and way to the nearest mistake, in tolerances\n"


def values(rows: Iterable[tuple[str, str, str, str]], title: str) -> str:
    """Return what a reference gives. rows: of exercise, check, value, and value on other data."""
    made = Table(
        box=box.SIMPLE_HEAD, title=f"{title}: what the reference gives", title_justify="left"
    )
    for head in ("exercise", "check", "on the data shown", "on other data"):
        made.add_column(head, overflow="fold")
    before = ""
    for exercise, check, shown, other in rows:
        made.add_row("" if exercise == before else exercise, *map(escape, (check, shown, other)))
        before = exercise
    return _text(made)


def confusion(found: Mapping[str, Mapping[str, Sequence[str]]]) -> str:
    """Return, for each exercise, which mistakes (rows) are taken for which (columns)."""
    parts = []
    for exercise, rows in found.items():
        if not rows:
            continue
        made = Table(box=box.SIMPLE_HEAD, title=f"{exercise}: taken for", title_justify="left")
        made.add_column("mistake")
        for number in range(1, len(rows) + 1):
            made.add_column(str(number), justify="center")
        for number, (mistake, named) in enumerate(rows.items(), start=1):
            marks = ("×" if other in named else "·" for other in rows)
            made.add_row(f"{number} {mistake}", *marks)
        parts.append(_text(made))
    return "".join(parts)


def _text(made: Table) -> str:
    return terminal.drawn(made, width=WIDTH) + "\n"
