"""The memory that a kernel holds with all that descends from it, its waiting copies among them."""

import time

from grader.execution import processes

PAUSE = 5  # times as long as a look took, nobody looks so closely again


class Memory:
    """What a kernel may hold, in bytes.

    To count what several processes share once takes milliseconds for each of them, so it is done
    only where they might hold too much, and not all the time.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._next = 0.0

    def is_exceeded(self, pid: int) -> bool:
        """Whether a process and all that descends from it hold too much, as far as was looked."""
        pids = [pid, *processes.below(pid)]
        now = time.monotonic()
        if processes.resident(pids) <= self._most or now < self._next:
            return False
        found = processes.proportional(pids)
        ended = time.monotonic()
        self._next = ended + PAUSE * (ended - now)
        return found > self._most
