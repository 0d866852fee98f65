"""What a report says first: how much is right, what went best, where to start."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from grader.model.facts import AllPassed, SomePassed, Substituted
from grader.model.result import OPEN, ExerciseResult, is_right, is_unanswered, is_waiting

# What waits for somebody else, or is decided on.
_NOT_TO_MEND = frozenset({*OPEN, "marked by a person"})
_NOT_COUNTED = frozenset({"not graded here", "waits for a person"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How an assignment went.

    nearly: how many have more than half of their points; total: how many could be right, of those
    that are graded here; is_all: whether nothing waits for a person besides; best, start: None
    where there is none; built_on: how many others may be worth more once that is mended which is to
    be mended first; after: by exercise, the next to fix.
    """

    right: int
    nearly: int
    total: int
    is_all: bool
    best: ExerciseResult | None
    start: ExerciseResult | None
    built_on: int
    after: dict[str, ExerciseResult]


def overview(results: Sequence[ExerciseResult]) -> Overview:
    """Return how the exercises went."""
    counted = [one for one in results if one.outcome not in _NOT_COUNTED]
    wrong = [one for one in counted if not is_right(one) and one.outcome not in _NOT_TO_MEND]
    start = _start(wrong, results)
    return Overview(
        right=sum(map(is_right, counted)),
        nearly=sum(
            one.outcome == "partly right" and 2 * one.score > one.max_score for one in counted
        ),
        total=len(counted),
        is_all=not any(map(is_waiting, results)),
        best=_best([one for one in counted if is_right(one)]),
        start=start,
        built_on=len(_builders(start, results)) if start is not None else 0,
        after=_after(wrong, start, results),
    )


def _after(
    wrong: Sequence[ExerciseResult],
    start: ExerciseResult | None,
    results: Sequence[ExerciseResult],
) -> dict[str, ExerciseResult]:
    """Return what to fix next, by exercise: the one to start with, then the others in order.

    From what is not to be fixed it is the next in the notebook.
    """
    order = sorted(wrong, key=lambda one: one is not start)
    found = {one.exercise: other for one, other in pairwise(order)}
    below: ExerciseResult | None = None
    for one in reversed(results):
        if one in wrong:
            below = one
        elif below is not None:
            found[one.exercise] = below
    return found


def _best(right: Sequence[ExerciseResult]) -> ExerciseResult | None:
    """Return the right exercise with the most points; of several, the one most was asked of."""
    return max(right, key=lambda one: (one.max_score, len(one.checks)), default=None)


def _start(
    wrong: Sequence[ExerciseResult], results: Sequence[ExerciseResult]
) -> ExerciseResult | None:
    """Return the exercise to mend first.

    The one where most points are to be had for one thing to mend, those among them that what builds
    on it lacks; of several the first. What is blank comes last, where nothing builds on it.
    """

    def gain(one: ExerciseResult) -> float:
        """Points for each thing to mend."""
        return sum(map(_missing, (one, *_builders(one, results)))) / _to_mend(one)

    there = [one for one in wrong if not is_unanswered(one) or _builders(one, results)]
    return max(there or wrong[:1], key=gain, default=None)


def _builders(one: ExerciseResult, results: Sequence[ExerciseResult]) -> list[ExerciseResult]:
    """Return what may be worth more once the answer to another is right.

    It builds on that, or on what does.
    """
    mended, found = {one.exercise}, list[ExerciseResult]()
    for other in results:  # what builds on another stands below it
        if mended & _marked_on(other):
            mended.add(other.exercise)
            found += [other] if _missing(other) else []
    return found


def _missing(result: ExerciseResult) -> float:
    return result.max_score - result.score


def _marked_on(result: ExerciseResult) -> set[str]:
    match result.ruling:
        case AllPassed(given=given):
            return {*given}
        case SomePassed(given=given, empty=empty, spoiled=spoiled, unhelped=unhelped):
            return {*given, *empty, *spoiled, *(one.exercise for one in unhelped)}
        case Substituted(replaced=replaced):
            return {one.exercise for one in replaced}
        case _:
            return set()


def _to_mend(result: ExerciseResult) -> int:
    """Return how many things there are to mend, as far as one can tell.

    A cell that stopped is one, whatever it did not reach; else each cause that was found, or each
    check that is not right where there is none.
    """
    if result.error is not None:
        return 1
    failed = sum(one.outcome in ("failed", "error") for one in result.checks)
    return max(1, len(result.diagnoses) or failed)
