"""What stands at the drawing of a curve, put into words."""

from grader.model.text import Text, say
from grader.wording.values import code


def title(expression: str) -> Text:
    """Return what is drawn."""
    return say("{expression} by step: yours, and the reference's", expression=code(expression))


def step() -> Text:
    """Return what the axis of steps is called."""
    return say("step, from 1")


def parts(number: int) -> Text:
    """Return what stands at the first step that is not the same."""
    return say("they part at step {number}", number=number)
