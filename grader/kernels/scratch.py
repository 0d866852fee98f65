"""A folder on the machine's disk that student code may write to, and its end."""

import os
import secrets
import shutil
import tempfile
import time
import weakref
from contextlib import suppress
from pathlib import Path

_PATIENCE = 60.0  # seconds; what still runs may write as fast as this removes
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_PLACE = getattr(os, "O_PATH", 0) | getattr(os, "O_NOFOLLOW", 0)


class Scratch:
    """An empty folder. name: its path."""

    def __init__(self) -> None:
        self.name = tempfile.mkdtemp(prefix="grader-")
        self._end = weakref.finalize(self, remove, self.name)

    def cleanup(self) -> None:
        """Remove the folder with all that is in it, if that can be; a second call does nothing."""
        self._end()


def remove(folder: str) -> None:
    """Remove a folder, whatever student code has left in it, as far as the system allows it.

    However deep folders lie in it, without a path that is too long, and without a look behind a
    link: the standard library's way is recursive, and sets modes of what links lead to.
    """
    if os.name != "posix":
        shutil.rmtree(folder, ignore_errors=True)
        return
    with suppress(OSError):
        top = _opened(folder, None)
        try:
            deadline = time.monotonic() + _PATIENCE
            while _flattened(top) and time.monotonic() < deadline:
                pass
        finally:
            os.close(top)
        Path(folder).rmdir()


def _flattened(top: int) -> bool:
    """Remove what is in a folder, and bring up what is two levels below; whether that did a bit."""
    moved = False
    for name in os.listdir(top):
        if _is_unlinked(name, top):
            moved = True
            continue
        with suppress(OSError):
            inner = _opened(name, top)
            try:
                for child in os.listdir(inner):  # noqa: PTH208 - by descriptor
                    if not _is_unlinked(child, inner):
                        above = f".{secrets.token_hex(8)}"
                        os.rename(child, above, src_dir_fd=inner, dst_dir_fd=top)
            finally:
                os.close(inner)
            os.rmdir(name, dir_fd=top)
            moved = True
    return moved


def _opened(name: str, above: int | None) -> int:
    """Open a folder that can be changed. Raises OSError, also where it is a link."""
    with suppress(OSError):
        place = os.open(name, _PLACE | _FOLDER, dir_fd=above)
        try:
            Path(f"/proc/self/fd/{place}").chmod(0o700)
        finally:
            os.close(place)
    return os.open(name, _FOLDER, dir_fd=above)


def _is_unlinked(name: str, above: int) -> bool:
    with suppress(OSError):
        os.unlink(name, dir_fd=above)
        return True
    return False
