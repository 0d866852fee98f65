"""What a person named on the command line, as hand-ins: to be graded, or to be looked at."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from grader.commands import roll_call
from grader.commands.app import errors, tell
from grader.reporting import terminal
from grader.reporting.controls import strip_controls

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence

    from grader.commands.held import Held
    from grader.course.shard import Shard
    from grader.model.assignment import Assignment
    from grader.model.submission import Handin


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What was handed in, and is to be graded here.

    students: the id and the name of each who handed in anything, here or in another shard; holds:
    tells by name and id whether a student's work would be graded here.
    """

    handins: Sequence[Handin]
    students: tuple[tuple[str, str], ...]
    holds: Callable[[str, str | None], bool]


@dataclass(frozen=True, slots=True)
class Intake:
    """What was named, for a course. The rest is as in `grader.intake.receive`.

    shard: what of it is graded here, None for all.
    """

    paths: Sequence[Path]
    assignments: Sequence[Assignment]
    chosen: bool
    pattern: re.Pattern[str] | None
    roster: Path | None
    held: Held
    shard: Shard | None = None

    def received(self, into: str) -> Received:
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
        received = self._here(handins)
        for line in roll_call.summary(received.handins):
            tell(line)
        return received

    def show(self) -> int:
        """Show what would be graded; returns the exit code. Raises UsageError."""
        from grader.intake.preview import preview

        with tempfile.TemporaryDirectory(prefix="grader-") as unpacked:
            handins = self.received(unpacked).handins
            with errors.status("reading notebooks"):
                previews = [preview(one, self.assignments, chosen=self.chosen) for one in handins]
        width = terminal.width()
        typer.echo(roll_call.table(previews, width=width) + "\n")
        for line in roll_call.remarks(previews):
            typer.echo(strip_controls(line))
        wrong = sum(map(roll_call.looks_wrong, previews))
        typer.echo(f"{wrong} of {len(previews)} look wrong (!)" if wrong else "nothing looks wrong")
        return 1 if wrong else 0

    def _here(self, handins: Sequence[Handin]) -> Received:
        """Return what of all that was handed in falls into the shard, and say how much it is."""
        from grader.course.shard import Division
        from grader.course.store.gradebook import anybody

        students = tuple({one.id or one.student: one.student for one in handins}.items())
        if self.shard is None:
            return Received(handins=handins, students=students, holds=anybody)
        holds = partial(Division(handins, self.shard.total).holds, self.shard)
        here = [one for one in handins if holds(one.student, one.id)]
        of = f"{len(here)} of {len(handins)} rows"
        tell(f"shard {self.shard}: {of}; the others are graded elsewhere")
        return Received(handins=here, students=students, holds=holds)
