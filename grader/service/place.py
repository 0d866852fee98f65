"""Where a service listens, and for whom: what has to be the same, so that it does as without it.

This is loaded by each command before anything else: the standard library is all that it needs.
"""

import hashlib
import os
import resource
import stat
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

VARIABLE = "GRADER_SERVICE"  # on; or the path of a socket; or one of _OFF
_ON = ("on", "1", "yes", "true")
_OFF = ("", "off", "0", "no", "false")
# Of the environment, what Python, torch and kernels read as they start: a fork reads it no more.
_EARLY = ("CUDA", "KMP_", "LANG", "LC_", "LD_", "MALLOC_", "MKL_", "NUMEXPR_", "OMP_", "OPENBLAS_",
          "PYTHON", "TORCH")  # fmt: skip
_SPACES = ("cgroup", "ipc", "mnt", "net", "pid", "user")  # namespaces
_LIMITS = ("AS", "CORE", "CPU", "DATA", "FSIZE", "MEMLOCK", "NPROC", "STACK")
_MOST = 107  # bytes of the path of a socket


class Unsafe(Exception):
    """A folder or a socket that others may have their hands in. Its text says which, and why."""


def is_possible() -> bool:
    """Whether this system has what a service is made of."""
    return sys.platform == "linux"


def asked() -> Path | None:
    """Return the socket of the service that the environment asks for; None where it asks for none.

    Raises Unsafe.
    """
    told = os.environ.get(VARIABLE, "")
    if not is_possible() or told.lower() in _OFF:
        return None
    return usual() if told.lower() in _ON else Path(told).absolute()


def usual() -> Path:
    """Return the socket of this user's service for commands like this one. Raises Unsafe."""
    return folder() / f"{identity()}.socket"


def folder() -> Path:
    """Return this user's folder of sockets, made where there is none. Raises Unsafe."""
    user = os.geteuid()
    top = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{user}")
    path = top / "tensorgrader"
    if not os.access(top, os.W_OK):
        path = Path(os.environ.get("TMPDIR") or "/tmp", f"tensorgrader-{user}")  # noqa: S108 - checked
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unsafe(f"{path}: {error.strerror}") from error
    return path


def check(socket: Path) -> None:
    """Raise Unsafe where another user may have made a socket, or can listen in its place."""
    if len(os.fsencode(socket)) > _MOST:
        raise Unsafe(f"{socket}: a socket's path has {_MOST} bytes at most; choose a shorter one")
    try:
        about = socket.parent.lstat()
    except OSError as error:
        raise Unsafe(f"{socket.parent}: {error.strerror}") from error
    if not stat.S_ISDIR(about.st_mode):
        raise Unsafe(f"{socket.parent} is no folder")
    if about.st_uid != os.geteuid():
        raise Unsafe(f"{socket.parent} is another user's")
    if about.st_mode & 0o077:
        raise Unsafe(f"others can enter {socket.parent}: `chmod 700` it")


@cache
def identity() -> str:
    """Return a digest of what a service and a command must have in common.

    The grader's code, Python and its packages, early variables, the user and what it may use, and
    what it sees of the system. All else goes along with each command.
    """
    digest = hashlib.sha256()
    for part in (*_code(), *_packages(), *_environment(), *_user()):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()[:24]


def _code() -> Iterator[str]:
    """Yield the files of the grader, and when they were last written."""
    folders = [str(Path(__file__).parent.parent)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                if entry.name == "__pycache__":
                    continue
                if entry.is_dir():
                    folders.append(entry.path)
                else:
                    about = entry.stat()
                    yield f"{entry.path} {about.st_size} {about.st_mtime_ns}"


def _packages() -> Iterator[str]:
    yield f"{sys.version} {sys.executable} {sys.prefix}"
    for path in sys.path[1:]:  # the first is the script's folder
        try:
            yield f"{path} {Path(path).stat().st_mtime_ns}"
        except OSError:
            yield path


def _environment() -> Iterator[str]:
    for name in sorted(os.environ):
        if name.startswith(_EARLY):
            yield f"{name}={os.environ[name]}"


def _user() -> Iterator[str]:
    mask = os.umask(0o077)
    os.umask(mask)
    ids = (os.getresuid(), os.getresgid(), sorted(os.getgroups()))
    yield f"{ids} {mask} {sorted(os.sched_getaffinity(0))} {os.getpriority(os.PRIO_PROCESS, 0)}"
    for name in _LIMITS:
        yield f"{name} {resource.getrlimit(getattr(resource, f'RLIMIT_{name}'))}"
    for name in _SPACES:
        try:
            yield f"{name} {Path(f'/proc/self/ns/{name}').readlink()}"
        except OSError:
            yield name
    top = Path("/").stat()
    yield f"{top.st_dev} {top.st_ino}"
