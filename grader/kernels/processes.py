"""Processes of a submission, seen from outside: what they hold, what they do, and their end."""

import contextlib
import os
import select
import signal
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class Activity:
    """What processes have done and do.

    cpu: seconds, with those of children that they have waited for; awake: whether a thread of
    theirs runs or waits for a processor.
    """

    cpu: float
    awake: bool


def pid_of(process: int) -> int | None:
    """Return the number of the process behind a descriptor; None where it has ended."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/self/fdinfo/{process}").read_text(encoding="ascii").splitlines():
            if line.startswith("Pid:") and int(line.split()[1]) > 0:
                return int(line.split()[1])
    return None


def below(pid: int) -> list[int]:
    """Return every process that descends from one, without it; those that have ended count not."""
    return alive(tree(pid)[1:])


def tree(pid: int) -> list[int]:
    """Return a process and all that descends from it, also what has ended and is not reaped."""
    found, level = [pid], [pid]
    while level:
        level = [child for parent in level for child in _children(parent)]
        found += level
    return found


def activity(pid: int) -> Activity:
    """Return what a process and all that descends from it do, also what has ended."""
    ticks, awake = 0, False
    for one in tree(pid):
        ticks += sum(map(int, _stat(f"/proc/{one}/stat")[11:15]))
        awake = awake or any(_stat(f"{task}/stat")[:1] == ["R"] for task in _tasks(one))
    return Activity(cpu=ticks / _TICK, awake=awake)


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of one process, without its children; 0 where it has ended."""
    if pid <= 0:  # which would be the clock of whoever asks
        return 0.0
    with contextlib.suppress(OSError):
        return time.clock_gettime((~pid << 3) | 2)  # as clock_getcpuclockid(3) makes it
    return 0.0


def go_on(pid: int) -> bool:
    """Let a process go on that somebody has stopped; whether it was."""
    stopped = _stat(f"/proc/{pid}/stat")[:1] == ["T"]
    if stopped:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGCONT)
    return stopped


def child_of(pid: int, number: int) -> int | None:
    """Return a descriptor of the child of a process that its pid namespace knows by a number."""
    for child in _children(pid):
        with contextlib.suppress(OSError):
            if _inner_number(child) == number:
                process = os.pidfd_open(child)
                if child in _children(pid):  # the number has not gone to another meanwhile
                    return process
                os.close(process)
    return None


def alive(pids: Collection[int]) -> list[int]:
    """Return those of some processes that have not ended, reaped or not."""
    return [pid for pid in pids if not _has_ended(pid)]


def reapable(parent: int, pids: Collection[int]) -> list[int]:
    """Return those of some processes that have ended and wait for this parent to reap them.

    They are returned by the numbers that the parent knows them by.
    """
    ended = set(_children(parent)).intersection(pids).difference(alive(pids))
    return [number for pid in ended if (number := _inner_number(pid)) is not None]


def existing(pids: Collection[int]) -> list[int]:
    """Return those of some processes that the system has not forgotten."""
    return [pid for pid in pids if _stat(f"/proc/{pid}/stat")]


def resident(pids: Collection[int]) -> int:
    """Return the bytes of memory of processes that no file has; shared ones count for each.

    Tables of pages are among them: to look at what is empty takes no other memory.
    """
    return sum(map(_resident, pids))


def proportional(pids: Collection[int]) -> int:
    """Return the bytes of memory of processes, each counted once, with their tables of pages."""
    return sum(map(_proportional, pids))


def open_files(pids: Collection[int]) -> int:
    """Return how many descriptors processes have; nobody tells before Linux 6.2."""
    found = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            found += Path(f"/proc/{pid}/fd").stat().st_size
    return found


def kill(pids: Collection[int]) -> None:
    """Kill processes; those that are gone already are no error."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def kill_below(pid: int, *, but: Collection[int] = (), patience: float = 5.0) -> None:
    """Kill all that descends from a process, also what is started meanwhile."""
    deadline = time.monotonic() + patience
    while (found := [one for one in below(pid) if one not in but]) and (
        time.monotonic() < deadline
    ):
        kill(found)


def send(process: int, number: int) -> None:
    """Send a signal by descriptor; a process that has ended is no error."""
    with contextlib.suppress(ProcessLookupError, PermissionError, OSError):
        signal.pidfd_send_signal(process, number)


def has_ended(process: int, within: float = 0.0) -> bool:
    """Whether a process ends within some seconds."""
    poll = select.poll()
    poll.register(process, select.POLLIN)
    return bool(poll.poll(within * 1000))


def _inner_number(pid: int) -> int | None:
    """Return the number of a process in the innermost pid namespace that it is in."""
    with contextlib.suppress(OSError, ValueError):
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
        for line in status.splitlines():
            if line.startswith("NSpid:"):
                return int(line.split()[-1])
    return None


def _tasks(pid: int) -> list[str]:
    with contextlib.suppress(OSError):
        return [str(task) for task in Path(f"/proc/{pid}/task").iterdir()]
    return []


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in _tasks(pid):
        with contextlib.suppress(OSError):
            found += map(int, Path(f"{task}/children").read_bytes().split())
    return found


def _has_ended(pid: int) -> bool:
    return _stat(f"/proc/{pid}/stat")[:1] in ([], ["Z"], ["X"])


def _stat(path: str) -> list[str]:
    """Return what a file of proc(5) says after a name; nothing where the process is gone."""
    try:
        return Path(path).read_bytes().rpartition(b")")[2].decode("ascii").split()
    except OSError:
        return []


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, KeyError):
        told = _told(f"/proc/{pid}/status")
        return told["RssAnon"] + told["VmPTE"]
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
