"""The looks of a run whose calls wait until its last cell has ended, and what they are asked in."""

from contextlib import suppress

from grader.kernels.kernel import Kernel, KernelDied
from grader.model.submission import Step
from grader.running.pending_look import PendingLook, is_unseen
from grader.running.questions import calls
from grader.running.ready_kernel import ReadyKernel
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
        self._words: set[str] = set()
        # The second kernel, and how many steps it has replayed.
        self._second: Kernel | None = None
        self._reached = 0

    def add(self, pending: PendingLook) -> None:
        """Add a look at what there is now."""
        self.looks.append(pending)
        if calls(pending.exercise):
            self._uncopied.append(pending)

    def before(self, step: Step) -> None:
        """Take the copy that looks need, unless a step cannot be seen from their calls."""
        seen = step.opaque or not is_unseen(step.source, self._words, self._uncopied)
        if self._uncopied and seen:
            self.copy()

    def after(self, step: Step) -> None:
        """Note what calls can reach, once a step has been run."""
        self._words |= words(step.source)

    def copy(self) -> None:
        """Take the copy that the looks since the last one need."""
        copy = None
        if self._uncopied and (kernel := self._ready.living) is not None:
            copy = self._fork(kernel)
        for pending in self._uncopied:
            pending.copy = copy
        self._uncopied.clear()

    def state_of(self, pending: PendingLook) -> Kernel | None:
        """Return a kernel in the state of a look: its copy, or else one that replays the cells.

        None where there were enough kernels. Raises KernelFailed.
        """
        if pending.copy is not None and pending.copy.alive:
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

    def _fork(self, kernel: Kernel) -> Kernel | None:
        """Return a copy of a kernel; None where there is none, and replaying has to do."""
        if self._forks:
            with suppress(KernelDied):
                return kernel.fork()
            self._forks = False  # what it left behind ends it at each fork
        return None
