"""A folder of what was computed before: entries under digests, bounded in size, all of it spare.

An entry is read whole, as it was written, or not at all: what is damaged, or another's, is as if it
were not there. Several processes may use one folder.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs
from filelock import FileLock

from grader import atomic

VARIABLE = "GRADER_CACHE"  # where it is, in place of the usual folder; or one of _OFF
MOST = 512 * 2**20  # bytes of all entries
_OFF = ("off", "0", "")
_ROOM = 0.8  # of them, what stays where there were more
_SUFFIX = ".entry"
_LOCK = ".lock"
_PATIENCE = 60.0  # seconds: who makes an entry may stand still
_DIGEST = hashlib.sha256().digest_size


def usual() -> Path | None:
    """Return the folder of this user, or the one that the environment names; None for none."""
    named = os.environ.get(VARIABLE)
    if named is None:
        return platformdirs.user_cache_path("tensorgrader")
    return None if named.lower() in _OFF else Path(named).absolute()


def key_of(*parts: str | int) -> str:
    """Return the key of what follows from these parts."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class CacheFolder:
    """The entries of a folder, which is made when the first is written.

    A folder that others can write to, or that is another user's, is not used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, key: str) -> bytes | None:
        """Return what was put under a key; None where nothing is, or it is damaged.

        key: as `key_of` makes it.
        """
        path = self._path(key)
        with suppress(OSError):
            if self.is_ours():
                data = path.read_bytes()
                if hashlib.sha256(key.encode() + data[_DIGEST:]).digest() == data[:_DIGEST]:
                    os.utime(path)  # the entries that nobody asks for go first
                    return data[_DIGEST:]
                path.unlink()
        return None

    def put(self, key: str, data: bytes) -> None:
        """Keep something under a key; where the disk is full or read-only, it is not kept."""
        with suppress(OSError):
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.is_ours():
                whole = hashlib.sha256(key.encode() + data).digest() + data
                atomic.write_bytes(self._path(key), whole)

    @contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Have others wait who would make the same entry; who has waited finds it there.

        Nobody waits for long, or where the folder can hold no lock: both then make it.
        """
        lock = FileLock(self.path / f"{key[:2]}{_LOCK}")  # few files, that none need clear away
        with suppress(OSError, NotImplementedError):
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.is_ours():
                lock.acquire(timeout=_PATIENCE)
        try:
            yield
        finally:
            lock.release()

    def trim(self) -> None:
        """Remove what was not asked for the longest, where all is more than MOST bytes."""
        found = sorted(self._found(), key=lambda pair: pair[1].st_mtime)
        size = sum(about.st_size for _, about in found)
        if size <= MOST:
            return
        for path, about in found:
            if size <= _ROOM * MOST:
                break
            with suppress(OSError):
                path.unlink()
            size -= about.st_size

    def sizes(self) -> list[int]:
        """Return the size of each entry, in bytes."""
        return [about.st_size for _, about in self._found()]

    def clear(self) -> int:
        """Remove all entries; returns how many there were. Raises OSError."""
        paths = [path for path, _ in self._found()]
        for path in paths:
            path.unlink(missing_ok=True)
        if paths:
            atomic.remove_parts(self.path)
        return len(paths)

    def _path(self, key: str) -> Path:
        return self.path / f"{key}{_SUFFIX}"

    def _found(self) -> Iterator[tuple[Path, os.stat_result]]:
        with suppress(OSError):
            for path in self.path.glob(f"*{_SUFFIX}"):
                with suppress(FileNotFoundError):  # another process has removed it
                    yield path, path.lstat()

    def is_ours(self) -> bool:
        """Whether nobody else can have written the entries: marks follow from them."""
        if sys.platform == "win32" or not self.path.exists():
            return True
        about = self.path.stat()
        return about.st_uid == os.geteuid() and not about.st_mode & 0o022
