"""The private memory of a submission's processes, seen from outside while the grader runs.

A kernel is a fork of the template, and shares with it what neither has written to since; private is
what one process alone holds. Pages that a kernel shares with a paused copy of itself count for
neither, so that the largest process tells too little, and all of them at one moment a little more.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from benchmarks.footprint import MIB, descendants
from benchmarks.process import Skipped, started
from benchmarks.routes.tensorgrader import Grade

PAUSE = 0.003  # seconds between two looks
TEMPLATE = b"grader.student_side.template"


class Held(NamedTuple):
    """The most MiB that a submission's largest process held, and all of them at one moment."""

    largest: float
    together: float


def private(route: Grade, number: int, folder: Path) -> list[Held]:
    """Grade so many submissions, and return what each held, largest first."""
    peaks: dict[int, Held] = defaultdict(lambda: Held(0, 0))
    with started(route.command(number, 1, folder), folder) as grading:
        while grading.poll() is None:
            now: dict[int, list[float]] = defaultdict(list)
            for session, held in _kernels(grading.pid):
                now[session].append(held / MIB)
            for session, all_held in now.items():
                most = Held(max(all_held), sum(all_held))
                peaks[session] = Held(*map(max, peaks[session], most))
            time.sleep(PAUSE)
    # Some kernels run no submission: a trial, the reference, one that waits. They hold less, or the
    # reference as much.
    found = sorted(peaks.values(), reverse=True)[:number]
    if len(found) < number:
        raise Skipped(f"{len(found)} kernels were seen, for {number} submissions")
    if not all(held.largest for held in found):
        raise Skipped("the memory of kernels may not be read by this user")
    return found


def _kernels(pid: int) -> Iterator[tuple[int, int]]:
    """Yield the session and the private bytes of each process that is a kernel or its copy.

    A kernel leaves its template's session for one of its own, and its copies stay there.
    """
    for template in descendants(pid):
        if TEMPLATE in _read(template, "cmdline") and _session(template) == template:
            for process in descendants(template):
                if (session := _session(process)) not in (0, template):
                    yield session, _held(process)
            return


def _session(pid: int) -> int:
    """Return the session of a process; 0 for one that has gone."""
    fields = _read(pid, "stat").rpartition(b")")[2].split()
    return int(fields[3]) if len(fields) > 3 else 0


def _held(pid: int) -> int:
    """Return the private bytes of a process; 0 for one that has gone, or is not ours to see."""
    fields = dict(line.split(b":", 1) for line in _read(pid, "smaps_rollup").splitlines()[1:])
    kinds = (b"Private_Clean", b"Private_Dirty")
    return sum(int(fields[kind].split()[0]) * 1024 for kind in kinds if kind in fields)


def _read(pid: int, name: str) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/{name}").read_bytes()
    return b""
