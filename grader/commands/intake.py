"""What a person named on the command line, as hand-ins: to be graded, or to be looked at."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from grader.commands import roll_call
from grader.commands.app import errors, tell
from grader.reporting import terminal
from grader.reporting.controls import strip_controls

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from grader.commands.held import Held
    from grader.model.assignment import Assignment
    from grader.model.submission import Handin


@dataclass(frozen=True, slots=True)
class Intake:
    """What was named, for a course. The rest is as in `grader.intake.receive`."""

    paths: Sequence[Path]
    assignments: Sequence[Assignment]
    chosen: bool
    pattern: re.Pattern[str] | None
    roster: Path | None
    held: Held

    def received(self, into: str) -> list[Handin]:
        """Return what was handed in, and say in short whose it is. Raises UsageError."""
        from grader.intake.receive import receive

        with errors.status("reading what was handed in"):
            handins = receive(
                self.paths,
                Path(into),
                self.assignments,
                chosen=self.chosen,
                pattern=self.pattern,
                listed=self.roster or self.held.settings.roster,
                out=self.held.out,
                all_of=self.held.graded_in_full(self.assignments),
                tell=tell,
            )
        for line in roll_call.summary(handins):
            tell(line)
        return handins

    def show(self) -> int:
        """Show what would be graded; returns the exit code. Raises UsageError."""
        from grader.intake.preview import preview

        with tempfile.TemporaryDirectory(prefix="grader-") as unpacked:
            handins = self.received(unpacked)
            with errors.status("reading notebooks"):
                previews = [preview(one, self.assignments, chosen=self.chosen) for one in handins]
        width = terminal.width()
        typer.echo(roll_call.table(previews, width=width) + "\n")
        for line in roll_call.remarks(previews):
            typer.echo(strip_controls(line))
        wrong = sum(map(roll_call.looks_wrong, previews))
        typer.echo(f"{wrong} of {len(previews)} look wrong (!)" if wrong else "nothing looks wrong")
        return 1 if wrong else 0
