"""What processes hold and do, seen from outside.

By hand from proc(5), where there is one: a meter and a limit on memory look twenty times a second,
and psutil knows neither whether another thread than the first is awake, nor memory that no file
has, nor tables of pages; to ask it for all descendants takes a millisecond in place of a fiftieth,
and grows with the processes of the machine. On other systems psutil says what it can.
"""

import contextlib
import os
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import psutil

from grader.kernels.processes import has_proc, stat_of, tasks_of, tree

_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_GONE = (psutil.NoSuchProcess, psutil.AccessDenied)


@dataclass(frozen=True, slots=True)
class Activity:
    """What processes have done and do.

    cpu: seconds, with those of children that they have waited for; awake: whether a thread of
    theirs runs or waits for a processor.
    """

    cpu: float
    awake: bool


def activity(pid: int) -> Activity:
    """Return what a process and all that descends from it do, also what has ended."""
    if not has_proc():
        return _portable_activity(pid)
    ticks, awake = 0, False
    for one in tree(pid):
        ticks += sum(map(int, stat_of(f"/proc/{one}/stat")[11:15]))
        awake = awake or any(stat_of(f"{task}/stat")[:1] == ["R"] for task in tasks_of(one))
    return Activity(cpu=ticks / _TICK, awake=awake)


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of one process, without its children; 0 where it has ended."""
    if pid <= 0:  # which would be the clock of whoever asks
        return 0.0
    with contextlib.suppress(OSError):
        return time.clock_gettime((~pid << 3) | 2)  # as clock_getcpuclockid(3) makes it
    return 0.0


def resident(pids: Collection[int], *, shared: bool = False) -> int:
    """Return the bytes of memory of processes that no file has; shared ones count for each.

    Tables of pages are among them: to look at what is empty takes no other memory. shared: whether
    memory that is mapped to be shared is, too.
    """
    if not has_proc():
        return sum(map(_portable_resident, pids))
    names = ("RssAnon", "VmPTE", *(("RssShmem",) if shared else ()))
    return sum(_resident(pid, names) for pid in pids)


def proportional(pids: Collection[int]) -> int:
    """Return the bytes of memory of processes, each counted once, with their tables of pages."""
    return sum(map(_proportional if has_proc() else _portable_resident, pids))


def open_files(pids: Collection[int]) -> int:
    """Return how many descriptors processes have; nobody tells before Linux 6.2."""
    found = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            found += Path(f"/proc/{pid}/fd").stat().st_size
    return found


def _resident(pid: int, names: Collection[str]) -> int:
    with contextlib.suppress(OSError, ValueError, KeyError):
        told = _told(f"/proc/{pid}/status")
        return sum(told[name] for name in names)
    return 0


def _proportional(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, KeyError):
        return _told(f"/proc/{pid}/smaps_rollup")["Pss"] + _told(f"/proc/{pid}/status")["VmPTE"]
    return 0


def _told(path: str) -> dict[str, int]:
    """Return the sizes that a file of proc(5) tells, in bytes. Raises OSError and ValueError."""
    text = Path(path).read_text(encoding="utf-8", errors="replace")
    lines = (line.partition(":") for line in text.splitlines() if line.endswith(" kB"))
    return {name: int(size.split()[0]) * 1024 for name, _, size in lines}


def _portable_activity(pid: int) -> Activity:
    cpu, awake = 0.0, False
    for one in tree(pid):
        with contextlib.suppress(*_GONE):
            process = psutil.Process(one)
            with process.oneshot():
                cpu += sum(process.cpu_times()[:4])
                awake = awake or process.status() == psutil.STATUS_RUNNING
    return Activity(cpu=cpu, awake=awake)


def _portable_resident(pid: int) -> int:
    with contextlib.suppress(*_GONE):
        return int(psutil.Process(pid).memory_info().rss)
    return 0
