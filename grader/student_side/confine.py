"""Confine a process step by step, and say which steps this system does not allow.

`enter` is for the template, once; `confine` for each fork of it, before any of the student's code.
Namespaces, capabilities, Landlock, the filter on system calls and limits are each one step with a
name, in `MEASURES`; what fails is reported with its reason, and the others are still taken.
"""

import contextlib
import functools
import os
import platform
import resource
import shutil
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grader.student_side import landlock, linux, mounts, seccomp, users
from grader.student_side.own_process import OwnProcess

MEASURES = (
    *("mount namespace", "pid namespace", "own /proc", "read-only environment", "private files"),
    *("network namespace", "ipc namespace", "uts namespace", "another user", "user namespace"),
    *("no capabilities", "no new privileges", "Landlock", "process limits", "system call filter"),
)
CARD_MEASURES = ("one card", "card memory")  # beside them where a card may be used
USERS = "users"  # among the reasons: why this kernel shares its user with others, empty if not
QUEUED = 1024  # signals, and timers, that wait
_OFF = "was turned off"
_READ = ("/etc", "/proc", mounts.TOPOLOGY[0])  # where there is no root of its own


class Steps:
    """The steps that were tried, with the reason of each that failed; empty for one that worked."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self.wanted = wanted
        self.reasons: dict[str, str] = {}
        self.pids: int | None = None  # the pid namespace of this process, if it has one
        self.process = OwnProcess()

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

    settings: of `grader.kernels.sandbox`; `shared` names folders of the old root that stay, and
    stay writable. Returns in the first process of the new namespace; the one that called waits.
    """
    steps = Steps(settings["measures"])
    steps.take("mount namespace", _own_mounts, settings, steps)
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


def confine(settings: Mapping[str, Any], steps: Steps, folder: str) -> dict[str, str]:
    """Confine this process, which has entered, or whose parent has; returns why a step failed.

    steps: that were taken to enter; folder: where it works, if it can have no files of its own.
    """
    rooted = steps.holds("read-only environment")
    if rooted:
        steps.take("private files", _own_files, settings, steps.holds("own /proc"))
    home = mounts.HOME if steps.holds("private files") else folder
    steps.take("ipc namespace", linux.unshare, linux.NEWIPC)
    steps.take("uts namespace", _own_name)
    _another_user(settings, steps)
    steps.take("user namespace", users.enter_namespace, 1000, steps.process)
    steps.take("no capabilities", linux.drop_capabilities)
    steps.take("no new privileges", linux.prctl, linux.NO_NEW_PRIVS, 1, 0, 0, 0)
    for name in ("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR"):
        os.environ[name] = home if name == "HOME" or not rooted else mounts.TEMPORARY
    os.chdir(home)
    devices = [f"/dev/{name}" for name in mounts.DEVICES]
    private = steps.holds("private files")
    own = (*mounts.WRITABLE, "/dev/pts") if private else (home,)  # not the staff's terminals
    readable = ("/",) if rooted else (*settings["environment"], *mounts.SYSTEM, *_READ)
    writable = (*own, *devices, *settings["shared"])
    if (card := settings["card"]) is not None:
        readable = (*readable, *card["libraries"], *mounts.TOPOLOGY)
        writable = (*writable, *card["devices"])
    with contextlib.suppress(OSError):  # the first to go where memory is short
        steps.process.write("oom_score_adj", "1000")
    held = _held(steps.process)
    steps.process.close()
    steps.take("Landlock", landlock.restrict, readable, writable)
    linux.prctl(linux.PDEATHSIG, signal.SIGKILL)
    counted = steps.holds("user namespace") or not steps.reasons[USERS]
    if card is not None:
        # In a root of its own there are no others; else Landlock lets nobody open them.
        steps.take("one card", _demand, rooted or steps.holds("Landlock"))
    steps.take("process limits", _limit, settings["limits"], held, counted, card is not None)
    shared = bool(steps.reasons[USERS])
    epoll, exposed = not shared or settings["watches"], shared and not private
    steps.take("system call filter", _filter, shared, epoll, exposed, card is not None)
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


def _own_mounts(settings: Mapping[str, Any], steps: Steps) -> None:
    """Get a mount namespace: as root at once, as an ordinary user by way of a user namespace."""
    try:
        linux.unshare(linux.NEWNS)
    except PermissionError:
        steps.reasons[USERS] = users.enter_namespace(0, steps.process, settings["granted"])
        linux.unshare(linux.NEWNS)


def _another_user(settings: Mapping[str, Any], steps: Steps) -> None:
    """Become the user that was chosen for this kernel, if there is one."""
    why = steps.reasons.get(USERS, "")
    if settings["user"] is None or why:
        steps.reasons["another user"] = ""  # there is only the one that runs the grader
        steps.reasons[USERS] = why or "only root and subordinate ids give others"
        return
    steps.take("another user", users.become, settings["user"], settings["environment"])
    steps.reasons[USERS] = steps.reasons["another user"]
    if settings["granted"]:
        steps.reasons["another user"] = ""


def _own_pids() -> None:
    """Go on as the first process of a pid namespace; the process that was there waits for it."""
    linux.unshare(linux.NEWPID)
    child = os.fork()
    if child:
        linux.prctl(linux.PDEATHSIG, signal.SIGKILL)  # with the grader, however that ends
        os.closerange(3, 1024)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the other
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _own_root(settings: Mapping[str, Any], steps: Steps) -> None:
    mounts.enter_root([*settings["environment"], *settings["shared"]], settings["card"])
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


def _demand(is_so: bool) -> None:
    if not is_so:
        raise OSError("needs a root of its own, or Landlock")


def _filter(shared: bool, epoll: bool, exposed: bool, card: bool) -> None:
    seccomp.install(shared=shared, epoll=epoll, exposed=exposed, card=card)
    if exposed:  # modes and times of its own files cannot be set either
        for name in ("copymode", "copystat"):
            setattr(shutil, name, _permitted(getattr(shutil, name)))


def _permitted(function: Callable[..., None]) -> Callable[..., None]:
    """Return a function that does nothing more where something is not permitted."""

    @functools.wraps(function)
    def tried(*arguments: Any, **named: Any) -> None:
        with contextlib.suppress(PermissionError):
            function(*arguments, **named)

    return tried


def _held(process: OwnProcess) -> int:
    """Return how many bytes of memory the template has, which are not the student's."""
    with contextlib.suppress(OSError):
        return int(process.read("statm").split()[5]) * resource.getpagesize()
    return 0


def _limit(limits: Mapping[str, int], held: int, counted: bool, card: bool) -> None:
    """Set the limits of each process. counted: processes are counted for this submission alone.

    held: bytes that it has already; card: the driver of one maps far more memory than anybody uses,
    which no limit here can tell apart; what is used is watched from outside.
    """
    for kind, most in (
        *([] if card else [(resource.RLIMIT_DATA, held + limits["memory"])]),
        (resource.RLIMIT_FSIZE, limits["disk"]),
        (resource.RLIMIT_NOFILE, limits["files"]),
        (resource.RLIMIT_CPU, limits["cpu"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_SIGPENDING, QUEUED),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    release = tuple(int(part) for part in platform.release().split(".")[:2] if part.isdigit())
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    if counted and release >= (5, 14):  # before, all of a user's processes were counted together
        resource.setrlimit(resource.RLIMIT_NPROC, (limits["processes"], limits["processes"]))
    elif hard != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NPROC, (hard // 2, hard // 2))  # some are the grader's
