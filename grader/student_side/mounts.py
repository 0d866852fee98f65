"""What a submission sees of the file system: a root of its own, put together from bind mounts.

Not with bubblewrap, whose order of steps this follows: it sets up a process that it executes, and
each submission here is a fork of a process that runs. One way for both is less to trust than two.
"""

import contextlib
import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.student_side import linux

HOME, TEMPORARY, SHARED = "/home/student", "/tmp", "/dev/shm"  # noqa: S108 - inside, its own
WRITABLE = (HOME, TEMPORARY, SHARED)
_ASIDE = "/.environment"  # where what the folders above would cover is kept
DEVICES = ("null", "full", "random", "urandom")  # not zero: to map it is to have memory unseen
SYSTEM = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/usr")
# Torch asks for the number of cores, and a card's driver for the memory that is near.
TOPOLOGY = ("/sys/devices/system/cpu", "/sys/devices/system/node")
_SETTINGS = (  # of /etc: what programs need to find libraries, fonts, the time zone
    *("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime"),
    *("mime.types", "nsswitch.conf", "protocols", "services", "ssl/certs", "matplotlibrc"),
)
_WRITTEN = {
    "passwd": "student:x:1000:1000::/home/student:/bin/sh\n",
    "group": "student:x:1000:\n",
    "hosts": "127.0.0.1 localhost grader\n",
    "hostname": "grader\n",
}
_TERMINALS = 32  # of the system's 4,096
_KEPT = linux.MS_NOSUID | linux.MS_NODEV


def enter_root(environment: Sequence[str], card: Mapping[str, Any] | None = None) -> None:
    """Make a new root with the system's programs, the Python environment, and nothing else.

    card: one that may be used, with its device files and the libraries of its driver.
    Needs a mount namespace of this process's own. Raises OSError.
    """
    linux.mount("none", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    # Any folder will do as a place to stand: what it hides is below /old again after the pivot.
    linux.mount("tmpfs", "/tmp", "tmpfs", _KEPT, "mode=755,size=1m")  # noqa: S108
    for name in ("/tmp/new", "/tmp/old"):  # noqa: S108
        Path(name).mkdir()
    linux.pivot_root("/tmp", "/tmp/old")  # noqa: S108
    linux.mount("tmpfs", "/new", "tmpfs", linux.MS_NOSUID, "mode=755,size=1m")
    os.chdir("/new")
    for path in SYSTEM:
        _show(path)
    for name in _SETTINGS:
        _show(f"/etc/{name}")
    for path in environment:
        if not Path(f"/new{path}").exists():
            _show(path)
        if _is_covered(path):
            _bind(Path(f"/old{path}"), Path(f"/new{_ASIDE}{path}"))
    topology = TOPOLOGY if card is not None else TOPOLOGY[:1]
    for path in (*WRITABLE, "/proc", *topology, "/dev/pts", "/etc"):
        Path(f"/new{path}").mkdir(parents=True, exist_ok=True)
    for name, text in _WRITTEN.items():
        Path(f"/new/etc/{name}").write_text(text, encoding="utf-8")
    own = [*card["devices"], *card["libraries"]] if card is not None else []
    for path in (*(f"/dev/{name}" for name in DEVICES), *own):
        _show(path)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        Path(f"/new/dev/{name}").symlink_to(f"/proc/self/fd{target}")
    Path("/new/dev/ptmx").symlink_to("pts/ptmx")
    for path in topology:
        with contextlib.suppress(OSError):  # they do without, where it is not there
            linux.mount(f"/old{path}", f"/new{path}", "", linux.MS_BIND)


def mount_proc(target: str) -> None:
    """Mount a /proc that shows the processes of this pid namespace alone. Raises OSError."""
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
    linux.mount("proc", target, "proc", flags)


def leave_old_root() -> None:
    """Let go of everything that `enter_root` did not show. Raises OSError."""
    linux.unmount("/old")
    os.chdir("/new")
    linux.pivot_root(".", ".")
    linux.unmount(".")
    os.chdir("/")


def mount_private(size: int, environment: Sequence[str], shared: Sequence[str]) -> None:
    """Give this mount namespace a home and temporary folders of at most `size` bytes each.

    What of both is below one of them stays visible, and what is shared writable. Raises OSError.
    """
    options = f"size={size},nr_inodes=50000,mode=1777"
    for target in WRITABLE:
        linux.mount("tmpfs", target, "tmpfs", _KEPT, options)
    for path in filter(_is_covered, (*environment, *shared)):
        _bind(Path(f"{_ASIDE}{path}"), Path(path))
    for path in shared:
        linux.make_writable(path)
    with contextlib.suppress(OSError):  # `!` commands get pipes where there are no terminals
        linux.mount(
            "devpts",
            "/dev/pts",
            "devpts",
            linux.MS_NOSUID,
            f"newinstance,ptmxmode=0666,max={_TERMINALS}",
        )


def _show(path: str) -> None:
    """Let what is at a path of the old root stand at the same path of the new one."""
    source, target = Path(f"/old{path}"), Path(f"/new{path}")
    try:
        mode = source.lstat().st_mode
    except OSError:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if stat.S_ISLNK(mode) and not str(source.readlink()).startswith("/"):
        target.symlink_to(source.readlink())
        return
    if stat.S_ISLNK(mode):
        # An absolute link points out of /old; what it means is looked up in the old root.
        source = _followed(path)
        if not source.exists():
            return
    _bind(source, target)


def _bind(source: Path, target: Path) -> None:
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.touch()
    linux.mount(str(source), str(target), "", linux.MS_BIND | linux.MS_REC)


def _is_covered(path: str) -> bool:
    return any(Path(path).is_relative_to(place) for place in WRITABLE)


def _followed(path: str) -> Path:
    for _ in range(40):
        source = Path(f"/old{path}")
        if not source.is_symlink():
            break
        path = os.path.normpath(Path(path).parent / source.readlink())
    return source
