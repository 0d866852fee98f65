"""What is right is asked once more, on other data: only what is right there, too, counts."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache

from grader.asked_again import Asked, asked_again, earns_at_best
from grader.authors_own import is_authors_own
from grader.comparing.distance import ROOM, distance
from grader.marked_run import MarkedRun
from grader.marking.checks import Judged
from grader.marking.self_contained import read_released
from grader.model.assignment import Exercise
from grader.model.other_data import seeds
from grader.model.submission import Alignment, Step
from grader.reached_steps import reached_steps
from grader.reference import Reference
from grader.running.plan import SEED
from grader.syntax.seeds import shift
from grader.syntax.statements import Statement, statements


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherData:
    """The reference on other data, run when something is to be asked there.

    offset: by how much the seeds of given code are shifted; prepared: gives the reference, the same
    each time. It raises SourceError, and NeedsReview.
    """

    prepared: Callable[[], Reference]
    offset: int

    @property
    def reference(self) -> Reference:
        """The reference on these data."""
        return self.prepared()


def confirmed(
    shown: MarkedRun,
    alignment: Alignment,
    reference: Reference,
    other: OtherData,
    mark_run_here: Callable[..., MarkedRun],
) -> dict[str, list[Judged]] | None:
    """Return the looks on other data that decide, by exercise; None where nothing was run there.

    Nothing is asked where seeds change nothing, of what has no mark, and of what cannot have been
    typed in, as where all code behind it is the author's own. The rest is looked at in the cells
    that it needs, as it was on the data shown. Of what is not right there the whole notebook is
    run, and looked at in all ways.
    """
    given = {step.source for step in alignment.steps if step.role == "given"}

    @cache
    def read(source: str) -> tuple[Statement, ...]:
        return read_released(source) if source in given else statements(source)

    if not any(earns_at_best(answer, shown) for answer in alignment.answers):
        return None
    if other.reference.digest == reference.digest:
        return None
    asked = asked_again(alignment.answers, shown, reference, other.reference, read=read)
    author = reference.assignment
    asked = [one for one in asked if not is_authors_own(one, shown.run, author, read=read)]
    if not asked:
        return None
    steps = _shifted(alignment.steps, reference, other.offset)
    looking = _Looking(shown, reference, other, mark_run_here)
    budget = shown.run.budget
    if budget.left > budget.limit / 2:  # else one run more might take longer than anybody waits
        at = {one.whole.name: one.best.moment for one in asked}
        exercises = [one.exercise for one in asked]
        needed = reached_steps(shown.run, exercises, at=at, read=read)
        asked = looking.left(asked, [steps[place] for place in needed])
    return looking.decided(asked, steps) if asked else {}


class _Looking:
    """Further runs of one submission on other data, one after the other."""

    def __init__(
        self,
        shown: MarkedRun,
        reference: Reference,
        other: OtherData,
        mark_run_here: Callable[..., MarkedRun],
    ) -> None:
        self._shown, self._reference, self._other = shown, reference, other
        self._mark_run = mark_run_here

    def left(self, asked: Sequence[Asked], steps: Sequence[Step]) -> list[Asked]:
        """Look at exercises as they were looked at before; returns what is not right there.

        steps: those that they need.
        """
        again = self._again(asked, steps, ways={one.whole.name: one.ways for one in asked})
        unsure = _resting_on(self._fooled(asked, again), asked, again)
        return [one for one in asked if one in unsure or not again.is_right(one.exercise)]

    def decided(self, asked: Sequence[Asked], steps: Sequence[Step]) -> dict[str, list[Judged]]:
        """Look at exercises in all ways; returns the looks that decide, by exercise.

        What is right there only given an answer that is wrong there, though right on the shown
        data, is run again with the reference's answer in its place: else typed-in answers vouch for
        each other.
        """
        found: dict[str, list[Judged]] = {}
        pending = list(asked)
        while pending:
            again = self._again(pending, steps)
            fooled = self._fooled(pending, again)
            unsure = _resting_on(fooled, pending, again)
            found |= {
                one.whole.name: [one.completed(look) for look in again.looks(one.whole)]
                for one in pending
                if one not in unsure
                and (
                    again.is_right(one.exercise)
                    or _tells_right_from_wrong(one.whole, self._other.reference)
                )
            }
            steps, pending = _mended(steps, fooled, self._other.reference), unsure
            del again  # and what was seen there, before there is more
        return found

    def _again(self, asked: Sequence[Asked], steps: Sequence[Step], **ways: object) -> MarkedRun:
        names = {one.whole.name for one in asked}
        return self._mark_run(
            steps,
            [one.exercise for one in asked],
            self._other.reference,
            seed=SEED + self._other.offset,
            known=self._shown.right - names,
            **ways,
        )

    def _fooled(self, asked: Sequence[Asked], again: MarkedRun) -> set[str]:
        """Return what is right for the data shown alone."""
        return {
            one.whole.name
            for one in asked
            if self._shown.is_right(one.whole) and not again.is_right(one.exercise)
        }


def _resting_on(fooled: Collection[str], pending: Sequence[Asked], again: MarkedRun) -> list[Asked]:
    """Return what follows from answers that are right only for the data shown.

    Such an answer does not change with the data, so what follows from it need not either: it may
    be typed in too.
    """
    doubtful, found = set(fooled), []
    for one in pending:
        best = [look for look in again.looks(one.exercise) if look.right]
        if doubtful & set(one.whole.builds_on) and best and all(look.given for look in best):
            doubtful.add(one.whole.name)
            found.append(one)
    return found


def _mended(steps: Sequence[Step], fooled: Collection[str], other: Reference) -> list[Step]:
    """Return steps in which these exercises have the reference's answer."""
    solutions = {cell.exercise: cell.solution for cell in other.assignment.cells}
    return [
        replace(step, source=solutions[step.exercise]) if step.exercise in fooled else step
        for step in steps
        if step.exercise not in fooled or step.role == "exercise"
    ]


def _shifted(steps: Sequence[Step], reference: Reference, offset: int) -> list[Step]:
    calls = seeds(reference.assignment)
    return [replace(step, source=shift(step.source, calls, offset)) for step in steps]


def _tells_right_from_wrong(exercise: Exercise, other: Reference) -> bool:
    """Whether on other data every known right answer is still right, with room to spare.

    With an unlucky seed a long training can be so sensitive to rounding that none is; then these
    data say nothing about a student's.
    """
    expected = other.expected[exercise.name]
    return all(
        distance(check, actual=values, expected=expected) < 1 / ROOM
        for alternative in exercise.alternatives
        for values in [other.variant(exercise, alternative.solution)]
        for check in exercise.checks
    )
