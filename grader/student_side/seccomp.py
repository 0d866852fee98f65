"""A filter on system calls: what no notebook needs and what has broken out of sandboxes before.

A filter of our own, for it is thirty instructions: libseccomp would be a Debian package to install
and a library to load in each kernel. The calls are those that Docker's default profile denies,
with ptrace, everything that makes or joins a namespace, and memory that no process is seen to hold:
memfd_create, System V segments, anonymous shared mappings. Files in /dev/shm are there for that.
More is refused where a submission has the user, or even the files, of others around it.
"""

import ctypes
import errno
import platform
import struct
from collections.abc import Sequence
from functools import cache

from grader.student_side import calls, linux
from grader.student_side.syscalls import NUMBERS, numbers

_Instruction = tuple[int, int, int, int]

_LD, _AND, _JEQ, _JGE, _JSET, _RET = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_NUMBER, _ARCH = 0, 4  # offsets into struct seccomp_data
_AF_UNIX = 1
_SHARED, _ANONYMOUS = 1, 0x20  # of mmap; a mapping that is shared and checked is 3
_TERMINAL = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: typing on behalf of a terminal's user
_LEASES = (1024, 1026, 1040)  # of fcntl: others wait until a lease is given back; F_NOTIFY
_OWNERS = (8, 10, 15), (0x8901, 0x8902)  # of fcntl and ioctl: a signal to whoever is named
_ATTRIBUTES = (0x6600, 0x5800, 0x9400)  # of ioctl, by its second byte: flags of files
_TRUNC, _ACCESS = 0x200, 0x3  # of open; a file that is emptied though it is opened for reading
_DENIED: _Instruction = (_RET, 0, 0, _ERRNO | errno.EPERM)
_IGNORED: _Instruction = (_RET, 0, 0, _ERRNO)
_ABSENT: _Instruction = (_RET, 0, 0, _ERRNO | errno.ENOSYS)


@cache
def _program(machine: str, shared: bool, epoll: bool, exposed: bool, card: bool) -> bytes:
    """Return the filter as an array of struct sock_filter."""
    own = NUMBERS[machine]
    code: list[_Instruction] = [
        (_LD, 0, 0, _ARCH),
        (_JEQ, 1, 0, calls.ARCHITECTURES[machine]),
        (_RET, 0, 0, _KILL),
        (_LD, 0, 0, _NUMBER),
        (_JGE, 0, 1, 0x4000_0000),  # the x32 names of the same calls
        (_RET, 0, 0, _KILL),
    ]
    for number in numbers((*calls.DENIED, *(calls.SENDMSG if shared else ())), machine):
        code += [(_JEQ, 0, 1, number), _DENIED]
    for number in numbers(() if epoll else calls.EPOLL, machine):
        code += [(_JEQ, 0, 1, number), _ABSENT]
    # Its flags are behind a pointer; libc falls back to clone, whose flags can be looked at.
    code += [(_JEQ, 0, 1, own["clone3"]), _ABSENT]
    code += _looked_at(
        own["clone"], [(_LD, 0, 0, _low(0)), (_JSET, 0, 1, calls.NAMESPACES), _DENIED]
    )
    code += _looked_at(
        own["socket"],
        [(_LD, 0, 0, _low(0)), (_JEQ, 1, 0, _AF_UNIX), (_RET, 0, 0, _ERRNO | errno.EACCES)],
    )
    if not card:  # whose driver maps memory so, which is counted from outside then
        code += _looked_at(
            own["mmap"],
            [(_LD, 0, 0, _low(3)), (_JSET, 0, 2, _SHARED), (_JSET, 0, 1, _ANONYMOUS), _DENIED],
        )
    owners = _OWNERS if exposed else ((), ())
    code += _looked_at(own["fcntl"], _among(1, (*_LEASES, *owners[0])))
    attributes = _among(1, _ATTRIBUTES, mask=0xFF00) if exposed else []
    code += _looked_at(own["ioctl"], [*_among(1, (*_TERMINAL, *owners[1])), *attributes])
    if exposed:
        code += _inward(machine)
    code.append((_RET, 0, 0, _ALLOW))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


def _inward(machine: str) -> list[_Instruction]:
    """Return what refuses calls that reach other processes of this user, and their files."""
    own = NUMBERS[machine]
    code: list[_Instruction] = []
    for number in numbers(calls.OUTWARD, machine):
        code += [(_JEQ, 0, 1, number), _DENIED]
    code += [(_JEQ, 0, 1, own["openat2"]), _ABSENT]
    for name, flags in calls.OPEN.items():
        for number in numbers([name], machine):
            code += _looked_at(number, _among(flags, (_TRUNC,), mask=_TRUNC | _ACCESS))
    # An address that it is sent to, in a half of the pointer each.
    code += _looked_at(own["sendto"], [*_other_than(4, 0), *_other_than(4, 0, high=True)])
    for number in numbers(calls.OF_PROCESS, machine):
        code += _looked_at(number, _other_than(0, 0))
    for number in numbers(
        calls.SCHEDULED, machine
    ):  # ZeroMQ ends a process whose threads it cannot set
        code += _looked_at(number, _other_than(0, 0, answer=_IGNORED))
    for name, kind in calls.OF_KIND.items():
        for number in numbers([name], machine):
            code += _looked_at(number, [*_other_than(0, kind), *_other_than(1, 0)])
    return code


def _low(argument: int) -> int:
    """Return where the low half of an argument stands, on a little-endian machine."""
    return 16 + 8 * argument


def _looked_at(number: int, body: Sequence[_Instruction]) -> list[_Instruction]:
    """Return what allows a call, unless an instruction of the body returns something else."""
    return [(_JEQ, 0, len(body) + 1, number), *body, (_RET, 0, 0, _ALLOW)]


def _among(argument: int, values: Sequence[int], mask: int | None = None) -> list[_Instruction]:
    """Return what denies a call whose argument, or some bits of it, is one of some values."""
    code: list[_Instruction] = [(_LD, 0, 0, _low(argument))]
    if mask is not None:
        code.append((_AND, 0, 0, mask))
    for value in values:
        code += [(_JEQ, 0, 1, value), _DENIED]
    return code


def _other_than(
    argument: int, value: int, *, high: bool = False, answer: _Instruction = _DENIED
) -> list[_Instruction]:
    """Return what refuses a call whose argument, or its high half, is not a value."""
    return [(_LD, 0, 0, _low(argument) + 4 * high), (_JEQ, 1, 0, value), answer]


def install(*, shared: bool, epoll: bool, exposed: bool, card: bool = False) -> None:
    """Filter the calls of this process and of all that it starts. Raises OSError.

    shared: its user is that of other submissions, too; epoll: whether it may have it nevertheless;
    exposed: whether the files of that user are in its sight; card: whether it may use one.
    """
    machine = platform.machine()
    if machine not in calls.ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no filter is written for {machine}")
    program = _program(machine, shared, epoll, exposed, card)
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: the length, padding, a pointer.
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    fprog = ctypes.create_string_buffer(head, len(head))
    linux.prctl(linux.SECCOMP, 2, ctypes.addressof(fprog))
