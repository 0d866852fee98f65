"""A run: what it grades goes into the gradebook at once, and from there into files."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Engine

from grader import own_code
from grader.course import digests
from grader.course.plan import Planner, Task, Wanted
from grader.course.store import documents
from grader.course.store.gradebook import Gradebook, Whose, anybody
from grader.course.store.grading_rows import Found
from grader.course.store.known import by_digest
from grader.engines.done import Done
from grader.engines.executor import Finished
from grader.engines.job import Job
from grader.model.assignment import Assignment
from grader.model.result import ExerciseResult, Report, is_graded
from grader.model.submission import Handin
from grader.model.text import say
from grader.openings import next_opening, rules_of
from grader.reporting import html
from grader.reporting.folder import EXECUTED
from grader.wording.catalogue import translated
from grader.wording.scores import scored


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a run was asked for.

    paths: where hand-ins are; assignments: that they may answer; wanted: which of them are graded;
    other_data: what the seeds of other data follow from.
    """

    job: Job
    paths: Sequence[Path]
    assignments: Sequence[Assignment]
    wanted: Wanted = field(default_factory=Wanted)
    other_data: str = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was found and is in the gradebook. place: of its files; grading: its number."""

    done: Done
    place: str
    grading: int


class GradingRun:
    """A run on what was handed in.

    plan: what it does. Raises NotKept where the gradebook cannot be read.
    """

    def __init__(self, database: Engine, asked: Asked, handins: Sequence[Handin]) -> None:
        self._asked, self._gradebook = asked, Gradebook(database)
        self._paths = {str(path.absolute()): str(path) for path in asked.paths}
        self._settings = digests.settings(asked.job, asked.other_data)
        self._sources = digests.of_sources(asked.assignments)
        self._exercises = {one.name: digests.of_exercises(one) for one in asked.assignments}
        self.plan = Planner(
            by_digest(database),
            asked.assignments,
            digests.of_settings(self._settings),
            asked.wanted,
            chosen=asked.job.chosen,
        ).plan(handins)
        self._found = [*self.plan.current]
        for task in self.plan.tasks:
            self._found += [(task.handin, task.known)] if task.known is not None else []
        self._taken = {known.key: known.student for _, known in self._found}
        self._shared = {one.bundle: known.key for one, known in self._found if one.bundle}
        self._number = 0

    def begin(self) -> None:
        """Note that it begins, and what was found again. Raises NotKept."""
        self._number = self._gradebook.begin(
            command=sys.argv[1:],
            version=version("tensorgrader"),
            judging=own_code.judging(),
            settings=self._settings,
        )
        self._gradebook.seen(
            self._number,
            [(known.handin, self._given(handin), handin.shown) for handin, known in self._found],
        )

    def keep(self, finished: Finished) -> Kept:
        """Keep what was found in a hand-in.

        It stays kept, whatever happens from then on. Raises NotKept.
        """
        task = self.plan.tasks[finished.number]
        done, known = self._merged(task, finished.done), task.known
        own = known.key if known is not None else self._shared.get(task.handin.bundle, "")
        self._taken.pop(own, None)
        entry, number = self._gradebook.place(done.report, taken=self._taken)
        self._taken[entry.key] = entry.student
        if task.handin.bundle:
            self._shared[task.handin.bundle] = entry.key
        if number > 1:
            done = _numbered(done, entry.student, number)
        if done.page is None:
            link = EXECUTED if done.executed is not None else ""
            done = replace(done, page=html.report(done.told, executed=link))
        waits = next_opening(rules_of(done.report), now=datetime.now(UTC)) is not None
        lasting = replace(done, page=None) if waits else done  # it will say more than that page
        found = self._what_was_found(task, lasting)
        grading = self._gradebook.keep(self._number, entry, found)
        return Kept(done=done, place=entry.place, grading=grading)

    def kept(self) -> int:
        """Return how many hand-ins it has graded, and kept. Raises NotKept."""
        return self._gradebook.kept(self._number)

    def end(self, whose: Whose = anybody) -> list[str]:
        """Note that all was graded; returns whose hand-ins are no longer where they had been.

        whose: as in `Gradebook.gone`.
        """
        gone: list[str] = []
        if not self.plan.unselected:
            gone = self._gradebook.gone(self._number, [*self._paths], whose)
        self._gradebook.end(self._number)
        return gone

    def _what_was_found(self, task: Task, done: Done) -> Found:
        exercises = self._exercises.get(done.report.assignment or "", {})
        settings, judging = digests.of_settings(self._settings), own_code.judging()
        if task.known is not None and _is_partial(task, done):
            # What was not graded anew follows from what it followed from before.
            stay = {
                name: digest
                for name, digest in task.known.exercises.items()
                if name not in (task.anew or ())
            }
            exercises = {**exercises, **stay}
            settings, judging = task.known.settings_digest, task.known.judging
        return Found(
            done=done,
            digest=task.digest,
            given=self._given(task.handin),
            handin=task.known.handin if task.known is not None else None,
            attempt=task.handin.attempt,
            is_absent=task.handin.on_roster == "absent",
            why=task.why,
            anew=task.anew,
            exercises=exercises,
            sources_digest=self._sources,
            settings_digest=settings,
            judging=judging,
        )

    def _given(self, handin: Handin) -> str:
        """Return which of the paths that were named a hand-in lay at."""
        shown = Path(handin.shown)
        for absolute, path in self._paths.items():
            if shown == Path(path) or Path(path) in shown.parents:
                return absolute
        return ""

    def _merged(self, task: Task, done: Done) -> Done:
        """Return what was found, with what had been found before of exercises not graded anew."""
        if task.anew is None or task.known is None or not _is_partial(task, done):
            return done
        old = documents.of_grading(self._gradebook.engine, task.known.grading)
        report = _with(done.report, old.report.exercises, task.anew)
        told = _with(done.told, old.told.exercises, task.anew)
        return replace(done, report=report, told=told, page=None)


def _is_partial(task: Task, done: Done) -> bool:
    """Whether only some exercises are graded anew."""
    return task.anew is not None and task.known is not None and is_graded(done.report.outcome)


def _with(report: Report, old: Sequence[ExerciseResult], anew: Iterable[str]) -> Report:
    before: Mapping[str, ExerciseResult] = {one.exercise: one for one in old}
    stay = before.keys() - set(anew)
    results = tuple(
        before[one.exercise] if one.exercise in stay else one for one in report.exercises
    )
    return scored(replace(report, exercises=results))


def _numbered(done: Done, student: str, number: int) -> Done:
    """Return what was found under another name, because there is a hand-in under it already."""
    note = say(
        "there is more than one hand-in of {student}; this is number {number}",
        student=done.report.student,
        number=number,
    )
    notes = (*done.report.notes, translated(note, done.report.language))
    return replace(
        done,
        report=replace(done.report, student=student, notes=notes),
        told=replace(done.told, student=student, notes=notes),
        page=None,
    )
