"""One run at a time writes to a folder."""

from collections.abc import Iterator
from contextlib import contextmanager
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
