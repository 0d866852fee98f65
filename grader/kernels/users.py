"""A user of the system for each kernel, so that what Linux counts for each user is counted apart.

Descriptors in flight, watches of epoll and inotify, queued signals, the pages of pipes, processes:
root has users in plenty, an ordinary user those that /etc/subuid and /etc/subgid grant.
"""

import os
import secrets
import shutil
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.errors import KernelFailed

FILES = 256  # open at once in the grader's process, and in a kernel, at least
_TRIES = 100
_LAST = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """Numbers that are no one's, for kernels to run as.

    first: as the system counts; inside: the first one's number where kernels are confined;
    group: the first one's group, as the system counts.
    """

    first: int
    number: int
    inside: int
    group: int

    def claim(self) -> tuple[int, socket.socket]:
        """Return one's number inside, and what keeps others from it until it is closed.

        Other kernels of this network namespace never get it meanwhile, unless somebody holds all
        names; those of other containers hardly ever. Raises OSError where no file can be opened.
        """
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        for _ in range(_TRIES):
            place = secrets.randbelow(self.number)
            # A name that ends with whoever holds it, and that no file is left of.
            try:
                claim.bind(f"\0tensorgrader-user-{self.first + place}")
                break
            except OSError:
                continue
        return self.inside + place, claim


# In the first 65,536, which containers map; above what systems give to people and below what they
# give to services.
ROOTS = Users(first=30_000, number=30_000, inside=30_000, group=30_000)


def available() -> Users | None:
    """Return the users that kernels may run as; None where there is only the one that grades."""
    if os.geteuid() == 0:
        return ROOTS
    return _subordinate()


def _subordinate() -> Users | None:
    """Return what an ordinary user was granted, where there are the programs that map it."""
    import pwd

    if not all(map(shutil.which, ("newuidmap", "newgidmap"))):
        return None
    names = {str(os.getuid())}
    with suppress(KeyError):
        names.add(pwd.getpwuid(os.getuid()).pw_name)
    users, groups = (_granted(Path(path), names) for path in ("/etc/subuid", "/etc/subgid"))
    number = min(users[1], groups[1], _LAST - 1)
    if number < 1:
        return None
    return Users(first=users[0], number=number, inside=1, group=groups[0])


def _granted(path: Path, names: set[str]) -> tuple[int, int]:
    """Return the first of the most ids that a file grants, and how many they are."""
    found = [(0, 0)]
    with suppress(OSError, UnicodeDecodeError):
        for line in path.read_text(encoding="utf-8").splitlines():
            fields = line.split(":")
            if len(fields) == 3 and fields[0] in names:
                with suppress(ValueError):
                    found.append((int(fields[1]), int(fields[2])))
    return max(found, key=lambda one: one[1])


def raise_open_files() -> None:
    """Let this process have as many files open as the system allows it.

    Descriptors in flight are counted for a user and compared with the limit of who sends: that of
    student code is lower, so it cannot use up what the grader needs.
    Raises KernelFailed where that is too few: kernels would end, and a source would be blamed.
    """
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < FILES:
        raise KernelFailed(
            f"{hard} files may be open at once, and the grader needs {FILES}: see `ulimit -n`"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
