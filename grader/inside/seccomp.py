"""A filter on system calls: what no notebook needs and what has broken out of sandboxes before.

A filter of our own, for it is thirty instructions: libseccomp would be a Debian package to install
and a library to load in each kernel. The calls are those that Docker's default profile denies,
with ptrace, everything that makes or joins a namespace, and memory that no process is seen to hold:
memfd_create, System V segments, anonymous shared mappings. Files in /dev/shm are there for that.
"""

import ctypes
import errno
import platform
import struct
from functools import cache

from grader.inside import linux

_LD, _JEQ, _JGE, _JSET, _RET = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_NUMBER, _ARCH, _ARG0, _ARG1, _ARG3 = (
    0,
    4,
    16,
    24,
    40,
)  # offsets into struct seccomp_data, little-endian
_AF_UNIX, _TIOCSTI, _TIOCLINUX = 1, 0x5412, 0x541C
_SHARED, _ANONYMOUS = 1, 0x20  # of mmap; a mapping that is shared and checked is 3
_NAMESPACES = (
    linux.NEWNS
    | linux.NEWUTS
    | linux.NEWIPC
    | linux.NEWUSER
    | linux.NEWPID
    | linux.NEWNET
    | linux.NEWCGROUP
)

# Asynchronous calls by ring, mounts of the new kind, pidfd_getfd, memfd_secret, others' memory.
_EVERYWHERE = (425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 440, 442, 447)
_DENIED = {
    # ptrace, process_vm_*, kcmp; mount, umount2, pivot_root, chroot; unshare, setns; keys; bpf,
    # perf, userfaultfd; kexec, modules; file handles; swap, reboot, acct; clocks; quota; syslog,
    # personality, iopl, ioperm, modify_ldt, uselib, nfsservctl, lookup_dcookie; fanotify; host
    # names; vhangup; pages of others; memfd_create, shmget; inotify, which counts those of a user
    # and of all users that are subordinate to it.
    "x86_64": (
        *(101, 310, 311, 312, 165, 166, 155, 161, 272, 308, 248, 249, 250, 321, 298, 323),
        *(246, 320, 175, 313, 176, 303, 304, 167, 168, 169, 163, 164, 227, 305, 159, 179),
        *(103, 135, 172, 173, 154, 134, 180, 212, 300, 170, 171, 153, 279, 256, 319, 29),
        *(253, 294),
    ),
    "aarch64": (
        *(117, 270, 271, 272, 40, 39, 41, 51, 97, 268, 217, 218, 219, 280, 241, 282),
        *(104, 294, 105, 273, 106, 264, 265, 224, 225, 142, 89, 170, 112, 266, 171, 60),
        *(116, 92, 42, 18, 262, 161, 162, 58, 239, 238, 279, 194, 26),
    ),
}
# What uses up counters of a user that kernels share: epoll_create.
_COUNTED = {"x86_64": (213, 291), "aarch64": (20,)}
_CALLS = {  # clone, clone3, socket, ioctl, mmap
    "x86_64": (0xC000_003E, 56, 435, 41, 16, 9),
    "aarch64": (0xC000_00B7, 220, 435, 198, 29, 222),
}


@cache
def _program(machine: str, shared: bool) -> bytes:
    """Return the filter as an array of struct sock_filter."""
    arch, clone, clone3, socket, ioctl, mmap = _CALLS[machine]
    denied = _ERRNO | errno.EPERM
    code: list[tuple[int, int, int, int]] = [
        (_LD, 0, 0, _ARCH),
        (_JEQ, 1, 0, arch),
        (_RET, 0, 0, _KILL),
        (_LD, 0, 0, _NUMBER),
        (_JGE, 0, 1, 0x4000_0000),  # the x32 names of the same calls
        (_RET, 0, 0, _KILL),
    ]
    for number in (*_DENIED[machine], *_EVERYWHERE):
        code += [(_JEQ, 0, 1, number), (_RET, 0, 0, denied)]
    for number in _COUNTED[machine] if shared else ():
        code += [(_JEQ, 0, 1, number), (_RET, 0, 0, _ERRNO | errno.ENOSYS)]
    # Its flags are behind a pointer; libc falls back to clone, whose flags can be looked at.
    code += [(_JEQ, 0, 1, clone3), (_RET, 0, 0, _ERRNO | errno.ENOSYS)]
    code += [(_JEQ, 0, 4, clone), (_LD, 0, 0, _ARG0), (_JSET, 0, 1, _NAMESPACES)]
    code += [(_RET, 0, 0, denied), (_RET, 0, 0, _ALLOW)]
    code += [(_JEQ, 0, 4, socket), (_LD, 0, 0, _ARG0), (_JEQ, 1, 0, _AF_UNIX)]
    code += [(_RET, 0, 0, _ERRNO | errno.EACCES), (_RET, 0, 0, _ALLOW)]
    # Typing into a terminal on behalf of its user.
    code += [(_JEQ, 0, 5, ioctl), (_LD, 0, 0, _ARG1), (_JEQ, 1, 0, _TIOCSTI)]
    code += [(_JEQ, 0, 1, _TIOCLINUX), (_RET, 0, 0, denied), (_RET, 0, 0, _ALLOW)]
    code += [(_JEQ, 0, 5, mmap), (_LD, 0, 0, _ARG3), (_JSET, 0, 2, _SHARED)]
    code += [(_JSET, 0, 1, _ANONYMOUS), (_RET, 0, 0, denied), (_RET, 0, 0, _ALLOW)]
    code += [(_RET, 0, 0, _ALLOW)]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


def install(shared: bool) -> None:
    """Filter the calls of this process and of all that it starts. Raises OSError.

    shared: its user is that of other submissions, too.
    """
    machine = platform.machine()
    if machine not in _DENIED:
        raise OSError(errno.ENOSYS, f"no filter is written for {machine}")
    program = _program(machine, shared)
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: the length, padding, a pointer.
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    fprog = ctypes.create_string_buffer(head, len(head))
    linux.prctl(linux.SECCOMP, 2, ctypes.addressof(fprog))
