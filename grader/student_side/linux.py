"""System calls that Python does not offer (unshare and setns come with 3.12), through ctypes.

Through ctypes, since a dependency for a dozen calls is one more thing to trust inside.
"""

import ctypes
import os
from typing import Any

from grader.student_side.syscalls import number

NEWNS, NEWUTS, NEWIPC, NEWUSER = 0x0002_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000
NEWPID, NEWNET, NEWCGROUP = 0x2000_0000, 0x4000_0000, 0x0200_0000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2

PDEATHSIG, DUMPABLE, SECCOMP, CAPBSET_DROP, SUBREAPER, NO_NEW_PRIVS = 1, 4, 22, 24, 36, 38

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
    return result


def syscall(name: str, *arguments: Any) -> int:
    """Make a system call that libc has no function for. Raises OSError."""
    return _checked(_libc.syscall(ctypes.c_long(number(name)), *arguments), name)


def unshare(flags: int) -> None:
    """Move this process into new namespaces. Raises OSError."""
    _checked(_libc.unshare(flags), "unshare")


def setns(fd: int, flags: int) -> None:
    """Move this process, or its next children, into a namespace. Raises OSError."""
    _checked(_libc.setns(fd, flags), "setns")


def prctl(option: int, *arguments: int) -> None:
    """Set something about this process. Raises OSError."""
    _checked(_libc.prctl(option, *(ctypes.c_ulong(a) for a in arguments)), f"prctl {option}")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """Mount something. Raises OSError."""
    encoded = (os.fsencode(source), os.fsencode(target), kind.encode() or None)
    done = _libc.mount(*encoded, ctypes.c_ulong(flags), data.encode() or None)
    _checked(done, f"mount {target}")


def unmount(target: str) -> None:
    """Take a mount away, even if it is in use. Raises OSError."""
    _checked(_libc.umount2(os.fsencode(target), MNT_DETACH), f"unmount {target}")


def pivot_root(new: str, old: str) -> None:
    """Make another mount the root. Raises OSError."""
    syscall("pivot_root", os.fsencode(new), os.fsencode(old))


def make_read_only(target: str) -> None:
    """Make a mount and all below it read-only, without setuid programs. Linux 5.12; OSError."""
    _set_attributes(target, MS_RDONLY | MS_NOSUID, 0)


def make_writable(target: str) -> None:
    """Take back for one mount that it is read-only. Raises OSError."""
    _set_attributes(target, 0, MS_RDONLY)


def _set_attributes(target: str, wanted: int, unwanted: int) -> None:
    attributes = (ctypes.c_uint64 * 4)(wanted, unwanted, 0, 0)
    at_fdcwd, recursive = -100, 0x8000
    syscall(
        "mount_setattr",
        ctypes.c_int(at_fdcwd),
        os.fsencode(target),
        ctypes.c_uint(recursive),
        attributes,
        ctypes.c_size_t(ctypes.sizeof(attributes)),
    )


def advise_huge(address: int, length: int) -> None:
    """Collapse memory into huge pages. Linux 6.1. Raises OSError."""
    for advice in (14, 25):  # MADV_HUGEPAGE, MADV_COLLAPSE
        done = _libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(length), advice)
        _checked(done, "madvise")


def drop_capabilities() -> None:
    """Give up every capability, for good. Raises OSError."""
    for capability in range(64):
        try:
            prctl(CAPBSET_DROP, capability)
        except OSError:
            break  # EINVAL: past the last that this kernel knows; EPERM: none is held
    header = (ctypes.c_uint32 * 2)(0x2008_0522, 0)
    syscall("capset", header, (ctypes.c_uint32 * 6)())
