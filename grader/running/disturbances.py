"""What each step did to the others: given data that it changed, and what it left behind.

The kernel is asked after each step, so this is the word of the student's process. Whoever lies
gains no more than a run of an exercise by itself, or loses one; no answer counts as "something".
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from grader.errors import BadAnswer
from grader.formats import replies, wire
from grader.kernels.kernel import AnswerTimedOut, Kernel, KernelDied
from grader.model.submission import Step
from grader.model.text import Text, say
from grader.running.fresh import ASK
from grader.student_side.builtin_names import BUILTINS
from grader.syntax.names import bound_after

LEFT: dict[str, Text] = {
    "thread": say("a thread that runs on"),
    "process": say("a process that runs on"),
    "task": say("a task that has not ended"),
    "audit hook": say("an audit hook"),
    "import hook": say("a changed import"),
    "shell hook": say("a hook of the shell's"),
    "mode": say("a mode that is still on"),
    "patch": say("a changed library"),
    "unknown": say("something that kept the kernel from answering"),
}
RUNS_ON = frozenset({"thread", "process", "task"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """What one step did.

    place: of the step; changed: names that given code bound, or Python itself has, and that hold
    something else since; left: kinds of what it left behind.
    """

    place: int
    changed: frozenset[str] = frozenset()
    left: tuple[str, ...] = ()


class Disturbances:
    """The record of one run.

    found: in the order of the steps, those that did anything; passed_over: the magics of their
    cells that the kernel does not know.
    """

    def __init__(self) -> None:
        self.found: list[Disturbance] = []
        self.passed_over: dict[str, None] = {}
        self._names: dict[str, None] = {}

    def watch(self, kernel: Kernel) -> None:
        """Let a kernel take the state there is now for the start."""
        with suppress(KernelDied, AnswerTimedOut):  # whoever asks next finds out
            kernel.ask(wire.question("watch", names=[*self._names]), limit=ASK)

    def after(self, kernel: Kernel, step: Step, place: int) -> None:
        """Ask what a step did, which has just been run."""
        if step.role == "given":
            self._names.update(dict.fromkeys(sorted(bound_after(step.source))))
            self.watch(kernel)
            return
        try:
            answer = kernel.ask(wire.question("left"), limit=ASK)
            found = replies.read(answer, replies.Left)
        except (KernelDied, AnswerTimedOut, BadAnswer):
            # What an earlier step left may well be why.
            unknown = [] if any(one.left for one in self.found) else ["unknown"]
            found = replies.Left(changed=[], left=unknown)
        # What is named stands in the cell, or it is somebody's own text.
        self.passed_over |= {name: None for name in found.passed_over if name in step.source}
        known = frozenset(found.changed) & {*self._names, *BUILTINS}
        if known or found.left:
            kinds = dict.fromkeys(kind if kind in LEFT else "unknown" for kind in found.left)
            self.found.append(Disturbance(place=place, changed=known, left=tuple(kinds)))

    def changed(self, steps: Sequence[Step]) -> dict[str, frozenset[str]]:
        """Return what the cells of each exercise changed."""
        found: dict[str, frozenset[str]] = {}
        for one in self.found:
            if (exercise := steps[one.place].exercise) is not None:
                found[exercise] = found.get(exercise, frozenset()) | one.changed
        return found
