"""The mistakes that the author knows, recognised function by function in what they make wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from grader.comparing.agreement import agree
from grader.comparing.examine import examine
from grader.explaining.habits import unlike
from grader.model.assignment import Exercise
from grader.model.facts import Symptom
from grader.model.kinds import is_data
from grader.model.values import NoValue, Value, Values
from grader.syntax.reach import bound_in_order, changed, reach

_UNSEEN: Value = NoValue(reason="not asked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A known mistake in an answer. checks: those that it explains."""

    symptom: Symptom
    checks: frozenset[str]


def known(
    exercise: Exercise,
    *,
    actual: Values,
    expected: Values,
    mistakes: Mapping[str, Values],
    code: str,
    solution: str,
) -> list[Known]:
    """Return the known mistakes that values show: one that explains all, else those of parts.

    An exercise may ask for several functions and names, and each be wrong in its own way. A mistake
    in one of them is known where each check that needs it finds what it finds with the mistake;
    each check is explained once. mistakes: looked up as they are needed, where code may have them.
    """
    likely: dict[str, Values] = {}
    try:
        wrong = _failed(exercise, actual, expected)
        for name in mistakes:
            if unlike(code, _source(exercise, name), solution):
                continue
            likely[name] = mistakes[name]
            if agree(exercise, actual=actual, other=likely[name]):
                return [_explained(exercise, name, wrong)]
        failing = {name: _failed(exercise, values, expected) for name, values in likely.items()}
    except (TypeError, ValueError):  # on a student's own values the reference may have no data
        return []
    look = _Look(exercise=exercise, actual=actual, wrong=wrong, code=code, solution=solution)
    found, left = [], set(wrong)
    for name in sorted(likely, key=lambda name: -len(failing[name])):
        for part in look.parts(_source(exercise, name), failing[name]):
            if part <= left and look.agrees(part, likely[name], failing[name]):
                left -= part
                found.append(_explained(exercise, name, part))
                break
    return found


def _explained(exercise: Exercise, name: str, checks: frozenset[str] | set[str]) -> Known:
    first = next((one.expression for one in exercise.checks if one.expression in checks), "")
    symptom = Symptom(kind="mistake", mistake=name, check=first)
    return Known(symptom=symptom, checks=frozenset(checks))


def _source(exercise: Exercise, name: str) -> str:
    return next((one.solution for one in exercise.mistakes if one.name == name), "")


def _failed(exercise: Exercise, actual: Values, expected: Values) -> frozenset[str]:
    return frozenset(
        check.expression
        for check in exercise.checks
        if not examine(check, actual=actual, expected=expected).right
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """An answer whose parts are looked at. wrong: the checks that fail."""

    exercise: Exercise
    actual: Values
    wrong: frozenset[str]
    code: str
    solution: str
    needs: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find out which names of the cell each check needs."""
        for check in self.exercise.checks:
            self.needs[check.expression] = reach(self.solution, (*check.free_names, *check.of))

    def parts(self, mistake: str, failing: frozenset[str]) -> Iterator[frozenset[str]]:
        """Yield what a mistake makes wrong: all of it, then what only its first name makes.

        Its help begins with that one, and may speak of what it gives alone. Last, without the
        checks that need something else that the answer has in its own way.
        """
        varied = changed(mistake, self.solution)
        own = changed(self.code, self.solution)
        found = [failing]
        first = next((name for name in bound_in_order(mistake) if name in varied), "")
        found.append(
            frozenset(
                check
                for check in failing
                if first in self.needs[check] and not self.needs[check] & varied - {first}
            )
        )
        found += [
            frozenset(check for check in part if not self.needs[check] & own - varied)
            for part in found
        ]
        for part in dict.fromkeys(found):
            if any(first in self.needs[check] or not self.needs[check] for check in part):
                yield part

    def agrees(self, part: frozenset[str], values: Values, failing: frozenset[str]) -> bool:
        """Whether an answer is like a mistake in the checks of a part, and its other ones right.

        A check that is wrong, and is right with the mistake, speaks against it, unless that is due
        to something else that the answer has wrong.
        """
        if not part:
            return False
        checks = [check for check in self.exercise.checks if check.expression in part]
        is_seen = any(is_data(self.actual.get(check.expression, _UNSEEN)) for check in checks)
        same = replace(self.exercise, checks=tuple(checks))
        if not is_seen or not agree(same, actual=self.actual, other=values):
            return False
        about = frozenset[str]().union(*(self.needs[check] for check in part))
        own = changed(self.code, self.solution)
        return all(
            bool(self.needs[check] & own - about)
            for check in self.wrong - failing
            if self.needs[check] & about or not self.needs[check]
        )
