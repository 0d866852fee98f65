"""A run of one exercise apart from those that may have disturbed it: when, and of which cells.

It has the given cells, the exercise's own, and what these build on. What another exercise or a cell
in between did to given data, or left running, is not in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from grader.intake.similarity import given_lines
from grader.model.assignment import Exercise
from grader.model.submission import Step
from grader.model.text import Text, listed, say
from grader.reference import Reference
from grader.running.disturbances import LEFT, Disturbance
from grader.running.outputs import fault
from grader.running.run import Run
from grader.student_side.builtin_names import BUILTINS
from grader.syntax.code import is_blank
from grader.syntax.definitions import words
from grader.syntax.names import bound_after, bound_from

NAMED = 3  # at most so many that may have disturbed one exercise
_KEPT = "_kept_{}"  # the name under which what a given cell binds outlives its second run


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """The steps of a run of an exercise by itself. notes: who had disturbed it, where known."""

    steps: list[Step]
    notes: tuple[Text, ...]


def apart(run: Run, exercise: Exercise, reference: Reference) -> Apart | None:
    """Return how to run an exercise apart; None where nothing can have disturbed it.

    run: of the whole notebook.
    """
    if run.of(exercise.name) is None:
        return None
    found = _Surroundings(run, exercise, reference)
    if found.is_blank or not (found.culprits or _is_spoiled(run, exercise, reference)):
        return None
    return Apart(steps=found.steps(), notes=tuple(map(found.note, found.culprits[:NAMED])))


class _Surroundings:
    """What ran before an exercise, and what of it the exercise needs."""

    def __init__(self, run: Run, exercise: Exercise, reference: Reference) -> None:
        self.ran, self.exercise = run.ran, exercise
        self.assignment, self.expected = reference.assignment, reference.recording.changed
        self.own = [n for n, one in enumerate(run.ran) if one.step.exercise == exercise.name]
        self.cell = next(n for n in self.own if run.ran[n].step.role == "exercise")
        self.found = [self._unexpected(one) for one in run.disturbances.found]

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in its cells that could be right."""
        released = self.assignment.cell_of(self.exercise).source
        return all(is_blank(self.ran[place].step.source, released) for place in self.own)

    @cached_property
    def culprits(self) -> list[Disturbance]:
        """What other steps did before that the exercise may have noticed."""
        found = []
        for one in self.found:
            if one.place >= self.own[-1] or one.place in self.own:
                continue
            seen = replace(one, changed=self._still(one) & self.reach)
            if seen.changed or seen.left:
                found.append(seen)
        return found

    @cached_property
    def asked(self) -> set[str]:
        """The words of its checks."""
        checks = self.exercise.checks
        parts = (part for one in checks for part in (one.code, one.given, one.valid, *one.of))
        return {word for part in parts for word in words(part)}

    @cached_property
    def reach(self) -> set[str]:
        """The words of its cells and checks, and of whatever binds one of them before."""
        found = self._needed(self.own, range(self.own[-1]))
        return self.asked.union(*(words(self.ran[place].step.source) for place in found))

    def note(self, culprit: Disturbance) -> Text:
        """Say who disturbed it, and how."""
        cell = (self.ran[culprit.place].step.cell or 0) + 1
        if culprit.changed:
            given = (one.step.source for one in self.ran if one.step.role == "given")
            changed = culprit.changed - frozenset(BUILTINS).difference(*map(bound_after, given))
            named = listed(f"`{name}`" for name in sorted(changed or culprit.changed))
            if not changed:
                return say(
                    "cell {cell} hides what Python itself has ({names}), so exercise {exercise} was"
                    " run apart",
                    cell=cell,
                    names=named,
                    exercise=self.exercise.name,
                )
            return say(
                "cell {cell} changes {names}, which given code made, so exercise {exercise} was"
                " run apart",
                cell=cell,
                names=named,
                exercise=self.exercise.name,
            )
        return say(
            "cell {cell} leaves something behind ({what}), so exercise {exercise} was run apart",
            cell=cell,
            what=listed(LEFT[kind] for kind in culprit.left),
            exercise=self.exercise.name,
        )

    def steps(self) -> list[Step]:
        """Return the steps of its run: given cells, what it builds on, and its own.

        Given cells whose data the cells of another exercise change are run anew right after these.
        """
        steps: list[Step] = []
        before: list[int] = []
        for _, group in groupby(self._included(), self._owner):
            part = [*group]
            steps += [self.ran[place].step for place in part]
            if part[0] not in self.own:
                steps += self._given_again(part, before)
            before += part
        return steps

    def _owner(self, place: int) -> tuple[bool, str | None]:
        step = self.ran[place].step
        return step.role == "given", step.exercise

    def _unexpected(self, one: Disturbance) -> Disturbance:
        """Leave out what the solution changes as well."""
        expected = self.expected.get(self.ran[one.place].step.exercise or "", frozenset())
        return replace(one, changed=one.changed - expected)

    def _still(self, one: Disturbance) -> frozenset[str]:
        """Return what a step changed and no given cell made again before the exercise."""
        between = (ran.step for ran in self.ran[one.place + 1 : self.cell])
        again = (bound_after(step.source) for step in between if step.role == "given")
        return one.changed.difference(*again)

    def _included(self) -> list[int]:
        """Return the places of given cells, of what the exercise builds on, and of its own cells.

        The cell of another exercise, or of nobody, is among them where it binds a name that these
        have; one that left something behind only where the exercise builds on it.
        """
        owners, names = self._built_on()
        leaving = {one.place for one in self.found if one.left}
        disturbing = leaving | {one.place for one in self.found if one.changed}
        given, parts, others = set[int](), {*self.own}, set[int]()
        for place in range(self.own[-1]):
            ran = self.ran[place]
            if ran.step.role == "given":
                given.add(place)
            elif ran.run.came_to_its_end and place not in parts:
                binds = bound_from(ran.step.source, 1) or frozenset()
                is_asked = ran.step.role == "exercise" or bool(binds & names)
                if ran.step.exercise in owners and (is_asked or place not in disturbing):
                    parts.add(place)
                elif place not in leaving:
                    others.add(place)
        return sorted(given | self._needed(parts, others))

    def _needed(self, parts: Iterable[int], others: Iterable[int]) -> set[int]:
        """Return the parts, and those of the others that bind a word of theirs, and so on.

        What is known to be changed given data binds nothing.
        """
        changed = {name for one in self.found for name in one.changed}
        makers: dict[str, list[int]] = {}
        for place in others:
            step = self.ran[place].step
            for name in bound_from(step.source, 1) or ():
                if step.role == "given" or name not in changed:
                    makers.setdefault(name, []).append(place)
        found, said = {*parts}, {*self.asked}
        pending = [*found]
        while pending or said:
            said.update(*(words(self.ran[place].step.source) for place in pending))
            new = {place for name in said & makers.keys() for place in makers.pop(name)} - found
            found |= new
            pending, said = [*new], set()
        return found

    def _built_on(self) -> tuple[set[str], set[str]]:
        """Return the exercises that it builds on, with those that these build on, and the names."""
        owners, asked = set[str](), set[str]()
        pending = [self.exercise]
        while pending:
            for owner, names in pending.pop().builds_on.items():
                asked.update(names)
                if owner not in owners:
                    owners.add(owner)
                    pending.append(self.assignment.exercise(owner))
        return owners, asked

    def _given_again(self, part: Sequence[int], before: Sequence[int]) -> list[Step]:
        """Return the given cells whose data a part of the included cells changes, to be run anew.

        What such a cell binds besides, and others are to change, is kept.
        """
        changed = {name for one in self.found if one.place in part for name in one.changed}
        makers: dict[int, Step] = {}
        for name in changed:
            for place in reversed(before):
                step = self.ran[place].step
                if step.role == "given" and name in bound_after(step.source):
                    makers[place] = step
                    break
        owners = {self.ran[place].step.exercise or "" for place in (*before, *part)}
        expected = {name for owner in owners for name in self.expected.get(owner, ())}
        steps: list[Step] = []
        for _, step in sorted(makers.items()):
            kept = {
                n: _KEPT.format(n) for n in sorted(bound_after(step.source) & expected - changed)
            }
            steps += [_own(f"{kept[name]} = {name}") for name in kept]
            steps.append(step)
            steps += [_own(f"{name} = {kept[name]}; del {kept[name]}") for name in kept]
        return steps


def _own(source: str) -> Step:
    return Step(source=source, role="own")


def _is_spoiled(run: Run, exercise: Exercise, reference: Reference) -> bool:
    """Whether another exercise may be at fault, though nobody knows which.

    It is where given code failed, in the exercise's cell or before; and it can be where the kernel
    went, since what ended it, or the memory that it lacked, may be an earlier cell's.
    """
    own = run.of(exercise.name)
    if own is None:
        return False
    if own.run.may_be_anothers_fault:
        return True
    before = run.ran[: run.ran.index(own)]
    if any(ran.step.role == "given" and ran.run.ending != "done" for ran in before):
        return True
    found = fault(own)
    given = given_lines(reference.assignment.cell_of(exercise))
    return found is not None and found.source in given
