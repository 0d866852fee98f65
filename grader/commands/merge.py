"""Results of several machines, brought together."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands.app import app, errors, tell
from grader.commands.held import CourseFile, Held, Overrides, Url
from grader.commands.unwritten import reason
from grader.errors import NotKept, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course.merging.merge import Joined

_INCOMPLETE, _DOUBTFUL, _NOT_KEPT, _INTERRUPTED = 1, 3, 4, 130  # exit codes


@app.command(
    epilog="Examples: `grader merge out-1 out-2 out-3 -o merged`, `grader merge out-* -o merged`,"
    " `grader merge late-out -o merged`,"
    " `grader merge out-* -o merged --gradebook postgresql://grader@db.example.org/course`."
)
def merge(
    results: Annotated[
        list[str],
        typer.Argument(
            metavar="OUT...",
            help="Folders that `grader grade` wrote to, or URLs of their databases. They stay as"
            " they are.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "-o", "--out", help="The folder to merge into, which may hold results already."
        ),
    ] = Path("grades"),
    overrides: Overrides = None,
    course: CourseFile = None,
    gradebook: Url = None,
) -> None:
    """Bring results of several machines together in one folder: its gradebook, decisions, reports.

    What is there already stays; the same command again changes nothing, and goes on with what was
    interrupted. Exit code 0: all is there. 1: something could not be read, and is named. 2: wrong
    usage. 3: a person should look, since marks or decisions do not fit together. 4: not kept.
    """
    held = Held(out, url=gradebook, file=course, overrides=overrides)
    named = _named(held, results)
    with ExitStack() as stack:
        every, is_whole = _opened(stack, named)
        raise typer.Exit(_Merging(held, every, is_whole).run())


def _named(held: Held, results: Sequence[str]) -> list[str]:
    """Return what is to be merged, each once. Raises UsageError."""
    from grader.course.merging.source import is_url

    found: dict[str, str] = {}
    for one in results:
        found.setdefault(one if is_url(one) else str(Path(one).resolve()), one)
    here = {str(held.out.resolve()), held.url or ""}
    if both := here & found.keys():
        name = "the database that results are merged into" if held.url in both else str(held.out)
        raise UsageError(f"{name} cannot be merged into itself: leave it out before -o")
    return [*found.values()]


def _opened(stack: ExitStack, named: Sequence[str]) -> tuple[list[Joined], bool]:
    """Return what can be read, and whether that is all. Raises UsageError where it is nothing."""
    from grader.course.merging.merge import looked_up
    from grader.course.merging.source import opened

    every: list[Joined] = []
    problems: list[str] = []
    for one in named:
        try:
            every.append(looked_up(stack.enter_context(opened(one))))
        except UsageError as error:
            problems.append(str(error))
    if not every:
        raise UsageError("; ".join(problems))
    for line in problems:
        tell(f"left out: {line}")
    return every, not problems


class _Merging:
    """What is done once it is known what can be merged. is_whole: whether that is all."""

    def __init__(self, held: Held, every: Sequence[Joined], is_whole: bool) -> None:
        self._held, self._every, self._is_whole = held, every, is_whole
        self._doubts = 0
        self._done = (0, sum(len(one.handins) for one in every))

    def run(self) -> int:
        """Do it; returns the exit code. Raises UsageError."""
        from grader.course.lock import locked

        with locked(self._held.out):
            try:
                self._merge()
            except (KeyboardInterrupt, NotKept, OSError) as error:
                return self._stopped(error)
        for one in self._every:
            of = f"{len(one.handins)} hand-ins, {one.gradings} gradings are new"
            typer.echo(f"{one.source.shown}: {of}")
        self._held.show()
        return _DOUBTFUL if self._doubts else 0 if self._is_whole else _INCOMPLETE

    def _merge(self) -> None:
        from grader.course.merging import decided, merge, one_secret
        from grader.course.store.gradebook import Gradebook
        from grader.course.views import Views

        held = self._held
        people = [decided.decided_in(one.source) for one in self._every]
        gradebook = Gradebook(held.database(create=True))
        with errors.status("merging") as status:

            def progress(done: int, total: int) -> None:
                self._done = done, total
                status.update(f"merging: {done} of {total} hand-ins")

            merge.merge(gradebook, self._every, progress)
        conflicts = decided.bring(gradebook, held.table, held.marks().table.decisions, people)
        self._left_out([line for one in self._every for line in one.problems])
        self._left_out([line for one in people for line in one.problems])
        conflicts += one_secret.bring(held.out, [one.source for one in self._every])
        with errors.status("writing reports and tables"):
            held.refresh(Views(held.out, held.assignments))
        self._compare(conflicts)

    def _compare(self, conflicts: Sequence[str]) -> None:
        """Say what does not fit together."""
        from grader.course.merging import agreement

        database, counted = self._held.database(), self._held.marks().as_found
        origins = agreement.origins(self._every, str(self._held.out))
        for line in agreement.several(database, counted, origins):
            tell(line)
        for line in [*conflicts, *agreement.differences(database, counted, origins)]:
            self._doubts += 1
            tell(line)
        for line in agreement.missing_shards(self._every):
            tell(line)

    def _left_out(self, problems: Sequence[str]) -> None:
        for line in problems:
            self._is_whole = False
            tell(line)

    def _stopped(self, error: BaseException) -> int:
        done, total = self._done
        why = "" if isinstance(error, KeyboardInterrupt) else f"{reason(error)}; "
        tell(
            f"stopped: {done} of {total} hand-ins are merged; {why}the same command goes on from"
            " there"
        )
        return _INTERRUPTED if isinstance(error, KeyboardInterrupt) else _NOT_KEPT
