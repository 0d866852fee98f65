"""What `grader grade` does once it is known what was asked for."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.commands import not_installed
from grader.commands.app import errors, tell
from grader.commands.progress import Progress
from grader.commands.unwritten import is_unwritten, reason
from grader.course.lock import locked
from grader.course.run import Asked, GradingRun
from grader.course.store.gradebook import Whose, anybody
from grader.course.store.sqlite_file import Gone
from grader.course.views import Views
from grader.engines.choose import open_engine
from grader.errors import GraderError, NotKept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.commands.held import Held
    from grader.commands.intake import Intake
    from grader.course.plan import Plan
    from grader.engines.executor import Finished

# By whether nothing at all holds.
_WARNINGS = {
    False: "isolation is {}; `grader doctor` says why",
    True: "WARNING: isolation is {}: student code can read and change what you can, the reference"
    " too; `grader doctor` says why",
}
_OWN, _NOT_KEPT = 3, 4  # exit codes: the grader's own trouble; what is found cannot be kept
_INTERRUPTED = 130
_NAMED = 10  # students whom a line names


class Grading:
    """One `grader grade`: what is new or was left open is graded and kept, and shown in files.

    held: the course that it is for; jobs: worker processes; dask: the cluster in their place.
    """

    def __init__(
        self,
        asked: Asked,
        intake: Intake,
        held: Held,
        *,
        jobs: int | None = None,
        dask: str | None = None,
    ) -> None:
        self._asked, self._intake, self._held = asked, intake, held
        self._jobs, self._dask = jobs, dask
        self._views = Views(asked.job.out, lambda: asked.assignments)
        self._outcomes = Counter[str]()
        self._modules = Counter[str]()
        self._students: tuple[tuple[str, str], ...] = ()
        self._holds: Whose = anybody

    def run(self) -> int:
        """Do it; returns the exit code. Raises GraderError, and OSError."""
        with locked(self._asked.job.out):
            return self._run()

    def _run(self) -> int:
        with tempfile.TemporaryDirectory(prefix="grader-") as unpacked:
            received = self._intake.received(unpacked)
            self._students, self._holds = received.students, received.holds
            with errors.status("looking up what was graded before"):
                run = GradingRun(self._held.database(create=True), self._asked, received.handins)
            _say_attempts(run.plan)
            _say_plan(run.plan)
            try:
                self._grade(run)
            except (KeyboardInterrupt, GraderError, OSError) as error:
                return self._stopped(run, error)
        for line in not_installed.lines(self._modules):
            tell(line)
        self._held.show()
        outcomes = [*self._outcomes, *(known.outcome for _, known in run.plan.current)]
        return 3 if "needs review" in outcomes else 1 if "not graded" in outcomes else 0

    def _grade(self, run: GradingRun) -> None:
        run.begin()
        if handins := [task.handin for task in run.plan.tasks]:
            job = self._asked.job
            if job.variants:
                job = replace(job, students=self._students)
            with closing(
                open_engine(job, handins=len(handins), jobs=self._jobs, dask=self._dask, tell=tell)
            ) as engine:
                if (holds := engine.isolation) != "full":
                    tell(_WARNINGS[holds.startswith("none")].format(holds))
                with closing(engine.grade(handins)) as all_finished:
                    self._keep(run, all_finished, len(handins))
        if gone := run.end(self._holds):
            more = f" and {len(gone) - _NAMED} more" if len(gone) > _NAMED else ""
            names = ", ".join(gone[:_NAMED])
            tell(f"no longer among what was handed in, and left out: {names}{more}")
        self._held.refresh(self._views)

    def _keep(self, run: GradingRun, all_finished: Iterator[Finished], total: int) -> None:
        with Progress(total) as progress:
            for finished in all_finished:
                kept = run.keep(finished)
                report = kept.done.report
                self._outcomes[report.outcome] += 1
                self._modules.update(not_installed.modules(report))
                self._views.write(kept)
                progress.show(report)

    def _stopped(self, run: GradingRun, error: BaseException) -> int:
        """Say what is kept, and show it as far as possible; returns the exit code."""
        why = "" if isinstance(error, KeyboardInterrupt) else reason(error)
        try:
            self._held.refresh(self._views)
        except (GraderError, OSError, KeyboardInterrupt) as more:  # who asks twice will not wait
            also = "" if (told := reason(more)) in ("", why) else f" ({told})"
            tell(f"some files are as before{also}; `grader tables` makes them again")
        tell(self._what_is_kept(run, error, why))
        if isinstance(error, KeyboardInterrupt):
            return _INTERRUPTED
        if isinstance(error, NotKept) or is_unwritten(error):
            return _NOT_KEPT
        if isinstance(error, OSError):
            return _OWN
        raise error

    def _what_is_kept(self, run: GradingRun, error: BaseException, why: str) -> str:
        there = len(run.plan.current)
        total = there + len(run.plan.tasks)
        if isinstance(error, Gone):
            graded = there + self._outcomes.total()
            return (
                f"stopped, {graded} of {total} were graded: {why}; once it is back, the same"
                " command goes on from there"
            )
        try:  # an interrupt may come between what is kept and what is counted here
            kept = there + run.kept()
        except NotKept:
            kept = there + self._outcomes.total()
        return f"stopped: {kept} of {total} are kept; " + "; ".join(
            [*([why] if why else []), "the same command goes on from there"]
        )


def _say_attempts(plan: Plan) -> None:
    """Say which of several attempts count, in case they were of several students."""
    for handin in (task.handin for task in plan.tasks):
        if handin.others:
            tell(
                f"{handin.student}: {handin.shown} counts, the latest of"
                f" {len(handin.others) + 1} for its assignment; not {', '.join(handin.others)}"
            )


def _say_plan(plan: Plan) -> None:
    """Say what stays as it is, and what would change it."""
    if plan.current:
        number = len(plan.current)
        are = "1 hand-in is graded already and stays as it is"
        if number > 1:
            are = f"{number} hand-ins are graded already and stay as they are"
        tell(f"{are}; {len(plan.tasks)} to grade")
    for why, number in sorted(plan.left.items()):
        were = "1 of them was" if number == 1 else f"{number} of them were"
        tell(f"{were} graded with what has changed since ({why}): --changed grades them again")
    if plan.unselected:
        tell(f"{plan.unselected} hand-ins of others were not looked at")
