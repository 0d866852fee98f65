"""What stands at drawings, put into words."""

from grader.model.text import Text, say
from grader.wording.values import code


def places(expression: str) -> Text:
    """Return what a map of a value shows."""
    return say("which numbers of {expression} differ", expression=code(expression))


def curve(expression: str) -> Text:
    """Return what is drawn of two curves."""
    return say("{expression} by step: yours, and the reference's", expression=code(expression))


def step() -> Text:
    """Return what the axis of steps is called."""
    return say("step, from 1")


def parts(number: int) -> Text:
    """Return what stands at the first step that is not the same."""
    return say("they part at step {number}", number=number)
