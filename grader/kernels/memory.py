"""The memory that a kernel holds with all that descends from it, its waiting copies among them."""

import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from grader.kernels import processes, usage

FILES = 1_024  # open ones of a submission that are free
PAUSE = 5  # times as long as a look took, nobody looks so closely again


class Memory:
    """What a kernel may hold, in bytes.

    To count what several processes share once takes milliseconds for each of them, so it is done
    only where they might hold too much, and not all the time. What waits in sockets is the system's
    own memory and nobody's: each open file beyond some counts as a socket that is full.

    shared: whether memory that is mapped to be shared, and that no file has, counts too, where it
    is not refused; seen: the most that was seen, what is shared with the template counted in full.
    """

    def __init__(self, most: int, *, shared: bool = False) -> None:
        self._most, self._shared, self._granted = most, shared, 0
        self.seen = 0
        self._next = 0.0

    def grant(self, pid: int) -> None:
        """Let what a process holds now count as nothing."""
        self._granted = usage.resident([pid], shared=self._shared)

    def is_exceeded(self, pid: int) -> bool:
        """Whether a process and all that descends from it hold too much, as far as was looked."""
        pids = [pid, *processes.below(pid)]
        now = time.monotonic()
        waiting = max(0, usage.open_files(pids) - FILES) * _full()
        waiting -= self._granted
        held = usage.resident(pids, shared=self._shared) + waiting
        self.seen = max(self.seen, held)
        if held <= self._most or now < self._next:
            return False
        found = usage.proportional(pids) + waiting
        ended = time.monotonic()
        self._next = ended + PAUSE * (ended - now)
        return found > self._most


@cache
def _full() -> int:
    """Return how many bytes may wait in a socket, at most."""
    most = 212_992
    with suppress(OSError, ValueError):
        most = int(Path("/proc/sys/net/core/wmem_max").read_text(encoding="ascii"))
    return 2 * most  # as the system counts what was asked for
