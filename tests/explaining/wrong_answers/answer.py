"""What a wrong answer is."""

import textwrap
from dataclasses import dataclass


@dataclass(frozen=True)
class Wrong:
    """A wrong answer to an exercise, in place of the solution.

    code: functions and names that it leaves out are the reference's; before: a cell of the
    student's own above it; alone: whether other wrong answers in the notebook would disturb it;
    raw: whether Python cannot read it.
    due: what may be said of it, by the kind of the symptom, "mistake NAME" for a known one; never:
    what no sentence may hold.
    """

    exercise: str
    name: str
    code: str
    due: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    before: str = ""
    alone: bool = False
    raw: bool = False

    @property
    def lines(self) -> str:
        """The code, without what this file indents it by."""
        return textwrap.dedent(self.code).strip("\n")
