"""What a run grades, and why: what is new, what has changed, what was left open."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from grader import own_code
from grader.course import digests
from grader.course.store.known import Known, students
from grader.model.assignment import Assignment
from grader.model.result import is_graded
from grader.model.submission import Handin

Why = Literal[
    "new",
    "handed in again",
    "needed review",
    "a module was missing",
    "other assignments",
    "the assignment changed",
    "other settings",
    "another version of the grader",
    "asked for",
]
# What is graded again only where that is asked for: it may be dear, and marks may change.
CHANGES: tuple[Why, ...] = (
    "the assignment changed",
    "other settings",
    "another version of the grader",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person asked for.

    changed: what has changed since it was graded; again: everything; exercises: these alone, of
    all; students: of these alone, by names or ids.
    """

    changed: bool = False
    again: bool = False
    exercises: tuple[str, ...] = ()
    students: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A hand-in that is to be graded.

    known: what the gradebook knows of it; anew: the exercises that are, where the others keep what
    was found; None for all.
    """

    handin: Handin
    digest: str
    why: Why
    known: Known | None = None
    anew: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run does.

    current: hand-ins that stay as they are, with what was found; left: how many of these would be
    graded again if changes were, by why; unselected: how many hand-ins were not asked for.
    """

    tasks: Sequence[Task]
    current: Sequence[tuple[Handin, Known]]
    left: Mapping[Why, int] = field(default_factory=dict)
    unselected: int = 0


class Planner:
    """Decides on each hand-in of a run.

    known: hand-ins of the gradebook, by digest; settings: the digest of this run's; chosen: whether
    the person named the assignment.
    """

    def __init__(
        self,
        known: Mapping[str, Sequence[Known]],
        assignments: Sequence[Assignment],
        settings: str,
        wanted: Wanted,
        *,
        chosen: bool,
    ) -> None:
        self._known = {digest: list(found) for digest, found in known.items()}
        self._students = students(known)
        self._assignments = {one.name: one for one in assignments}
        self._exercises = {one.name: digests.of_exercises(one) for one in assignments}
        self._sources = digests.of_sources(assignments)
        self._settings, self._wanted, self._chosen = settings, wanted, chosen

    def plan(self, handins: Sequence[Handin]) -> Plan:
        """Return what is to be done with what was handed in."""
        tasks, current, left, unselected = [], [], Counter[Why](), 0
        for handin in handins:
            if not self._is_selected(handin):
                unselected += 1
                continue
            digest = digests.of_handin(handin)
            same = self._known.get(digest)
            known = same.pop(0) if same else None
            if known is None:
                why: Why = "handed in again" if self._has(handin) else "new"
                tasks.append(Task(handin=handin, digest=digest, why=why))
                continue
            reason, anew = self._decided(known)
            is_left = reason in CHANGES and not self._wanted.changed
            if reason is None or is_left:
                current.append((handin, known))
                left.update([reason] if reason else [])
            else:
                task = Task(handin=handin, digest=digest, why=reason, known=known, anew=anew)
                tasks.append(task)
        return Plan(tasks=tasks, current=current, left=left, unselected=unselected)

    def _is_selected(self, handin: Handin) -> bool:
        wanted = {name.casefold() for name in self._wanted.students}
        names = {handin.student.casefold(), (handin.id or "").casefold()}
        return not wanted or bool(wanted & names)

    def _has(self, handin: Handin) -> bool:
        return handin.id in self._students or handin.student.casefold() in self._students

    def _decided(self, known: Known) -> tuple[Why | None, tuple[str, ...] | None]:
        """Return why a hand-in is to be graded again, if it is, and which exercises are."""
        if self._wanted.again:
            return "asked for", None
        if self._wanted.exercises or self._wanted.students:
            names = tuple(name for name in known.exercises if name in self._wanted.exercises)
            if names and is_graded(known.outcome):
                return "asked for", names
            return (None if self._wanted.exercises else "asked for"), None
        if known.outcome == "needs review":
            return "needed review", None
        if known.is_open:
            return "a module was missing", None
        assignment = self._assignments.get(known.assignment or "")
        if assignment is None or not is_graded(known.outcome):
            is_other = known.sources_digest != self._sources
            if is_other and (self._chosen or not is_graded(known.outcome)):
                return "other assignments", None
        if known.judging != own_code.judging():
            return "another version of the grader", None
        if known.settings_digest != self._settings:
            return "other settings", None
        if assignment is None:
            return None, None
        touched = self._touched(known, assignment)
        if not touched:
            return None, None
        return "the assignment changed", touched if is_graded(known.outcome) else None

    def _touched(self, known: Known, assignment: Assignment) -> tuple[str, ...]:
        """Return the exercises whose marks may be others now, and those that are gone."""
        now = self._exercises[assignment.name]
        changed = {name for name, digest in now.items() if known.exercises.get(name) != digest}
        touched = [
            one.name
            for one in assignment.exercises
            if changed & {one.name, *assignment.built_on(one)}
        ]
        return (*touched, *(name for name in known.exercises if name not in now))
