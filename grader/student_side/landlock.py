"""Landlock: which files may be read and written, whatever the namespaces say.

A second wall where there are mount namespaces, the only one where there are none.
See landlock(7); the calls have no wrapper in libc.
"""

import contextlib
import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from grader.student_side import linux

_CREATE, _ADD_RULE = "landlock_create_ruleset", "landlock_add_rule"
_RESTRICT = "landlock_restrict_self"
_EXECUTE, _WRITE, _READ, _READ_DIR = 1, 2, 4, 8
_TRUNCATE, _IOCTL = 1 << 14, 1 << 15
_OF_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE | _IOCTL


def restrict(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Allow this process to read and run below some paths, and to change what is below others.

    Paths that do not exist are left out. No TCP either, and no signals or abstract sockets to
    anyone outside, where the kernel knows these rules. Raises OSError.
    """
    abi = linux.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    rights = 13 + (abi >= 2) + (abi >= 3) + (abi >= 5)  # refer, truncate, ioctl came later
    everything = (1 << rights) - 1
    fields = [everything] + [3] * (abi >= 4) + [3] * (abi >= 6)
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = linux.syscall(
        _CREATE, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0)
    )
    try:
        for paths, access in ((readable, _EXECUTE | _READ | _READ_DIR), (writable, everything)):
            for path in paths:
                _allow(ruleset, path, access & everything)
        linux.syscall(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, access: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not stat.S_ISDIR(os.fstat(fd).st_mode):
                access &= _OF_FILES
            rule = struct.pack("=Qi", access, fd)
            linux.syscall(
                _ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(1), rule, ctypes.c_uint32(0)
            )
        finally:
            os.close(fd)
