"""Confine a process step by step, and say which steps this system does not allow.

`enter` is for the template, once; `confine` for each fork of it, before any of the student's code.
Namespaces, capabilities, Landlock, the filter on system calls and limits are each one step with a
name, in `MEASURES`; what fails is reported with its reason, and the others are still taken.
"""

import contextlib
import errno
import os
import platform
import resource
import signal
import socket
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.inside import landlock, linux, mounts, seccomp

MEASURES = (
    *("mount namespace", "pid namespace", "own /proc", "read-only environment", "private files"),
    *("network namespace", "ipc namespace", "uts namespace", "another user", "user namespace"),
    *("no capabilities", "no new privileges", "Landlock", "process limits", "system call filter"),
)
_OFF = "was turned off"
_READ = ("/etc", "/proc", "/sys/devices/system/cpu")  # where there is no root of its own


class Steps:
    """The steps that were tried, with the reason of each that failed; empty for one that worked."""

    def __init__(self, wanted: Sequence[str], done: Mapping[str, str] | None = None) -> None:
        self.wanted = wanted
        self.reasons: dict[str, str] = dict(done or {})
        self.pids: int | None = None  # the pid namespace of this process, if it has one

    def take(self, name: str, action: Callable[..., Any], *arguments: Any) -> None:
        """Take a step, if it is wanted; remember why it failed."""
        if name not in self.wanted:
            self.reasons[name] = _OFF
            return
        try:
            action(*arguments)
            self.reasons[name] = ""
        except (OSError, ValueError) as error:
            self.reasons[name] = getattr(error, "strerror", None) or str(error)

    def failed(self, name: str) -> bool:
        """Whether a step was taken and did not work."""
        return self.reasons.get(name, _OFF) not in ("", _OFF)

    def holds(self, name: str) -> bool:
        """Whether a step was taken and worked."""
        return self.reasons.get(name) == ""


def enter(settings: Mapping[str, Any]) -> Steps:
    """Take this process, a template or a kernel, into a root and a pid namespace of its own.

    settings: of `grader.execution.sandbox`; `shared` names folders of the old root that stay, and
    stay writable. Returns in the first process of the new namespace; the one that called waits.
    """
    steps = Steps(settings["measures"])
    steps.take("mount namespace", _own_mounts)
    # One for all kernels of a template: what has no capabilities leaves nothing in it but sockets,
    # which end with their processes. To make one takes a millisecond, and to end it another.
    steps.take("network namespace", linux.unshare, linux.NEWNET)
    steps.take("pid namespace", _own_pids)
    linux.prctl(linux.PDEATHSIG, signal.SIGKILL)
    if steps.holds("pid namespace"):
        steps.pids = os.open("/proc/thread-self/ns/pid_for_children", os.O_RDONLY)
    else:
        linux.prctl(linux.SUBREAPER, 1)  # what outlives its parent stays below this process
    if steps.holds("mount namespace"):
        steps.take("read-only environment", _own_root, settings, steps)
    return steps


def confine(settings: Mapping[str, Any], outer: Mapping[str, str], folder: str) -> dict[str, str]:
    """Confine this process, which has entered, or whose parent has; returns why a step failed.

    folder: where it works, if it can have no files of its own.
    """
    steps = Steps(settings["measures"], outer)
    rooted = steps.holds("read-only environment")
    if rooted:
        steps.take("private files", _own_files, settings, steps.holds("own /proc"))
    home = mounts.HOME if steps.holds("private files") else folder
    steps.take("ipc namespace", linux.unshare, linux.NEWIPC)
    steps.take("uts namespace", _own_name)
    if settings["user"] is None:
        steps.reasons["another user"] = ""  # there is only the one that runs the grader
    else:
        steps.take("another user", _become, settings["user"], settings["environment"])
    steps.take("user namespace", _own_users, 1000)
    steps.take("no capabilities", linux.drop_capabilities)
    steps.take("no new privileges", linux.prctl, linux.NO_NEW_PRIVS, 1, 0, 0, 0)
    for name in ("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR"):
        os.environ[name] = home if name == "HOME" or not rooted else mounts.TEMPORARY
    os.chdir(home)
    devices = [f"/dev/{name}" for name in mounts.DEVICES]
    own = mounts.WRITABLE if steps.holds("private files") else (home,)
    readable = ("/",) if rooted else (*settings["environment"], *mounts.SYSTEM, *_READ)
    writable = (*own, *devices, "/dev/pts", *settings["shared"])
    steps.take("Landlock", landlock.restrict, readable, writable)
    linux.prctl(linux.PDEATHSIG, signal.SIGKILL)
    counted = steps.holds("user namespace") or settings["user"] is not None
    steps.take("process limits", _limit, settings["limits"], counted)
    with contextlib.suppress(OSError):  # the first to go where memory is short
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="utf-8")
    steps.take("system call filter", seccomp.install)
    return steps.reasons


def fork_apart(pids: int | None) -> int:
    """Fork. With the namespace of this process, the child is the first process of one of its own.

    When that one ends, the system ends whatever it started, and only then tells the parent.
    """
    if pids is None:
        return os.fork()
    child = -1
    linux.unshare(linux.NEWPID)
    try:
        child = os.fork()
    finally:
        if child != 0:
            linux.setns(pids, linux.NEWPID)
    return child


def _own_mounts() -> None:
    """Get a mount namespace: as root at once, as an ordinary user by way of a user namespace."""
    try:
        linux.unshare(linux.NEWNS)
    except PermissionError:
        _own_users(0)
        linux.unshare(linux.NEWNS)


def _own_users(inside: int) -> None:
    user, group = os.geteuid(), os.getegid()
    linux.unshare(linux.NEWUSER)
    linux.prctl(linux.DUMPABLE, 1)  # or its own /proc/self would be root's
    maps = {"setgroups": "deny", "uid_map": f"{inside} {user} 1", "gid_map": f"{inside} {group} 1"}
    for name, text in maps.items():
        Path(f"/proc/self/{name}").write_text(text, encoding="utf-8")


def _own_pids() -> None:
    """Go on as the first process of a pid namespace; the process that was there waits for it."""
    linux.unshare(linux.NEWPID)
    child = os.fork()
    if child:
        os.closerange(3, 1024)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the other
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _own_root(settings: Mapping[str, Any], steps: Steps) -> None:
    mounts.enter_root([*settings["environment"], *settings["shared"]])
    if steps.holds("pid namespace"):
        steps.take("own /proc", mounts.mount_proc, "/new/proc")
    mounts.leave_old_root()
    linux.make_read_only("/")
    # IPython looks for a folder to write to as it is loaded.
    mounts.mount_private(2**20, settings["environment"], settings["shared"])


def _own_files(settings: Mapping[str, Any], own_proc: bool) -> None:
    linux.unshare(linux.NEWNS)
    if own_proc:
        mounts.mount_proc("/proc")
    size = settings["limits"]["disk"]
    mounts.mount_private(size, settings["environment"], settings["shared"])


def _own_name() -> None:
    linux.unshare(linux.NEWUTS)
    socket.sethostname("grader")


def _become(user: int, environment: Sequence[str]) -> None:
    for path in map(Path, environment):
        for folder in (path, *path.parents):
            if not folder.stat().st_mode & stat.S_IXOTH:
                raise PermissionError(errno.EACCES, f"Python is below {folder}, closed to others")
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    linux.prctl(linux.DUMPABLE, 1)


def _limit(limits: Mapping[str, int], counted: bool) -> None:
    """Set the limits of each process. counted: processes are counted for this submission alone."""
    pages = 0
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[5])
    used = pages * resource.getpagesize()  # what the template holds is not the student's
    for kind, most in (
        (resource.RLIMIT_DATA, used + limits["memory"]),
        (resource.RLIMIT_FSIZE, limits["disk"]),
        (resource.RLIMIT_NOFILE, limits["files"]),
        (resource.RLIMIT_CPU, limits["cpu"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    release = tuple(int(part) for part in platform.release().split(".")[:2] if part.isdigit())
    if counted and release >= (5, 14):  # before, all of a user's processes were counted together
        resource.setrlimit(resource.RLIMIT_NPROC, (limits["processes"], limits["processes"]))
