"""How far a run has come, on the terminal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from grader.commands.app import errors
from grader.reporting.controls import strip_controls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model.result import Report


def show_progress(graded: Iterator[Report], total: int, reports: list[Report]) -> None:
    """Show each report as it comes, and keep it: a bar on a terminal, plain lines elsewhere."""
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    started = time.monotonic()
    with Progress(*columns, console=errors, disable=not errors.is_terminal) as progress:
        task = progress.add_task("grading", total=total, rate="")
        for report in graded:
            reports.append(report)
            rate = len(reports) / max(time.monotonic() - started, 0.001)
            progress.update(task, advance=1, rate=f"{rate:.1f}/s")
            line = " ".join(strip_controls(_line(report)).split())
            progress.console.print(line, markup=False, soft_wrap=True)


def _line(report: Report) -> str:
    name = f"{report.student} ({report.assignment})" if report.assignment else report.student
    if report.outcome != "graded":
        return f"{name}: {report.outcome}: {report.reason} [{report.source}]"
    return f"{name}: {report.score:g} of {report.max_score:g}"
