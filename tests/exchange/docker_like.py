"""Run a command with what Docker leaves to root by default: its capabilities and system calls.

No namespaces, no mounts: what Docker's profile refuses without CAP_SYS_ADMIN. x86-64, for root.
`python docker_like.py [--without-landlock] [--without-users] COMMAND...`
"""

import ctypes
import os
import struct
import sys

KEPT = (
    *("chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap"),
    *("net_bind_service", "net_raw", "sys_chroot", "mknod", "audit_write", "setfcap"),
)
_NAMESPACES = 0x7E020000  # of clone(2)
_CLONE, _CLONE3 = 56, 435
_REFUSED = (165, 166, 155, 272, 308, 428, 429, 430, 431, 432, 442)  # mounts, unshare, setns
_LANDLOCK = (444, 445, 446)
_EPERM, _ENOSYS = 1, 38
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_SET_SECCOMP, _FILTER = 22, 2


def _filter(refused: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    made = [(_LOAD, 0, 0, 0)]  # the number of the call
    for number in refused:
        error = _ENOSYS if number in (_CLONE3, *_LANDLOCK) else _EPERM
        made += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | error)]
    made += [(_EQUAL, 0, 3, _CLONE), (_LOAD, 0, 0, 16), (_ANY_BIT, 0, 1, _NAMESPACES)]
    return [*made, (_RETURN, 0, 0, _ERRNO | _EPERM), (_RETURN, 0, 0, _ALLOW)]


def restrict(refused: tuple[int, ...]) -> None:
    """Refuse these calls, and namespaces, to this process and all that it starts."""
    program = _filter(refused)
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in program))
    told = struct.pack("HxxxxxxQ", len(program), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_SECCOMP, _FILTER, told, 0, 0):
        raise OSError(ctypes.get_errno(), "no filter")


def main(arguments: list[str]) -> None:
    refused, kept = (*_REFUSED, _CLONE3), list(KEPT)
    if "--without-landlock" in arguments:
        arguments.remove("--without-landlock")
        refused += _LANDLOCK
    if "--without-users" in arguments:
        arguments.remove("--without-users")
        kept = [name for name in kept if name not in ("setuid", "setgid")]
    restrict(refused)
    bounding = ",".join(["-all", *(f"+{name}" for name in kept)])
    os.execvp("setpriv", ["setpriv", f"--bounding-set={bounding}", "--inh-caps=-all", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
