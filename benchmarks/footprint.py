"""How many processes there are below one, and what memory they hold, again and again."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

MIB = 2**20
ENOUGH = 20  # submissions, of which what memory grows by is no accident
PAUSE = 0.5  # seconds between two looks; each takes some milliseconds a process


class Sample(NamedTuple):
    """What there was at a moment, by `time.time`.

    pss: bytes, with each shared page divided by those who share it; largest: the most that a child
    of a command held, with all below it: a worker's share, where there are workers.
    """

    at: float
    processes: int
    pss: int
    largest: int


def sample(pid: int) -> Sample:
    """Look at what descends from a process, without it, whose children are commands."""
    processes = pss = largest = 0
    at = time.time()
    for command in children(pid):
        held = pss_of(command)
        processes, pss = processes + 1, pss + held
        for part in children(command):
            below = [part, *descendants(part)]
            all_held = sum(map(pss_of, below))
            processes, pss = processes + len(below), pss + all_held
            largest = max(largest, all_held)
    return Sample(at, processes, pss, largest)


def growth(samples: Sequence[Sample], ends: Sequence[float]) -> float | None:
    """Return by how many bytes all PSS grew with each submission, in the second half of a run.

    ends: when submissions were done. The first half has the references, and all that is loaded
    once. None where there are too few to tell.
    """
    if len(ends) < ENOUGH:
        return None
    ordered = sorted(ends)
    half = ordered[len(ordered) // 2]
    late = [one for one in samples if half <= one.at <= ordered[-1]]
    done = [float(sum(end <= one.at for end in ordered)) for one in late]
    if len({*done}) < ENOUGH / 4:
        return None
    return statistics.linear_regression(done, [float(one.pss) for one in late]).slope


def descendants(pid: int) -> Iterator[int]:
    """Yield every process that descends from one, parents first."""
    for child in children(pid):
        yield child
        yield from descendants(child)


def children(pid: int) -> Iterator[int]:
    """Yield the processes that one has started and that have not ended."""
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                yield from map(int, (task / "children").read_text().split())


def pss_of(pid: int) -> int:
    """Return the proportional bytes of a process; 0 for one that has gone, or is not ours."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
