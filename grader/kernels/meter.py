"""What a request to a kernel takes: CPU seconds, which no other process on the machine can use up.

Behind them stands the clock, for code that sleeps: time in which a thread of the kernel's runs or
waits for a processor does not count there, so that a busy machine costs nobody anything.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from grader.errors import TooBusy
from grader.kernels import processes, usage
from grader.model.values import Exceeded

ASLEEP = 3  # times the limit, that a request may sleep
LAST = 20  # times the limit, on the clock: after that the machine is to blame
PATIENCE = 60.0  # seconds on the clock, at least: what is left of a budget may be next to nothing
LEAST = 0.05  # CPU seconds: with less, nothing is begun
STEP = 1.0  # seconds between two looks that count at most: who looks may have been stopped


class TakesTooLong(Exception):
    """A request was not answered in the time that it has. exceeded: which it was."""

    def __init__(self, exceeded: Exceeded) -> None:
        self.exceeded = exceeded
        super().__init__(exceeded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds. cpu: of all processes; asleep: in which none of them had anything to do."""

    cpu: float = 0.0
    asleep: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(cpu=self.cpu + other.cpu, asleep=self.asleep + other.asleep)

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent(cpu=self.cpu - other.cpu, asleep=self.asleep - other.asleep)

    def share_of(self, limit: float) -> float:
        """Return how much of a limit that is; more than 1 is over it."""
        return max(self.cpu / limit, self.asleep / (ASLEEP * limit))


NOTHING = Spent()


class Measured(Protocol):
    """What says how much it has taken in all: a kernel."""

    @property
    def spent(self) -> Spent:
        """What all requests so far have taken."""
        ...


@dataclass(slots=True)
class Budget:
    """What a submission may take in all, and what it has taken. limit: CPU seconds."""

    limit: float
    spent: Spent = NOTHING

    @property
    def left(self) -> float:
        """CPU seconds that are left, or fewer where it has slept too long; 0 or less for none."""
        return self.limit * (1 - self.spent.share_of(self.limit))

    @property
    def is_used_up(self) -> bool:
        """Whether too little is left to begin anything."""
        return self.left < LEAST

    @contextmanager
    def charged(self, kernel: Measured) -> Iterator[Spent]:
        """Charge what a kernel does meanwhile; gives what it had spent before."""
        before = kernel.spent
        try:
            yield before
        finally:
            self.spent += kernel.spent - before


class Meter:
    """Measures one request, from now on.

    pid: of the process that works on it; limit: CPU seconds, of it and of all that descends from
    it. Copies of it that wait stand still, and take nothing.
    """

    def __init__(self, pid: int, limit: float) -> None:
        self._pid, self._limit = pid, limit
        self._seen = time.monotonic()
        self._own = usage.cpu_of(pid)
        self._tree: float | None = None
        self._counted = self._asleep = self._passed = 0.0
        self._was_awake = True

    @property
    def spent(self) -> Spent:
        """What the request has taken so far."""
        # The process's own clock is exact, but its children are only in what was counted.
        own = usage.cpu_of(self._pid) - self._own
        return Spent(cpu=max(own, self._counted), asleep=self._asleep)

    def look(self) -> None:
        """Count what has passed since the last look.

        Raises TakesTooLong where it is over the limit, TooBusy where the machine let it do little.
        """
        now = time.monotonic()
        passed, self._seen = min(now - self._seen, STEP), now
        self._passed += passed
        seen = usage.activity(self._pid)
        if self._tree is not None:
            self._counted += max(0.0, seen.cpu - self._tree)
        self._tree = seen.cpu
        is_awake = processes.go_on(self._pid) or seen.awake
        # At two looks: who has just answered, and whoever looks comes late, has not slept till now.
        if not (is_awake or self._was_awake):
            self._asleep += passed
        self._was_awake = is_awake
        spent = self.spent
        if spent.cpu > self._limit:
            raise TakesTooLong(Exceeded(seconds=self._limit))
        if spent.asleep > ASLEEP * self._limit:
            raise TakesTooLong(Exceeded(seconds=ASLEEP * self._limit, slept=True))
        if self._passed > max(LAST * self._limit, PATIENCE):
            raise TooBusy
