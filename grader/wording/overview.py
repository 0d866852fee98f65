"""What stands at the top of a report, put into words."""

from grader.model.text import Text, counted, say


def tally(right: int, nearly: int, total: int, *, is_all: bool = True) -> Text:
    """Return how many exercises are right, and how many nearly.

    is_all: whether there are no others, of which that is not known yet.
    """
    if right == total and is_all:
        return say("Everything is right: {right} of {total} exercises.", right=right, total=total)
    if nearly:
        return say(
            "{right} of {total} exercises right, {nearly} nearly.",
            right=right,
            total=total,
            nearly=nearly,
        )
    return say("{right} of {total} exercises right.", right=right, total=total)


def why_first(built_on: int, points: str) -> Text:
    """Return why an exercise is to be mended first.

    built_on: how many others were marked on its answer; points: to be had in it.
    """
    if built_on:
        return counted(
            "{number} other exercise builds on it.",
            "{number} other exercises build on it.",
            built_on,
        )
    return say("Points to be had: {points}.", points=points)
