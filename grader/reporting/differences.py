"""What a run changed: on the terminal, as a table, as a page for the staff."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich import box
from rich.table import Table

from grader import spreadsheet
from grader.atomic import write_text
from grader.model.check_name import as_written
from grader.model.difference import CheckChange, Difference, Judged
from grader.reporting import html, terminal

_HEAD = ("student", "id", "assignment", "score_before", "score_after", "gained", "exercise")
_OF_EXERCISE = ("exercise_before", "exercise_after", "check", "check_before", "check_after")


def summary(found: Sequence[Difference]) -> str:
    """Return in a line how many changed, and which way."""
    if not found:
        return "Nobody's marks changed"
    gained = [one.gained for one in found if one.gained is not None and one.gained > 0]
    lost = [one.gained for one in found if one.gained is not None and one.gained < 0]
    parts = [f"{len(gained)} gained {_points(sum(gained))}"] if gained else []
    parts += [f"{len(lost)} lost {_points(-sum(lost))}"] if lost else []
    if rest := len(found) - len(gained) - len(lost):
        parts.append(f"{rest} changed in another way")
    return f"{len(found)} changed: {', '.join(parts)}"


def table(found: Sequence[Difference], *, width: int) -> str:
    """Return a table of who changed, and by which checks. width: in characters."""
    made = Table(box=box.SIMPLE_HEAD)
    for head in ("student", "assignment"):
        made.add_column(head, overflow="fold")
    for head in ("before", "after", "gained"):
        made.add_column(head, justify="right")
    made.add_column("exercise, and what its checks are now", overflow="fold")
    for one in found:
        row = (one.student, one.assignment or "-", shown(one.before), shown(one.after))
        cells = (*row, f"{one.gained:+g}" if one.gained is not None else "", "\n".join(_told(one)))
        made.add_row(*(terminal.cell(cell) for cell in cells))
    return terminal.drawn(made, width=width)


def write_table(path: Path, found: Sequence[Difference]) -> None:
    """Write a table with a row for each check that ended otherwise. Raises OSError."""
    with spreadsheet.table(path) as write_row:
        write_row((*_HEAD, *_OF_EXERCISE))
        for one in found:
            for row in _rows(one):
                write_row(row)


def write_page(path: Path, found: Sequence[Difference]) -> None:
    """Write a page that shows old and new side by side. Raises OSError."""
    write_text(path, html.differences(found, summary(found)))


def _points(number: float) -> str:
    return "1 point" if number == 1 else f"{number:g} points"


def shown(judged: Judged | None) -> str:
    """Return points, or why there are none."""
    if judged is None:
        return "-"
    return judged.outcome if judged.score is None else f"{judged.score:g}"


def _told(one: Difference) -> Iterator[str]:
    for change in one.exercises:
        now = [
            f"{as_written(check.expression)}: {check.after or 'gone'}" for check in change.checks
        ]
        checks = f" ({'; '.join(now)})" if now else ""
        yield f"{change.exercise}: {shown(change.before)} -> {shown(change.after)}{checks}"


def _rows(one: Difference) -> Iterator[tuple[str, ...]]:
    gained = f"{one.gained:g}" if one.gained is not None else ""
    who = (one.student, one.student_id or "", one.assignment or "")
    first = (*who, shown(one.before), shown(one.after), gained)
    if not one.exercises:
        yield (*first, *[""] * (1 + len(_OF_EXERCISE)))
    for change in one.exercises:
        exercise = (change.exercise, shown(change.before), shown(change.after))
        none = CheckChange(expression="", before=None, after=None)
        for check in change.checks or (none,):
            row = (as_written(check.expression), check.before or "", check.after or "")
            yield (*first, *exercise, *row)
