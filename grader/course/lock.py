"""One run at a time writes to a folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from grader.errors import NotKept, UsageError

NAME = "gradebook.lock"  # in the folder that results are written to


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold the folder that results are written to, which is made where there is none.

    The system lets go of it when the process ends, however it ends. Raises UsageError where another
    process holds it, and NotKept where nothing can be written to the folder.
    """
    lock = FileLock(out / NAME)
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise UsageError(
            f"another run of the grader writes to {out}: wait until it has ended, or name another"
            " folder with --out"
        ) from error
    except OSError as error:
        raise NotKept(
            f"nothing can be written to {out} ({error.strerror or error}): see to that, or name"
            " another folder with --out"
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def unchanging(out: Path) -> Iterator[None]:
    """Hold off runs that would write to a folder, which is read; nothing in it is touched.

    Where the system has no such locks, nothing is held off. Raises UsageError where a run writes
    to it.
    """
    descriptor = None
    with suppress(OSError):  # no run has written to it yet
        descriptor = os.open(out / NAME, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        if descriptor is not None and not _is_shared(descriptor):
            raise UsageError(
                f"a run of the grader writes to {out}: give the same command again once it has"
                " ended"
            )
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _is_shared(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:  # another system
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
