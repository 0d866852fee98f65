"""The steps of a notebook that some exercises need, as far as code and an earlier run tell."""

import builtins
from collections.abc import Mapping, Sequence

from grader.marking.dependence import Read
from grader.model.assignment import Check, Exercise
from grader.model.facts import Moment
from grader.running.moments import moments
from grader.running.run import Run
from grader.syntax.effects import touched
from grader.syntax.expressions import free_names
from grader.syntax.names import bound

_SHELL = frozenset({"get_ipython", "display", "exit", "quit", "In", "Out", "_", "__name__"})


def reached_steps(
    run: Run, exercises: Sequence[Exercise], *, at: Mapping[str, Moment], read: Read
) -> list[int]:
    """Return the places of the steps that these exercises need, in order.

    run: of the whole notebook; at: by exercise, the moment of the look that counts; read: gives the
    statements of a cell. Before what cannot be looked through, and where a name is bound by nobody
    who can be seen, all steps are needed.
    """
    reaching = _Reaching(run, read)
    for exercise in exercises:
        reaching.add(exercise, at[exercise.name])
    return reaching.places()


class _Reaching:
    """Goes back from where exercises are looked at, as often as there is more to be found."""

    def __init__(self, run: Run, read: Read) -> None:
        self._steps = [one.step for one in run.ran]
        self._is_done = [one.run.ending == "done" for one in run.ran]
        self._statements = [() if one.opaque else read(one.source) for one in self._steps]
        self._binds = [{name for one in found for name in one.binds} for found in self._statements]
        self._changes = [touched(one.source) if not one.opaque else () for one in self._steps]
        self._changes_too = {one.place: one.changed for one in run.disturbances.found}
        self._looks = moments(self._steps)
        self._asked: dict[int, set[str]] = {}  # by place, what is read when that step has run
        self._found: set[int] = set()
        self._later: set[str] = set()  # what functions read, whenever they are called

    def add(self, exercise: Exercise, moment: Moment) -> None:
        """Add an exercise that is looked at, up to that moment."""
        own = [n for n, step in enumerate(self._steps) if step.exercise == exercise.name]
        looks = [place for place in own if place in self._looks]
        if moment == "own":
            looks = [place for place in looks if self._looks[place] == "own"]
        if moment == "end" or not looks:
            looks.append(len(self._steps) - 1)
        read = set[str]().union(*map(_read_by, exercise.checks))
        for place in looks:
            self._asked.setdefault(place, set()).update(read)
        for place in own:
            if place <= looks[-1]:
                self._found.add(place)
                # What it builds on is looked at, too.
                earlier = self._asked.setdefault(place - 1, set())
                earlier.update(name for names in exercise.builds_on.values() for name in names)

    def places(self) -> list[int]:
        """Return the places of all steps that are needed."""
        while True:
            before = len(self._found), len(self._later)
            self._go_back()
            if before == (len(self._found), len(self._later)):
                break
        made = {*_SHELL}.union(*self._binds)
        unknown = {name for name in self._needed() - made if not hasattr(builtins, name)}
        return [*range(len(self._steps))] if unknown else sorted(self._found)

    def _needed(self) -> set[str]:
        read = (one.reads for place in self._found for one in self._statements[place])
        return self._later.union(*self._asked.values(), *read)

    def _go_back(self) -> None:
        names: set[str] = set()  # that are read further down, of which nothing has bound them yet
        for place in range(max(self._asked, default=-1), -1, -1):
            names |= self._asked.get(place, set())
            if self._steps[place].opaque:
                self._found.update(range(place + 1))
                return
            if place not in self._found and self._makes(place).isdisjoint(names | self._later):
                continue
            self._found.add(place)
            for one in reversed(self._statements[place]):
                if one.movable and self._is_done[place]:
                    names -= one.binds - one.reads
                names |= one.reads
                self._later |= one.later

    def _makes(self, place: int) -> set[str]:
        """Return the names that a step binds, or whose values it may change."""
        return self._binds[place].union(self._changes[place], self._changes_too.get(place, ()))


def _read_by(check: Check) -> frozenset[str]:
    """Return the names that a check reads and that do not come with it."""
    names = {*check.free_names, *check.of, *(free_names(check.valid) if check.valid else ())}
    return frozenset(names - bound(check.given))
