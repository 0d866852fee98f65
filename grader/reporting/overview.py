"""What a report says first: how much is right, what went best, where to start."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from grader.model.facts import AllPassed, SomePassed, Substituted
from grader.model.result import ExerciseResult, is_open, is_right, is_unanswered

_NOT_COUNTED = frozenset({"not graded here"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How an assignment went.

    nearly: how many are partly right; total: how many could be right, of those that are graded
    here; best, start: None where there is none; built_on: how many others were marked on the answer
    that is to be mended first; after: by exercise, the next that is not right.
    """

    right: int
    nearly: int
    total: int
    best: ExerciseResult | None
    start: ExerciseResult | None
    built_on: int
    after: dict[str, ExerciseResult]


def overview(results: Sequence[ExerciseResult]) -> Overview:
    """Return how the exercises went."""
    counted = [one for one in results if one.outcome not in _NOT_COUNTED]
    wrong = [one for one in counted if not is_right(one) and not is_open(one)]
    start = _start(wrong, results)
    return Overview(
        right=sum(map(is_right, counted)),
        nearly=sum(one.outcome == "partly right" for one in counted),
        total=len(counted),
        best=_best([one for one in counted if is_right(one)]),
        start=start,
        built_on=len(_builders(start, results)) if start is not None else 0,
        after={one.exercise: other for one, other in pairwise(wrong)},
    )


def _best(right: Sequence[ExerciseResult]) -> ExerciseResult | None:
    """Return the right exercise with the most points; of several, the one most was asked of."""
    return max(right, key=lambda one: (one.max_score, len(one.checks)), default=None)


def _start(
    wrong: Sequence[ExerciseResult], results: Sequence[ExerciseResult]
) -> ExerciseResult | None:
    """Return the exercise to mend first.

    The first in the notebook's order on whose answer others were marked, since these may be right
    once it is; where there is none, the one where most points are to be had for one thing to mend;
    where nothing is filled in, the first of all.
    """
    for one in wrong:
        if _builders(one, results):
            return one
    there = [one for one in wrong if not is_unanswered(one)] or wrong[:1]
    return max(there, key=lambda one: (one.max_score - one.score) / _to_mend(one), default=None)


def _builders(one: ExerciseResult, results: Sequence[ExerciseResult]) -> list[ExerciseResult]:
    """Return the exercises that had to be marked on the answer to another, as it is."""
    return [other for other in results if one.exercise in _marked_on(other)]


def _marked_on(result: ExerciseResult) -> set[str]:
    match result.ruling:
        case AllPassed(given=given):
            return {*given}
        case SomePassed(given=given, empty=empty, unhelped=unhelped):
            return {*given, *empty, *(one.exercise for one in unhelped)}
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
