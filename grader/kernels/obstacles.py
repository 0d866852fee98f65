"""What keeps this system from full isolation, as far as it tells, and what would help.

The names and reasons of missing measures say what was refused, not by whom: a container's filter on
system calls, a sysctl and a security module all answer "Operation not permitted".
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from grader.kernels.sandbox import Isolation

# What enters namespaces and builds a root: a container's filter has to let it pass, and the
# grader's own refuses it to student code.
CALLS = (
    *("clone", "clone3", "mount", "mount_setattr", "pivot_root", "sethostname", "setns"),
    *("umount2", "unshare"),
)
_APPARMOR = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
_STATUS = Path("/proc/self/status")
_MOST = Path("/proc/sys/user/max_user_namespaces")
_ALLOWED = Path("/proc/sys/kernel/unprivileged_userns_clone")  # Debian's kernels until 11


def obstacles(holds: Isolation) -> tuple[str, ...]:
    """Return what stands in the way of the measures that are missing, a sentence or two each."""
    return tuple(_found(set(holds.missing)))


def _found(missing: set[str]) -> Iterator[str]:
    if {"mount namespace", "pid namespace", "read-only environment"} & missing:
        yield _no_namespaces()
    elif "own /proc" in missing:
        yield (
            "parts of /proc are masked, so that no other can be mounted: run the container with"
            " `--security-opt systempaths=unconfined` (Docker), `--security-opt unmask=ALL`"
            " (Podman), or `procMount: Unmasked` and `hostUsers: false` (Kubernetes)"
        )
    if "uts namespace" in missing and "mount namespace" not in missing:
        yield "the container's filter on system calls refuses `sethostname`"
    if "Landlock" in missing:
        yield (
            "Landlock is not in this kernel, not among its security modules (`lsm=` at boot),"
            " or refused by the container's filter on system calls"
        )


def _no_namespaces() -> str:
    """Return why there are no namespaces: what is told first is what is in force in any case."""
    if _status("Seccomp") == "2":
        return (
            "a filter on system calls is in force, as in a container: it has to allow"
            f" {', '.join(CALLS)} (`--security-opt seccomp=FILE`, `seccompProfile` of a pod), and"
            " no security module may forbid mounts (`--security-opt apparmor=unconfined`)"
        )
    if os.geteuid() == 0:
        return (
            "this root has not the rights of one (CAP_SYS_ADMIN): have them given,"
            " or run as an ordinary user, who needs none"
        )
    if _number(_MOST) == 0 or _number(_ALLOWED) == 0:
        return (
            "ordinary users may have no user namespaces: set user.max_user_namespaces, and"
            " kernel.unprivileged_userns_clone where there is one, or run as root"
        )
    if _number(_APPARMOR) == 1:
        return (
            "AppArmor forbids user namespaces to ordinary users: set"
            " kernel.apparmor_restrict_unprivileged_userns to 0, or run as root"
        )
    return "something forbids namespaces to this user; root may be allowed more"


def _status(name: str) -> str:
    """Return what the system says of this process under a name."""
    with suppress(OSError):
        for line in _STATUS.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            if key == name:
                return value.strip()
    return ""


def _number(path: Path) -> int | None:
    with suppress(OSError, ValueError):
        return int(path.read_text(encoding="ascii"))
    return None
