"""What a person should look at, worst first."""

from collections.abc import Callable, Iterable
from fractions import Fraction

from grader.model.review import WORST_FIRST, Reason, ToReview
from grader.model.standing import Standing

# Worth telling of what is looked at anyway: who is invited to hand in again does nothing odd.
_NO_REASON_ALONE: frozenset[Reason] = frozenset({"several attempts"})
_TOLD_APART = ("needs review", "waits for a person")  # of what has no score


def _never(standing: Standing) -> None:
    """Return that no border is near, where there are none."""


def to_review(
    standings: Iterable[Standing], *, close_to: Callable[[Standing], Fraction | None] = _never
) -> list[ToReview]:
    """Return what a person should look at, worst first, then the one with more reasons.

    A submission that a person decided on as a whole was looked at, and so was such an exercise.
    close_to: returns the border of a grade that a mark is near to, as a share of the points.
    """
    found = [_looked_through(one, close_to) for one in standings if not one.is_decided]
    return sorted((one for one in found if {*one.reasons} - _NO_REASON_ALONE), key=_urgency)


def _looked_through(one: Standing, close_to: Callable[[Standing], Fraction | None]) -> ToReview:
    unconfirmed = tuple(
        exercise.exercise
        for exercise in one.exercises
        if exercise.is_unconfirmed and not exercise.is_decided
    )
    border = close_to(one)
    there: dict[Reason, bool] = {
        "needs review": one.outcome == "needs review",
        "no score": one.attempts > 0 and one.final is None and one.outcome not in _TOLD_APART,
        "waits for a person": one.outcome == "waits for a person",
        "right only for the data shown": bool(unconfirmed),
        "late": one.late is True,
        "several attempts": one.attempts > 1,
        "near a border": border is not None,
    }
    reasons = {*one.concerns, *(reason for reason, holds in there.items() if holds)}
    return ToReview(
        standing=one,
        reasons=tuple(reason for reason in WORST_FIRST if reason in reasons),
        unconfirmed=unconfirmed,
        border=border,
    )


def _urgency(one: ToReview) -> tuple[object, ...]:
    ranks = [WORST_FIRST.index(reason) for reason in one.reasons]
    return ranks[0], -len(ranks), ranks, one.standing.student, one.standing.assignment or ""
