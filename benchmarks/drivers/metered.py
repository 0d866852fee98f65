"""What commands cost, with all that they start: `python metered.py ASKED TOLD`.

ASKED is a file with JSON: `commands`, which are run at once, each to its end, and `environment`,
what they get beside our own. TOLD gets the seconds of CPU, when they began and ended, and how the
CPU was counted.

What a process costs is told to whoever waits for it. Warm kernels are killed with all that is in
their namespace, and nobody waits for their copies: such seconds are lost, and they are most of the
grader's. A control group knows them all. Where we may not make one, a counter of perf events goes
on to every child; it misses what the system takes to clear away their memory, a twentieth. Where
there is none either, what was waited for has to do.
"""

import ctypes
import json
import os
import platform
import resource
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

_CALLS = {"x86_64": 298, "aarch64": 241}  # the number of perf_event_open
_SOFTWARE, _TASK_CLOCK, _SIZE = 1, 1, 128
_INHERIT, _NO_KERNEL, _NO_HYPERVISOR = 1 << 1, 1 << 5, 1 << 6
_NANOSECOND, _MICROSECOND = 1e-9, 1e-6
_GROUP = "tensorgrader-benchmark-"
_LATE = 5.0  # seconds that processes may take to end after who started them


def main() -> None:
    """Run the commands, and say what they cost; exits with the worst of their codes."""
    asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    environment = {**os.environ, **asked["environment"]}
    with ExitStack() as stack:
        seconds, how = _counted(stack)
        told, code = _run(asked["commands"], environment, seconds)
    told["how"] = how
    Path(sys.argv[2]).write_text(json.dumps(told), encoding="utf-8")
    raise SystemExit(code)


def _counted(stack: ExitStack) -> tuple[Callable[[], float], str]:
    """Return what reads the seconds of CPU, as exactly as can be had here, and what that is."""
    with suppress(OSError):
        return stack.enter_context(control_group()), "a control group"
    try:
        return task_clock(), "perf events"
    except OSError as error:
        why = f"no control group; perf events: {error.strerror}"
        return waited_for, f"only what was waited for ({why})"


def _run(
    commands: list[list[str]], environment: dict[str, str], seconds: Callable[[], float]
) -> tuple[dict[str, Any], int]:
    before, began = seconds(), time.time()
    running = [
        subprocess.Popen(command, env=environment)  # noqa: S603 - the benchmark's own
        for command in commands
    ]
    codes = [one.wait() for one in running]
    ended = time.time()
    told = {"cpu": seconds() - before, "began": began, "ended": ended}
    return told, next((code for code in codes if code), 0)


@contextmanager
def control_group() -> Generator[Callable[[], float]]:
    """Be in a control group of our own, and give what reads its seconds of CPU. Raises OSError."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    top = next((Path(where) for _, where, kind, *_ in mounts if kind == "cgroup2"), None)
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    ours = next((line[3:] for line in lines if line.startswith("0::")), None)
    if top is None or ours is None:
        raise OSError(0, "there are no control groups of the second version")
    above = top / ours.lstrip("/")
    for old in above.glob(f"{_GROUP}*"):  # of one that was killed; who is in one keeps it
        with suppress(OSError):
            old.rmdir()
    group = above / f"{_GROUP}{os.getpid()}"
    group.mkdir()
    members = group / "cgroup.procs"

    def seconds() -> float:
        deadline = time.monotonic() + _LATE
        while members.read_text().split() != [str(os.getpid())]:  # what was killed is ending
            if time.monotonic() > deadline:
                break
            time.sleep(0.01)
        lines = (group / "cpu.stat").read_text().splitlines()
        used = dict(line.split() for line in lines)
        return int(used["usage_usec"]) * _MICROSECOND

    try:
        members.write_text(str(os.getpid()))
        yield seconds
    finally:
        (above / "cgroup.procs").write_text(str(os.getpid()))
        with suppress(OSError):  # what did not end in time is still in it
            group.rmdir()


def task_clock() -> Callable[[], float]:
    """Return what reads the seconds of CPU of this process and its children. Raises OSError."""
    if sys.platform != "linux" or platform.machine() not in _CALLS:
        raise OSError(0, "not known here")
    about = bytearray(_SIZE)
    struct.pack_into("IIQ", about, 0, _SOFTWARE, _SIZE, _TASK_CLOCK)
    # Without the kernel, since not everyone may look at it; the time in it counts all the same.
    struct.pack_into("Q", about, 40, _INHERIT | _NO_KERNEL | _NO_HYPERVISOR)
    system = ctypes.CDLL(None, use_errno=True)
    place = (ctypes.c_char * _SIZE).from_buffer(about)
    counter = system.syscall(_CALLS[platform.machine()], place, 0, -1, -1, 0)
    if counter < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return lambda: int.from_bytes(os.read(counter, 8), sys.byteorder) * _NANOSECOND


def waited_for() -> float:
    """Return the seconds of CPU of all children that somebody below us has waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
