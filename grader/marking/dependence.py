"""Which earlier exercises a student's answer rests on: by what its code reads, and through whom.

Read from the code alone. What a name stands for is what the last statement before bound to it; of
an answer that does not bind it, what the exercise asks for.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grader.model.assignment import Assignment, Exercise
from grader.model.submission import Step
from grader.syntax.statements import statements

Names = Mapping[str, tuple[str, ...]]  # by exercise, in the order of the assignment


class Dependence:
    """What the answers of one submission rest on.

    steps: as they run; answers: by exercise, the names that its solution binds; is_tool: whether
    what an exercise binds to a name is no data, but a function, a class or a module.
    """

    def __init__(
        self,
        assignment: Assignment,
        steps: Sequence[Step],
        *,
        answers: Mapping[str, Collection[str]],
        is_tool: Callable[[str, str], bool],
    ) -> None:
        self.answers, self.is_tool = answers, is_tool
        self._assignment = assignment
        self.order = {one.name: place for place, one in enumerate(assignment.exercises)}
        self.student = _Code(
            (step.exercise if step.role != "given" else None, step.source)
            for step in steps
            if not step.opaque
        )
        self.released = _Code(
            (cell.exercise, cell.solution) for cell in assignment.cells if cell.role != "prose"
        )

    def of(self, exercise: Exercise, right: Collection[str]) -> Names:
        """Return the earlier exercises that it rests on and that are not right, with what it reads.

        Empty where it reads nothing of them but data, which can be carried as it is. Where a name
        of an exercise is no data, those names alone are told.
        """
        search = _Search(self, exercise, right)
        search.run()
        counts = self._assignment.built_on(exercise) if exercise.is_restricted else self.order
        found = {
            name: names
            for name, names in search.found.items()
            if name in counts and name not in right
        }
        if not any(flag for names in found.values() for flag in names.values()):
            return {}
        return {
            owner: tuple(n for n in names if self.is_tool(owner, n)) or tuple(names)
            for owner, names in sorted(found.items(), key=lambda one: self.order[one[0]])
        }


class _Code:
    """Statements in the order in which they run, each with the exercise whose answer it is."""

    def __init__(self, cells: Iterable[tuple[str | None, str]]) -> None:
        self.parts = [(owner, one) for owner, source in cells for one in statements(source)]
        self._binding: dict[str, list[int]] = {}
        self.own: dict[str | None, list[int]] = {}
        for place, (owner, one) in enumerate(self.parts):
            self.own.setdefault(owner, []).append(place)
            for name in one.binds:
                self._binding.setdefault(name, []).append(place)

    def before(self, name: str, place: int) -> int | None:
        """Return the last statement before a place that binds a name."""
        places = self._binding.get(name, [])
        found = bisect_left(places, place)
        return places[found - 1] if found else None


@dataclass(slots=True)
class _Search:
    """One search, from the code of an exercise back to all that it reads.

    found: by earlier exercise, each name of its answer that is read, and whether a function, a
    class or a module of another exercise than its own is on the way to it.
    """

    of: Dependence
    exercise: Exercise
    right: Collection[str]
    found: dict[str, dict[str, bool]] = field(default_factory=dict)
    _seen: set[tuple[str, int, bool]] = field(default_factory=set)

    def run(self) -> None:
        code, name = self.of.student, self.exercise.name
        own = code.own.get(name, [])
        end = own[-1] + 1 if own else len(code.parts)
        for place in own:
            self._follow(place, end, False)
        asking = {n for check in self.exercise.checks for n in (*check.free_names, *check.of)}
        self._read(asking, end, end, by=name, flag=False)

    def _follow(self, place: int, end: int, flag: bool) -> None:
        """Go on with what a statement of the student's reads."""
        if ("student", place, flag) in self._seen:
            return
        self._seen.add(("student", place, flag))
        owner, statement = self.of.student.parts[place]
        self._read(statement.reads, place, end, by=owner, flag=flag)
        self._read(statement.later, end, end, by=owner, flag=flag)

    def _read(
        self, names: Iterable[str], place: int, end: int, *, by: str | None, flag: bool
    ) -> None:
        for name in sorted(names):
            binder = self.of.student.before(name, place)
            if binder is None:
                self._expect(name, self._start_of(self.exercise.name), by=by, flag=flag)
                continue
            owner = self.of.student.parts[binder][0]
            passed = flag
            if owner is not None and self._is_answer(owner, name):
                passed = self._arrive(owner, name, by=by, flag=flag)
            self._follow(binder, end, passed)

    def _expect(self, name: str, place: int, *, by: str | None, flag: bool) -> None:
        """Go on with a name that nothing of the student's binds, as the solutions bind it."""
        binder = self.of.released.before(name, place)
        owner = self.of.released.parts[binder][0] if binder is not None else None
        if owner is not None and self._is_answer(owner, name):
            self._arrive(owner, name, by=by, flag=flag)

    def _is_answer(self, owner: str, name: str) -> bool:
        order = self.of.order
        return order[owner] < order[self.exercise.name] and name in self.of.answers[owner]

    def _arrive(self, owner: str, name: str, *, by: str | None, flag: bool) -> bool:
        """Note what is read of an exercise; returns whether what it reads is read through a tool.

        Of one that is not right, what its solution reads for it counts, too.
        """
        flag = flag or (by != owner and self.of.is_tool(owner, name))
        names = self.found.setdefault(owner, {})
        names[name] = names.get(name, False) or flag
        code = self.of.released
        for place in code.own.get(owner, ()) if owner not in self.right else ():
            statement = code.parts[place][1]
            if name in statement.binds and ("released", place, flag) not in self._seen:
                self._seen.add(("released", place, flag))
                end = self._start_of(owner) + len(code.own[owner])
                for read in sorted(statement.reads):
                    self._expect(read, place, by=owner, flag=flag)
                for read in sorted(statement.later):
                    self._expect(read, end, by=owner, flag=flag)
        return flag

    def _start_of(self, exercise: str) -> int:
        return self.of.released.own[exercise][0]
