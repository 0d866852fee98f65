"""Processes of a submission, seen from outside: how much memory they hold, and their end."""

import contextlib
import os
import select
import signal
import time
from collections.abc import Collection
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def pid_of(process: int) -> int | None:
    """Return the number of the process behind a descriptor; None where it has ended."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/self/fdinfo/{process}").read_text(encoding="ascii").splitlines():
            if line.startswith("Pid:") and int(line.split()[1]) > 0:
                return int(line.split()[1])
    return None


def below(pid: int) -> list[int]:
    """Return every process that descends from one, without it; those that have ended count not."""
    found: list[int] = []
    level = [pid]
    while level:
        level = [child for parent in level for child in _children(parent)]
        found += level
    return alive(found)


def alive(pids: Collection[int]) -> list[int]:
    """Return those of some processes that have not ended, reaped or not."""
    return [pid for pid in pids if not _has_ended(pid)]


def memory(pids: Collection[int], at_most: int) -> int:
    """Return the bytes that processes hold; exact only where it may be more than `at_most`."""
    rough = sum(_resident(pid) for pid in pids)
    return rough if rough <= at_most else sum(_proportional(pid) for pid in pids)


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


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def _has_ended(pid: int) -> bool:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    return text.rpartition(")")[2].split()[:1] in (["Z"], ["X"])


def _resident(pid: int) -> int:
    """Return the bytes of memory of a process that are no file's."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
        return (int(fields[1]) - int(fields[2])) * _PAGE
    return 0


def _proportional(pid: int) -> int:
    """Return the bytes of a process where what several share is counted once."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        fields = dict(line.split(":", 1) for line in text.splitlines()[1:])
        return int(fields["Pss"].split()[0]) * 1024
    return 0
