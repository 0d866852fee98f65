"""The looks of a run whose calls wait until its last cell has ended, and what they are asked in."""

from contextlib import suppress

from grader.kernels.kernel import Kernel, KernelDied
from grader.model.submission import Step
from grader.running.pending_look import PendingLook, is_unseen
from grader.running.questions import calls
from grader.running.ready_kernel import ReadyKernel
from grader.syntax.closed import Definitions
from grader.syntax.definitions import words


class WaitingLooks:
    """Looks in the order in which they were taken, each with a copy of the kernel as it was then.

    Where kernels cannot be forked, a second one replays what the first ran, up to the look. looks:
    all there are.
    """

    def __init__(self, ready: ReadyKernel) -> None:
        self.looks: list[PendingLook] = []
        self._ready = ready
        self._forks = True
        # Looks that still need a copy, and the words of all code that their calls can reach.
        self._uncopied: list[PendingLook] = []
        self._last: list[PendingLook] = []  # which the state at the end does for
        self._words: set[str] = set()
        self._definitions = Definitions()
        self._passed = False  # whether a step that did more than define was none of their business
        # The second kernel, and how many steps it has replayed.
        self._second: Kernel | None = None
        self._reached = 0

    def add(self, pending: PendingLook) -> None:
        """Add a look at what there is now."""
        self.looks.append(pending)
        if calls(pending.exercise):
            others = (call for one in self._uncopied for call in one.calls())
            if self._passed and not self._definitions.are_apart(others, pending.calls()):
                self._copy()
            self._uncopied.append(pending)
            self._words |= pending.words()

    def before(self, step: Step) -> None:
        """Take the copy that looks need, unless a step cannot be seen from their calls."""
        if self._uncopied and (step.opaque or self._is_seen(step)):
            self._copy()

    def after(self, step: Step) -> None:
        """Note what calls can reach, once a step has been run."""
        self._words |= words(step.source)
        self._definitions.add(step.source)

    def finish(self, *, in_place: bool) -> None:
        """Take the copy that the last looks need; the kernel itself, where it is used for no more.

        in_place: whether it is.
        """
        self._last = [*self._uncopied]
        if in_place and (kernel := self._ready.living) is not None:
            self._give(kernel)
        else:
            self._copy()

    def state_of(self, pending: PendingLook) -> Kernel | None:
        """Return a kernel in the state of a look: its copy, or else one that replays the cells.

        None where there were enough kernels. Raises KernelFailed.
        """
        if pending.copy is not None and pending.copy.alive:
            return pending.copy
        is_last = any(one is pending for one in self._last)
        if is_last and (kernel := self._ready.living) is not None:
            pending.copy = self._fork(kernel)  # a call has ended the last one
            if pending.copy is not None:
                return pending.copy
        if self._second is None or not self._second.alive or self._reached > pending.place:
            if self._second is not None:
                self._second.close()
            self._second, self._reached = self._ready.fresh(), 0
        if self._second is None:
            return None
        self._ready.replay(self._second, self._reached, pending.place)
        self._reached = pending.place
        if not self._second.alive:
            return None
        pending.copy = self._fork(self._second)
        if not self._second.alive:
            return self.state_of(pending)
        return pending.copy or self._second

    def close(self) -> None:
        """End the second kernel, if there is one; copies end with theirs."""
        if self._second is not None:
            self._second.close()

    def _copy(self) -> None:
        """Take the copy that the looks since the last one need."""
        kernel = self._ready.living if self._uncopied else None
        self._give(self._fork(kernel) if kernel is not None else None)

    def _give(self, kernel: Kernel | None) -> None:
        for pending in self._uncopied:
            pending.copy = kernel
        self._uncopied.clear()
        self._passed = False

    def _is_seen(self, step: Step) -> bool:
        """Whether calls of the looks that need a copy may tell that a step has been run."""
        if is_unseen(step.source, self._words):
            return False
        asked = (one for pending in self._uncopied for one in pending.calls())
        kept = self._definitions.keep(step.source, asked)
        self._passed = self._passed or kept
        return not kept

    def _fork(self, kernel: Kernel) -> Kernel | None:
        """Return a copy of a kernel; None where there is none, and replaying has to do."""
        if self._forks:
            with suppress(KernelDied):
                return kernel.fork()
            self._forks = False  # what it left behind ends it at each fork
        return None
