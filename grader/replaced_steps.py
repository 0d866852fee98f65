"""The steps of a run in which the solutions of some exercises stand in place of the answers."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from grader.marking.dependence import Read
from grader.model.assignment import Assignment, Exercise
from grader.model.facts import Ending
from grader.model.submission import Step
from grader.syntax.statements import bound

_ENDED: tuple[Ending, ...] = ("done", "error")


def replaced_steps(
    steps: Sequence[Step],
    endings: Mapping[int, Ending],
    assignment: Assignment,
    *,
    read: Read,
    replaced: Collection[str],
    looking: Sequence[Exercise],
) -> list[Step]:
    """Return the steps up to the last exercise that is looked at.

    steps: in the order of the assignment; endings: how each ended before, by its id; read: gives
    the statements of a cell. What did not come to an end is left out, unless it is looked at.
    """
    return [*_Replacing(steps, endings, assignment, read, replaced, looking)]


class _Replacing:
    def __init__(
        self,
        steps: Sequence[Step],
        endings: Mapping[int, Ending],
        assignment: Assignment,
        read: Read,
        replaced: Collection[str],
        looking: Sequence[Exercise],
    ) -> None:
        self._steps, self._endings, self._statements = steps, endings, read
        self._looking = {one.name for one in looking}
        self._exercises = {name: assignment.exercise(name) for name in replaced}
        self._cells = {name: assignment.cell_of(one) for name, one in self._exercises.items()}
        self._places = {cell.id: place for place, cell in enumerate(assignment.cells)}
        self._solved = {name: bound(read(cell.solution)) for name, cell in self._cells.items()}
        others = (step for step in steps if not self._is_replaced(step) and not step.opaque)
        self._wanted = {
            name for step in others for one in read(step.source) for name in one.reads | one.later
        }
        self._wanted |= {name for one in looking for name in one.reads}

    def __iter__(self) -> Iterator[Step]:
        mine = [step.exercise in self._looking for step in self._steps]
        last = max((place for place, one in enumerate(mine) if one), default=-1)
        cells = {step.exercise for step in self._steps if step.role == "exercise"}
        missing = sorted(self._exercises.keys() - cells, key=self._place)
        for step in self._steps[: last + 1]:
            place = self._places.get(step.released or "", -1)
            while missing and self._place(missing[0]) < place:
                yield self._solution(missing.pop(0))
            if self._is_replaced(step):
                yield from self._in_place_of(step)
            elif step.exercise in self._looking or self._has_ended(step):
                yield step

    def _place(self, exercise: str) -> int:
        return self._places[self._cells[exercise].id]

    def _is_replaced(self, step: Step) -> bool:
        return step.role != "given" and step.exercise in self._exercises

    def _has_ended(self, step: Step) -> bool:
        return self._endings.get(id(step), "done") in _ENDED

    def _solution(self, exercise: str) -> Step:
        return Step(
            source=self._cells[exercise].solution,
            role="exercise",
            released=self._cells[exercise].id,
            exercise=exercise,
            limit=self._exercises[exercise].limit,
        )

    def _in_place_of(self, step: Step) -> Iterator[Step]:
        """Yield the solution in place of an answer, and of other own code what is no answer."""
        name = step.exercise or ""
        if step.role == "exercise":
            yield self._solution(name)
        if not self._has_ended(step) or step.opaque:
            return
        found = self._statements(step.source)
        if step.role == "own" and bound(found).isdisjoint(self._solved[name]):
            yield step
        elif kept := self._kept(step.source, self._solved[name]):
            yield replace(step, source=kept, role="own", released=None)

    def _kept(self, source: str, solved: frozenset[str]) -> str:
        """Return what others need of an answer and the solution has not: imports, helpers."""
        left = [one for one in self._statements(source) if one.movable]
        left = [one for one in left if one.binds.isdisjoint(solved)]
        read, kept = set(self._wanted), set[int]()
        while needed := [n for n, one in enumerate(left) if n not in kept and one.binds & read]:
            kept.update(needed)
            read.update(*(left[n].reads | left[n].later for n in needed))
        return "\n".join(left[n].source for n in sorted(kept))
