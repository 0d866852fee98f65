"""Which earlier exercises a student's answer rests on: by what its code reads, and through whom.

Read from the code alone. What a name stands for is what the last statement before bound to it; of
an answer that does not bind it, what the exercise asks for.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from grader.model.assignment import Assignment, Exercise
from grader.model.submission import Step
from grader.syntax.statements import Statement, statements

Names = Mapping[str, tuple[str, ...]]  # by exercise, in the order of the assignment
Read = Callable[[str], Sequence[Statement]]


class Dependence:
    """What the answers of one submission rest on.

    steps: as they run; read: gives the statements of a cell; answers: by exercise, the names that
    its solution binds; is_tool: whether what an exercise binds to a name is no data, but a
    function, a class or a module.
    """

    def __init__(
        self,
        assignment: Assignment,
        steps: Sequence[Step],
        *,
        read: Read = statements,
        answers: Mapping[str, Collection[str]],
        is_tool: Callable[[str, str], bool],
    ) -> None:
        self.answers, self.is_tool = answers, is_tool
        self._assignment = assignment
        self.order = {one.name: place for place, one in enumerate(assignment.exercises)}
        self.student = _Code(
            (step.exercise if step.role != "given" else None, read(step.source))
            for step in steps
            if not step.opaque
        )
        self.released = _Code(
            (cell.exercise, read(cell.solution)) for cell in assignment.cells if cell.is_code
        )

    def of(self, exercise: Exercise, right: Collection[str]) -> Names:
        """Return the earlier exercises that it rests on and that are not right, with what it reads.

        Empty where it reads nothing of them but data, which can be carried as it is. Where a name
        of an exercise is no data, those names alone are told.
        """
        counts = self._assignment.built_on(exercise) if exercise.is_restricted else self.order
        found = {
            owner: names
            for owner, names in _Search(self, exercise, right).run().items()
            if owner in counts and owner not in right
        }
        if not any(through for names in found.values() for through in names.values()):
            return {}
        return {owner: self._told(owner, found[owner]) for owner in self.order if owner in found}

    def _told(self, owner: str, names: Collection[str]) -> tuple[str, ...]:
        in_order = self.released.bound_by(owner)
        found = sorted(names, key=in_order.index)
        return tuple(name for name in found if self.is_tool(owner, name)) or tuple(found)


class _Code:
    """Statements in the order in which they run, each with the exercise whose answer it is."""

    def __init__(self, cells: Iterable[tuple[str | None, Sequence[Statement]]]) -> None:
        self.parts = [(owner, one) for owner, found in cells for one in found]
        self.own: dict[str | None, list[int]] = {}
        self._binding: dict[str, list[int]] = {}
        for place, (owner, one) in enumerate(self.parts):
            self.own.setdefault(owner, []).append(place)
            for name in one.binds:
                self._binding.setdefault(name, []).append(place)

    def before(self, name: str, place: int) -> int | None:
        """Return the last statement before a place that binds a name."""
        places = self._binding.get(name, [])
        found = bisect_left(places, place)
        return places[found - 1] if found else None

    def bound_by(self, owner: str) -> list[str]:
        """Return what the statements of an exercise bind, in their order."""
        found = (name for place in self.own[owner] for name in sorted(self.parts[place][1].binds))
        return list(dict.fromkeys(found))


class _Reading(NamedTuple):
    """A name that is read.

    place: before which it was bound; by: the exercise whose answer is the last on the way here;
    through: whether that way has a function, a class or a module of another exercise's in it.
    """

    name: str
    code: _Code
    place: int
    by: str
    through: bool


@dataclass(slots=True)
class _Search:
    """One search, from the code of an exercise back to all that it reads.

    found: by earlier exercise, each name of its answer that is read, and whether through a tool.
    """

    of: Dependence
    exercise: Exercise
    right: Collection[str]
    found: dict[str, dict[str, bool]] = field(default_factory=dict)
    _left: list[_Reading] = field(default_factory=list)
    _seen: set[tuple[int, int, str, bool]] = field(default_factory=set)

    def run(self) -> Mapping[str, Mapping[str, bool]]:
        code, name = self.of.student, self.exercise.name
        own = code.own.get(name, [])
        end = own[-1] + 1 if own else len(code.parts)
        for place in own:
            self._go_on(code, place, end, name, False)
        for asked in self.exercise.reads:
            self._left.append(_Reading(asked, code, end, name, False))
        while self._left:
            self._look_up(self._left.pop(), end)
        return self.found

    def _look_up(self, reading: _Reading, end: int) -> None:
        name, code, place, by, through = reading
        binder = code.before(name, place)
        if binder is None:
            if code is self.of.student:  # nobody binds it who should
                start = self.of.released.own[self.exercise.name][0]
                self._left.append(_Reading(name, self.of.released, start, by, through))
            return
        owner = code.parts[binder][0]
        if owner is not None and self._is_answer(owner, name):
            through = through or (by != owner and self.of.is_tool(owner, name))
            names = self.found.setdefault(owner, {})
            names[name] = names.get(name, False) or through
            if owner not in self.right:  # what it should read for it counts, too
                for one in self.of.released.own[owner]:
                    if name in self.of.released.parts[one][1].binds:
                        last = self.of.released.own[owner][-1] + 1
                        self._go_on(self.of.released, one, last, owner, through)
            by = owner
        if code is self.of.student:
            self._go_on(code, binder, end, by, through)

    def _is_answer(self, owner: str, name: str) -> bool:
        order = self.of.order
        return order[owner] < order[self.exercise.name] and name in self.of.answers[owner]

    def _go_on(self, code: _Code, place: int, end: int, by: str, through: bool) -> None:
        """Go on with what a statement reads."""
        if (key := (id(code), place, by, through)) not in self._seen:
            self._seen.add(key)
            _, one = code.parts[place]
            self._left += [_Reading(name, code, place, by, through) for name in one.reads]
            self._left += [_Reading(name, code, end, by, through) for name in one.later]
