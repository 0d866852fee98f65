"""The filter on system calls: what it answers to a call, by the rules of the kernel's machine."""

import errno
import itertools
import re
import struct
from pathlib import Path

import pytest

from grader.student_side import calls, seccomp
from grader.student_side.syscalls import NUMBERS, numbers

ALLOWED = 0x7FFF_0000
HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}
# What only x86_64 has, being old.
OLD = {
    *("iopl", "ioperm", "modify_ldt", "uselib", "inotify_init", "epoll_create", "open"),
    *("chmod", "chown", "lchown", "utime", "utimes", "futimesat"),
}
SETTINGS = [
    dict(zip(("shared", "epoll", "exposed", "card"), flags, strict=True))
    for flags in itertools.product((False, True), repeat=4)
]


def answered(machine, name, arguments=(), **settings):
    """Return what the filter answers, 0 for nothing against it, or the number of an error."""
    code = [*struct.iter_unpack("<HBBI", seccomp._program(machine, *settings.values()))]
    data = struct.pack(
        "<IIQ6Q",
        NUMBERS[machine][name] if isinstance(name, str) else name,
        calls.ARCHITECTURES[machine],
        0,
        *(*arguments, *[0] * (6 - len(arguments))),
    )
    place, held = 0, 0
    while True:
        what, then, other, value = code[place]
        place += 1
        match what:
            case seccomp._LD:
                (held,) = struct.unpack_from("<I", data, value)
            case seccomp._AND:
                held &= value
            case seccomp._JEQ:
                place += then if held == value else other
            case seccomp._JGE:
                place += then if held >= value else other
            case seccomp._JSET:
                place += then if held & value else other
            case seccomp._RET:
                return 0 if value == ALLOWED else value & 0xFFFF


@pytest.mark.parametrize("machine", NUMBERS)
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_what_is_refused_by_name(machine, settings):
    for name in calls.DENIED:
        if name in NUMBERS[machine]:
            assert answered(machine, name, **settings) == errno.EPERM, name
    refused = errno.EPERM if settings["shared"] else 0
    assert answered(machine, "sendmsg", **settings) == refused
    assert answered(machine, "epoll_create1", **settings) == (
        0 if settings["epoll"] else errno.ENOSYS
    )
    for name in ("fchmod", "connect", "mq_open"):
        assert answered(machine, name, **settings) == (errno.EPERM if settings["exposed"] else 0)
    assert answered(machine, "clone3", **settings) == errno.ENOSYS
    assert answered(machine, "clone", (calls.NAMESPACES,), **settings) == errno.EPERM
    assert answered(machine, "clone", **settings) == 0
    assert answered(machine, "socket", (2,), **settings) == errno.EACCES
    assert answered(machine, "socket", (1,), **settings) == 0
    assert answered(machine, "ioctl", (0, 0x5412), **settings) == errno.EPERM
    assert answered(machine, 1, **settings) == 0
    anonymous = 0, 4096, 3, 0x21
    assert answered(machine, "mmap", anonymous, **settings) == (
        0 if settings["card"] else errno.EPERM
    )
    assert answered(machine, "mmap", (0, 4096, 3, 0x22), **settings) == 0
    # What a card's driver is asked by: of the card, and of addresses that card and host share.
    for request in (0xC020462A, 0xC0A0464A, 0x30000001, 37):
        assert answered(machine, "ioctl", (0, request), **settings) == 0


def test_a_table_knows_every_name_and_no_name_is_a_slip():
    for names in (calls.DENIED, calls.EPOLL, calls.SENDMSG, calls.OUTWARD, calls.OF_PROCESS):
        assert len(numbers(names, "x86_64")) == len(names)
    assert NUMBERS["x86_64"].keys() - NUMBERS["aarch64"].keys() == OLD
    assert not NUMBERS["aarch64"].keys() - NUMBERS["x86_64"].keys()
    with pytest.raises(KeyError):
        numbers(["ptrace", "pttrace"], "x86_64")


@pytest.mark.parametrize("machine", NUMBERS)
def test_numbers_are_those_of_the_headers(machine):
    header = Path(HEADERS[machine])
    if not header.exists():
        pytest.skip("the headers of the system are not installed")
    found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text())
    named = {name: int(number) for name, number in found}
    own = NUMBERS[machine]
    assert {name: own[name] for name in own if name in named} == {
        name: named[name] for name in own if name in named
    }
