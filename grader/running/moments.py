"""When a run looks at an exercise: after its cell, and once below it.

Each look is a chance to show another answer, so there are no more of them than students need.
"""

from collections.abc import Sequence

from grader.model.facts import Moment
from grader.model.submission import Step


def moments(steps: Sequence[Step], *, once: bool = False) -> dict[int, Moment]:
    """Return the steps, by their places, after which the exercise that they belong to is looked at.

    Below its cell that is the last of the student's own cells before the next released cell; a copy
    of one that has been run does not count. once: whether that look is the only one where there is
    such a cell.
    """
    found: dict[int, Moment] = {}
    own: dict[str, int] = {}
    below: dict[str, int] = {}
    released: set[str] = set()
    for place, step in enumerate(steps):
        if step.released is not None and step.released not in released:
            released.add(step.released)
            found |= dict.fromkeys(below.values(), "below")
            below.clear()
            own.clear()
        if step.exercise is None:
            continue
        if step.role == "exercise":
            found[place], own[step.exercise] = "own", place
        elif step.role == "own" and step.exercise in own:
            below[step.exercise] = place
            if once:
                found.pop(own[step.exercise], None)
    return found | dict.fromkeys(below.values(), "below")
