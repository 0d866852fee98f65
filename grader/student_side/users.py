"""Which user of the system a process is: in a user namespace of its own, or another one."""

import errno
import os
import stat
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.student_side import linux
from grader.student_side.own_process import OwnProcess


def enter_namespace(
    inside: int, process: OwnProcess, granted: Mapping[str, int] | None = None
) -> str:
    """Move this process, as the user `inside`, into a user namespace. Raises OSError.

    granted: `first`, `group` and `number` of the ids that the system grants this user, which become
    1 and following. Returns why they did not, empty where they did.
    """
    user, group = os.geteuid(), os.getegid()
    mapper, begin = _fork_mapper(user, group, granted) if granted else (-1, -1)
    linux.unshare(linux.NEWUSER)
    linux.prctl(linux.DUMPABLE, 1)  # or its own /proc/self would be root's
    if granted:
        os.close(begin)
        if os.waitpid(mapper, 0)[1] == 0:
            return ""
    if not process.read("gid_map"):
        process.write("setgroups", "deny")
        process.write("gid_map", f"{inside} {group} 1")
    process.write("uid_map", f"{inside} {user} 1")
    return "the subordinate ids were refused" if granted else "there are no subordinate ids"


def _fork_mapper(user: int, group: int, granted: Mapping[str, int]) -> tuple[int, int]:
    """Fork who maps granted ids as soon as a descriptor, returned with its pid, is closed.

    It has to be outside of the namespace, and the programs that map are setuid.
    """
    wait, begin = os.pipe()
    pid = str(os.getpid())
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            os.close(begin)
            os.read(wait, 1)
            for program, own, first in (
                ("newgidmap", group, granted["group"]),
                ("newuidmap", user, granted["first"]),
            ):
                ids = map(str, (0, own, 1, 1, first, granted["number"]))
                subprocess.run((program, pid, *ids), check=True)  # noqa: S603 - of the system
            failed = 0
        except (OSError, subprocess.CalledProcessError):
            pass  # they have said why
        finally:
            os._exit(failed)
    os.close(wait)
    return child, begin


def become(user: int, environment: Sequence[str]) -> None:
    """Become another user, to whom Python is not closed. Raises OSError, and is then who it was."""
    for path in map(Path, environment):
        for folder in (path, *path.parents):
            if not folder.stat().st_mode & stat.S_IXOTH:
                raise PermissionError(errno.EACCES, f"Python is below {folder}, closed to others")
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    linux.prctl(linux.DUMPABLE, 1)
