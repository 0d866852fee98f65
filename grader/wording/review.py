"""Why a person should look at a hand-in, put into words."""

from typing import assert_never

from grader.model.review import Reason, ToReview
from grader.model.text import Text, say, verbatim


def why(reason: Reason, one: ToReview) -> Text:
    """Return one of the reasons why somebody should look at it."""
    standing = one.standing
    match reason:
        case "needs review":
            if standing.reason:
                return say("needs review: {reason}", reason=standing.reason)
            return say("needs review")
        case "no score":
            if standing.reason:
                return say("no score: {reason}", reason=standing.reason)
            return say("no score")
        case "waits for a person":
            return verbatim(standing.reason or "")
        case "claims":
            return say("several hand-ins claim one student")
        case "another's variant":
            if standing.variant is not None and standing.variant.owner:
                return say("carries the variant of {student}", student=standing.variant.owner)
            return say("carries a variant that is not this student's")
        case "right only for the data shown":
            names = ", ".join(one.unconfirmed)
            return say("right only for the data shown: {exercises}", exercises=names)
        case "guessed encoding":
            return say("guessed encoding")
        case "guessed name":
            return say("guessed name")
        case "forbidden in use":
            return say("something forbidden was called, and is not found in the code")
        case "guessed cell":
            return say("guessed cell")
        case "late":
            return say("late")
        case "several attempts":
            return say(
                "attempt {number} of {total} counts",
                number=standing.attempt,
                total=standing.attempts,
            )
        case "near a border":
            share = f"{float(100 * one.border):g}" if one.border is not None else "?"
            return say("near the border at {share} %", share=share)
        case _:
            assert_never(reason)
