"""The seam between running a notebook and the process that runs it.

`Kernel` is what a run needs of a process with student code in it. `grader.kernels.cold` is one:
nbclient with a fresh ipykernel. What a kernel answers is bytes that nobody has looked at yet.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, assert_never

from grader.kernels.meter import NOTHING as NOTHING_SPENT
from grader.kernels.meter import Spent
from grader.kernels.output_budget import OutputBudget
from grader.kernels.sandbox import Isolation
from grader.model.facts import Ending
from grader.model.values import Exceeded, Payload

TooMuch = Literal["too much output", "too much memory"]


class KernelDied(Exception):
    """The process is gone; a fresh kernel has to take over. Caught in `grader.running.run`."""


class TookTooMuch(KernelDied):
    """The process was ended for what a question took. reason: of what there was too much."""

    def __init__(self, reason: TooMuch) -> None:
        self.reason: TooMuch = reason
        super().__init__(reason)


class AnswerTimedOut(Exception):
    """A question was not answered in the time that it had. exceeded: which it was."""

    def __init__(self, exceeded: Exceeded) -> None:
        self.exceeded = exceeded
        super().__init__(exceeded)


@dataclass(slots=True, kw_only=True)
class CellRun:
    """What running one cell gave.

    outputs: in nbformat's form, capped; a later cell may update what this one displays, so they
    change until the last cell has run. count: the execution count, as in `In [3]`; broke_card:
    whether what it raised leaves its card of no use to the process, which was ended for that.
    """

    ending: Ending
    outputs: list[dict[str, Any]] = field(default_factory=list)
    count: int | None = None
    spent: Spent = NOTHING_SPENT
    exceeded: Exceeded | None = None
    broke_card: bool = False

    @property
    def came_to_its_end(self) -> bool:
        """Whether nobody stopped the cell and nothing ended it, be it that it raised."""
        if self.broke_card:
            return False
        match self.ending:
            case "done" | "error":
                return True
            case "timed out" | "too much output" | "too much memory" | "crashed":
                return False
            case _:
                assert_never(self.ending)

    @property
    def may_be_anothers_fault(self) -> bool:
        """Whether what an earlier cell left running, or holds, can have ended this one."""
        match self.ending:
            case "crashed" | "too much memory":
                return True
            case "done" | "error" | "timed out" | "too much output":
                return False
            case _:
                assert_never(self.ending)


class Kernel(Protocol):
    """One process with a namespace in which cells run.

    Each limit is in CPU seconds, of the process and of all that it starts; `grader.kernels.meter`
    says what stands behind it for code that sleeps. Where the machine is to blame, TooBusy is
    raised, the kernel is gone, and nothing is known of the student's code.
    """

    @property
    def spent(self) -> Spent:
        """What all requests so far have taken, those to its copies aside."""
        ...

    @property
    def held(self) -> int:
        """The most bytes that it was seen to hold, libraries among them; 0 where nobody looks."""
        ...

    @property
    def alive(self) -> bool:
        """Whether the process is still there; where not, nothing can be run or asked."""
        ...

    def run_cell(
        self,
        source: str,
        *,
        limit: float,
        before: Payload | None = None,
        outputs: OutputBudget | None = None,
    ) -> CellRun:
        """Run a cell for at most `limit` CPU seconds; never raises for what the cell does.

        before: a question whose answer nobody needs, asked first; outputs: what is left
        for its outputs.

        Raises KernelDied where the process is gone, or does not listen, before the cell begins.

        A cell that takes longer, or prints too much, is interrupted; where that does not stop it,
        the process is killed, and `alive` says so.
        """
        ...

    def ask(self, question: Payload, *, limit: float) -> Payload:
        """Return the probe's answer about the state as it is now.

        Raises AnswerTimedOut after `limit` CPU seconds (`alive` says whether an interrupt was
        enough), or KernelDied.
        """
        ...

    def fork(self) -> "Kernel | None":
        """Return a paused copy of the kernel as it is now; None where there can be none.

        The copy is a kernel of its own: it can be asked, run cells, be forked, and be closed, and
        nothing that it does is seen by this one. It stands still until it is asked, and its memory
        counts with this one's. There is none where this kernel cannot fork, or the process
        may start no other. Raises KernelDied.
        """
        ...

    def seal(self) -> None:
        """End every process that the student's code started; copies stay.

        What is printed from now on is no output of the notebook.
        """
        ...

    def close(self) -> None:
        """End the process and everything it started, copies too; a second call does nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelFactory:
    """A way to make kernels.

    start: opens a fresh one, for a device ("cpu" or "cuda"); load: imports modules once for all of
    them, where they share anything; renew: makes anew what they share; close: ends it;
    spares_memory: whether what can be made anew is not to be kept; card: the one that they run on.
    """

    name: str
    isolation: Isolation
    start: Callable[[str], Kernel]
    load: Callable[[Sequence[str]], None] = lambda names: None
    renew: Callable[[], None] = lambda: None
    close: Callable[[], None] = lambda: None
    spares_memory: bool = False
    card: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long things may take, in CPU seconds. cell: also for each call of a check."""

    cell: float = 30.0
    submission: float = 300.0
