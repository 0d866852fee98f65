"""Runs in which the reference's solution stands in place of earlier answers that are not right.

They make up for what cannot be carried over as data: functions, classes, modules. Such a run comes
last and is sealed: the solution is in it, so nothing that it gives is told but which checks pass.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from typing import Protocol

from grader.authoring.dependencies import answered
from grader.homes import homes
from grader.marking.checks import Judged, judge
from grader.marking.dependence import Dependence, Names, Read
from grader.marking.substitution import blamed, sealed
from grader.model.assignment import Exercise
from grader.model.facts import Ending, Replaced
from grader.model.result import CheckResult
from grader.model.submission import Step
from grader.reference import Reference
from grader.replaced_steps import replaced_steps
from grader.running.outputs import Ran, unreached
from grader.running.pending_look import Look
from grader.running.run import Run
from grader.syntax.code import is_blank
from grader.syntax.forbidden import among, uses_in
from grader.syntax.statements import bound, statements

OpenRun = Callable[[Sequence[Step], Sequence[Exercise], Callable[[Look], None]], Run]


class Found(Protocol):
    """What was found of a submission so far."""

    @property
    def right(self) -> frozenset[str]:
        """The names of the exercises that are right."""
        ...

    def looks(self, exercise: Exercise) -> Sequence[Judged]:
        """Return what the checks found at each look at an exercise."""
        ...


class Substitution:
    """The further runs of a submission that was looked at in all other ways.

    steps: in the order of the assignment; endings: how each ended, by its id; exercises: that are
    looked at.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        endings: Mapping[int, Ending],
        exercises: Sequence[Exercise],
        found: Found,
        reference: Reference,
    ) -> None:
        self._steps, self._endings = steps, endings
        self._exercises, self._so_far = exercises, found
        self._read: Read = cache(statements)
        self._found: dict[tuple[str, frozenset[str]], Names] = {}
        self._reference, self._assignment = reference, reference.assignment

    def run(self, open_run: OpenRun, add: Callable[[Look, Judged], None]) -> None:
        """Run once for each set of exercises that are replaced; add: keeps what is found.

        All that rest on a set are looked at in its run.
        """
        tried: set[frozenset[str]] = set()
        for exercise in self._exercises:
            while (names := frozenset(self._replaced(exercise))) and names not in tried:
                tried.add(names)
                rest = [one for one in self._exercises if names <= self._replaced(one).keys()]
                self._run(names, rest, open_run, add)

    @cached_property
    def _answers(self) -> Mapping[str, frozenset[str]]:
        """By exercise, the names that its answer binds."""
        cells = (cell for cell in self._assignment.cells if cell.role == "exercise")
        return {cell.exercise or "": frozenset(answered(cell)) for cell in cells}

    @cached_property
    def _dependence(self) -> Dependence:
        def is_tool(owner: str, name: str) -> bool:
            return self._reference.is_tool(self._assignment.exercise(owner), name)

        return Dependence(
            self._assignment, self._steps, read=self._read, answers=self._answers, is_tool=is_tool
        )

    def _replaced(self, exercise: Exercise) -> Names:
        """Return the exercises to be replaced for one, with what it reads of each."""
        gradable = {one.name for one in self._reference.gradable}
        right = self._so_far.right & gradable
        if exercise.name in right or len(right) == len(gradable) - 1 or self._is_blank(exercise):
            return {}
        key = exercise.name, right
        if key not in self._found:
            self._found[key] = self._dependence.of(exercise, right)
        return self._found[key] if self._found[key].keys() <= gradable else {}

    def _run(
        self,
        names: frozenset[str],
        exercises: Sequence[Exercise],
        open_run: OpenRun,
        add: Callable[[Look, Judged], None],
    ) -> None:
        told = {one.name: self._told(names, one) for one in exercises}
        steps = replaced_steps(
            self._steps,
            self._endings,
            self._assignment,
            read=self._read,
            replaced=names,
            looking=exercises,
        )
        allowed = {one.name: self._allowed(one, steps) for one in exercises}
        looking = [one for one in exercises if allowed[one.name]]
        if not looking:
            return
        looks: list[Look] = []
        with open_run(steps, looking, looks.append) as run:
            run.execute()
            ran = run.ran
        for look in looks:
            if look.moment in allowed[look.exercise.name]:
                add(look, self._judged(look, ran, told[look.exercise.name]))

    def _judged(self, look: Look, ran: Sequence[Ran], replaced: tuple[Replaced, ...]) -> Judged:
        exercise = look.exercise
        checks = judge(
            exercise, actual=look.values, expected=self._reference.expected[exercise.name]
        )
        own = [
            one
            for one in ran
            if one.step.exercise == exercise.name
            and (one.step.role == "exercise" or look.moment != "own")
        ]
        bound_here = {
            name
            for one in own
            for name in bound(self._read(one.step.source)) - unreached(one, exercise.reads)
        }
        unbound = self._answers[exercise.name] - bound_here
        return Judged(
            moment=look.moment, checks=sealed(exercise, checks, unbound), replaced=replaced
        )

    def _allowed(self, exercise: Exercise, steps: Sequence[Step]) -> frozenset[str]:
        """Return the moments at which it uses nothing that it forbids, by a solution either."""
        used = uses_in(
            [step.source for step in steps],
            exercise.forbid,
            helpers=[place for place, step in enumerate(steps) if step.role != "given"],
            opaque=[place for place, step in enumerate(steps) if step.opaque],
            homes=homes(exercise.forbid),
        )
        banned = {
            step.role
            for step, found in zip(steps, used, strict=True)
            if step.exercise == exercise.name and among(found, exercise.forbid)
        }
        if "exercise" in banned:
            return frozenset()
        return frozenset({"own"} if banned else {"own", "below"})

    def _told(self, names: frozenset[str], exercise: Exercise) -> tuple[Replaced, ...]:
        found = self._replaced(exercise)
        return tuple(
            Replaced(
                exercise=owner,
                names=blamed(found[owner], self._assignment.exercise(owner), self._checks(owner)),
                is_missing=self._is_blank(self._assignment.exercise(owner)),
            )
            for owner in found
            if owner in names
        )

    def _checks(self, exercise: str) -> Sequence[CheckResult]:
        """Return what was found at the best look at an exercise, if there was any."""
        looks = self._so_far.looks(self._assignment.exercise(exercise))
        return max(looks, key=lambda look: look.score).checks if looks else ()

    def _is_blank(self, exercise: Exercise) -> bool:
        """Whether its cells hold nothing of the student's; so it is where there are none."""
        released = self._assignment.cell_of(exercise).source
        own = (step for step in self._steps if step.exercise == exercise.name)
        return all(is_blank(step.source, released) for step in own if step.role != "given")
