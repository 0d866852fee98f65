"""What of an exercise is asked on other data: what earns a mark, and could have been typed in.

A call whose data are hidden, and on which alone it hangs, cannot: nobody knows what it gives. And
of a value that stays the same it is not seen there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from grader.comparing.agreement import agree
from grader.marked_run import MarkedRun, Way
from grader.marking.checks import Judged
from grader.marking.dependence import Read
from grader.marking.exercise import best_of, earns
from grader.marking.self_contained import Code, code_of
from grader.model.assignment import Check, Exercise
from grader.model.submission import Answer
from grader.reference import Reference


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """An exercise that is asked again.

    whole: with all its checks; exercise: with those that are asked; best: the look that counts on
    the data shown.
    """

    whole: Exercise
    exercise: Exercise
    best: Judged

    @cached_property
    def ways(self) -> frozenset[Way]:
        """How it was looked at when it was found to be as good as it is."""
        found = set[Way]()
        if self.best.moment in ("end", "apart", "sorted"):
            found.add(self.best.moment)
        if self.best.given:
            found.add("follow")
        if self.best.replaced:
            found.add("substitute")
        return frozenset(found)

    def completed(self, look: Judged) -> Judged:
        """Return a look on other data; what was not asked there is as it was before."""
        asked = {check.check: check for check in look.checks}
        checks = tuple(asked.get(check.check, check) for check in self.best.checks)
        return replace(look, checks=checks)


def asked_again(
    answers: Sequence[Answer],
    shown: MarkedRun,
    reference: Reference,
    other: Reference,
    *,
    read: Read,
) -> list[Asked]:
    """Return the exercises to be asked on other data, in order.

    read: gives the statements of a cell.
    """
    deciding = _Deciding(shown, reference, other, read)
    found = (deciding.of(answer) for answer in answers if earns_at_best(answer, shown))
    return [one for one in found if one is not None]


def earns_at_best(answer: Answer, shown: MarkedRun) -> bool:
    """Whether an exercise has a mark, on the data shown, that other data could take from it."""
    if answer.exercise.name not in shown.seen:
        return False
    return earns(answer, _best(answer, shown))


def _best(answer: Answer, shown: MarkedRun) -> Judged:
    looks = shown.looks(answer.exercise)
    return looks[best_of(answer, looks)]


class _Deciding:
    def __init__(
        self, shown: MarkedRun, reference: Reference, other: Reference, read: Read
    ) -> None:
        self._shown, self._reference, self._other = shown, reference, other
        self._steps = [ran.step for ran in shown.run.ran]
        self._read = read

    def of(self, answer: Answer) -> Asked | None:
        """Return what is asked of an exercise that has a mark; None where nothing is."""
        exercise, best = answer.exercise, _best(answer, self._shown)
        checks = [
            check
            for check, result in zip(exercise.checks, best.checks, strict=True)
            if result.outcome == "passed" and self._could_be_typed_in(exercise, check)
        ]
        if not checks:
            return None
        worth = sum(one.weight for one in checks) / sum(one.weight for one in exercise.checks)
        part = replace(exercise, checks=tuple(checks), points=exercise.points * worth)
        return Asked(whole=exercise, exercise=part, best=best)

    def _could_be_typed_in(self, exercise: Exercise, check: Check) -> bool:
        if check.constant:
            return not self._stays_the_same(exercise, check)
        if not check.hidden or exercise.draws:
            return True
        if not self._solutions.is_self_contained(check):
            return True
        return self._answers is None or not self._answers.is_self_contained(check)

    def _stays_the_same(self, exercise: Exercise, check: Check) -> bool:
        # Whether it does, does not hang on what the check tolerates.
        alone = replace(exercise, checks=(check.plain,))
        one, two = (each.expected[exercise.name] for each in (self._reference, self._other))
        return agree(alone, actual=one, other=two)

    @cached_property
    def _solutions(self) -> Code:
        cells = self._reference.assignment.cells
        return code_of(tuple(cell.solution for cell in cells if cell.is_code))

    @cached_property
    def _answers(self) -> Code | None:
        """The student's code; None where not all of it can be looked through."""
        if any(step.opaque for step in self._steps):
            return None
        return Code(self._read(step.source) for step in self._steps)
