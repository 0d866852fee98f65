"""Why a person should look at a row of the gradebook."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from grader.model.standing import Standing

# Why, from what is looked at first to what can wait.
Reason = Literal[
    "needs review",
    "no score",
    "claims",
    "waits for a person",
    "another's variant",
    "forbidden in use",
    "right only for the data shown",
    "guessed encoding",
    "guessed name",
    "guessed cell",
    "late",
    "near a border",
    "several attempts",
]
WORST_FIRST: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToReview:
    """A standing that a person should look at.

    reasons: the worst first; unconfirmed: the exercises that are right only for the data shown;
    border: the grade's border, as a share of the points, that the score is near.
    """

    standing: Standing
    reasons: tuple[Reason, ...]
    unconfirmed: tuple[str, ...] = ()
    border: Fraction | None = None
