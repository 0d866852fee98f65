"""The memory of a card that a kernel holds with all that descends from it, seen from outside.

PyTorch keeps to its share by itself; who goes past PyTorch is seen here. The driver counts by the
numbers that processes have where it is asked, which those of another pid namespace do not have.
"""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from grader.kernels import processes
from grader.kernels.cards import Slot

_NO_MEMORY = "out of memory"  # in what PyTorch and CUDA say where a card has none left
PAUSE = 0.2  # seconds between two looks: each asks the driver


class CardMemory:
    """What a kernel may hold of its card."""

    def __init__(self, slot: Slot) -> None:
        self._slot = slot
        self._next = 0.0

    def is_exceeded(self, pid: int) -> bool:
        """Whether a process and all that descends from it hold too much, as far as was looked."""
        now = time.monotonic()
        if not self._slot.most or now < self._next:
            return False
        self._next = now + PAUSE
        held = self._slot.cards.held(self._slot.card)
        return sum(held.get(one, 0) for one in processes.tree(pid)) > self._slot.most

    def is_crowded(self, pid: int, outputs: Iterable[Mapping[str, Any]]) -> bool:
        """Whether a cell found no memory though its process has not had what it was promised.

        Then somebody else has it, who is none of the grader's: the cell is not to blame.
        """
        errors = (one for one in outputs if one.get("output_type") == "error")
        if not any(_NO_MEMORY in str(one.get("evalue", "")) for one in errors):
            return False
        held = self._slot.cards.held(self._slot.card)
        own = sum(held.get(one, 0) for one in processes.tree(pid))
        # Who is not seen to hold anything may hold all of it.
        return 0 < own < self._slot.most - self._slot.cards.free(self._slot.card)


def unwatched(slot: Slot, pid: int) -> str:
    """Return why nobody sees how much of its card a process holds; empty where somebody does.

    pid: of a kernel that has opened its card.
    """
    if slot.cards.problem:
        return slot.cards.problem
    if pid not in slot.cards.held(slot.card):
        return "the driver does not say whose memory is whose here, as in most containers"
    return ""
