"""How far a run has come, on the terminal."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Self

from rich import progress as bars

from grader.commands.app import errors
from grader.model.result import so_far
from grader.reporting.controls import strip_controls

if TYPE_CHECKING:
    from grader.model.result import Report


class Progress(AbstractContextManager["Progress"]):
    """Shows each report as it comes: below a bar on a terminal, in plain lines elsewhere."""

    def __init__(self, total: int) -> None:
        columns = (
            bars.TextColumn("grading"),
            bars.BarColumn(),
            bars.MofNCompleteColumn(),
            bars.TextColumn("{task.fields[rate]}"),
            bars.TimeElapsedColumn(),
            bars.TextColumn("left"),
            bars.TimeRemainingColumn(),
        )
        self._bar = bars.Progress(*columns, console=errors, disable=not errors.is_terminal)
        self._task = self._bar.add_task("grading", total=total, rate="")
        self._started, self._done = time.monotonic(), 0

    def show(self, report: Report) -> None:
        """Show a report."""
        self._done += 1
        rate = self._done / max(time.monotonic() - self._started, 0.001)
        self._bar.update(self._task, advance=1, rate=f"{rate:.1f}/s")
        line = " ".join(strip_controls(_line(report)).split())
        self._bar.console.print(line, markup=False, soft_wrap=True)

    def __enter__(self) -> Self:
        """Begin to show."""
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        """End the bar."""
        self._bar.stop()


def _line(report: Report) -> str:
    name = f"{report.student} ({report.assignment})" if report.assignment else report.student
    if report.outcome == "waits for a person":
        return f"{name}: {so_far(report.exercises):g} so far; {report.reason}"
    if report.outcome != "graded":
        return f"{name}: {report.outcome}: {report.reason} [{report.source}]"
    return f"{name}: {report.score:g} of {report.max_score:g}"
