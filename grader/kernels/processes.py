"""Processes of a submission, seen from outside: which there are, and their end.

Who descends from whom stands in proc(5): psutil finds it out by a look at all processes of the
machine, fifty times as slow, so it is asked only where there is no such file. Descriptors of
processes, and the numbers that a pid namespace has for them, it does not know at all.
"""

import contextlib
import os
import select
import signal
import time
from collections.abc import Collection
from functools import cache
from pathlib import Path

import psutil

_GONE = (psutil.NoSuchProcess, psutil.AccessDenied, ValueError)
_ENDED = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)


@cache
def has_proc() -> bool:
    """Whether this system tells of processes, and of their children, in files of proc(5)."""
    return Path(f"/proc/self/task/{os.getpid()}/children").exists()


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
    if not has_proc():
        return [pid, *_portable_children(pid)]
    found, level = [pid], [pid]
    while level:
        level = [child for parent in level for child in _children(parent)]
        found += level
    return found


def go_on(pid: int) -> bool:
    """Let a process go on that somebody has stopped; whether it was."""
    with contextlib.suppress(*_GONE):
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_STOPPED:
            process.resume()
            return True
    return False


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
    found = []
    for pid in pids:
        with contextlib.suppress(*_GONE):
            if psutil.Process(pid).status() not in _ENDED:
                found.append(pid)
    return found


def reapable(parent: int, pids: Collection[int]) -> list[int]:
    """Return those of some processes that have ended and wait for this parent to reap them.

    They are returned by the numbers that the parent knows them by.
    """
    ended = set(_children(parent)).intersection(pids).difference(alive(pids))
    return [number for pid in ended if (number := _inner_number(pid)) is not None]


def existing(pids: Collection[int]) -> list[int]:
    """Return those of some processes that the system has not forgotten."""
    return [pid for pid in pids if psutil.pid_exists(pid)]


def kill(pids: Collection[int]) -> None:
    """Kill processes; those that are gone already are no error."""
    for pid in pids:
        with contextlib.suppress(*_GONE):
            psutil.Process(pid).kill()


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


def tasks_of(pid: int) -> list[str]:
    """Return where proc(5) tells of the threads of a process."""
    with contextlib.suppress(OSError):
        return [str(task) for task in Path(f"/proc/{pid}/task").iterdir()]
    return []


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in tasks_of(pid):
        with contextlib.suppress(OSError):
            found += map(int, Path(f"{task}/children").read_bytes().split())
    return found


def stat_of(path: str) -> list[str]:
    """Return what a file of proc(5) says after a name; nothing where the process is gone."""
    try:
        return Path(path).read_bytes().rpartition(b")")[2].decode("ascii").split()
    except OSError:
        return []


def _portable_children(pid: int) -> list[int]:
    with contextlib.suppress(*_GONE):
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    return []
