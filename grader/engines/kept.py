"""Hand-ins, copied before any student code runs to a file that no path leads to.

Where student code runs as the user that grades, the files of others are kept from it by rules, not
by ownership. What a rule lets through then comes too late.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from io import FileIO
from pathlib import Path

from grader.formats import notebook
from grader.model.submission import MAX_FILES, MAX_TOTAL, Handin

_CHUNK = 2**20


class Kept:
    """A file without a name that holds hand-ins one after another, made when it is needed.

    folder: on whose disk; fd: of one that another process fills, and has handed on.
    """

    def __init__(self, folder: Path, fd: int | None = None) -> None:
        self._folder, self._fd = folder, fd

    def open(self) -> int | None:
        """Return a descriptor of it; None where processes cannot share one."""
        if self._fd is None and os.name == "posix":
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._folder) as file:
                self._fd = os.dup(file.fileno())
        return self._fd

    def keep(self, handins: Sequence[Handin], *, isolation: str) -> Sequence[Handin]:
        """Copy what was handed in, unless isolation is full and nobody could touch it.

        What cannot be read, or has no room, is left where it is.
        """
        if isolation == "full" or (fd := self.open()) is None:
            return handins
        with os.fdopen(os.dup(fd), "r+b", buffering=0) as file:
            return [_copied(handin, file) for handin in handins]

    @contextmanager
    def restored(self, handin: Handin) -> Iterator[Handin]:
        """Give a hand-in with its files as they were, in a folder of their own."""
        if not handin.kept or (fd := self.open()) is None:
            yield handin
            return
        with tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True) as folder:
            paths = [
                _written(fd, Path(folder) / str(number), *span) if span else path
                for number, (path, span) in enumerate(zip(_paths(handin), handin.kept, strict=True))
            ]
            names = [name for name, _ in handin.attachments]
            attachments = tuple(zip(names, paths[1:], strict=True))
            yield replace(handin, path=paths[0], attachments=attachments)

    def close(self) -> None:
        """Let go of the file; its content ends with the last who holds it."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def _copied(handin: Handin, into: FileIO) -> Handin:
    if handin.path is None or handin.problem:
        return handin
    spans = [_taken(handin.path, into, notebook.MAX_BYTES + 1)]
    room = MAX_TOTAL
    for _, path in handin.attachments:
        full = len(spans) > MAX_FILES
        spans.append(None if full else _taken(path, into, room, whole=True))
        room -= spans[-1][1] if spans[-1] else 0
    return replace(handin, kept=tuple(spans))


def _taken(path: Path, into: FileIO, most: int, *, whole: bool = False) -> tuple[int, int] | None:
    """Copy the start of a file, or all of it or nothing; returns where it stands, and how much."""
    start = into.seek(0, os.SEEK_END)
    with suppress(OSError):
        if path.is_symlink() or not path.is_file() or (whole and path.stat().st_size > most):
            return None
        with path.open("rb") as file:
            while chunk := file.read(min(_CHUNK, most)):
                if into.write(chunk) < len(chunk):
                    return None  # the disk is full
                most -= len(chunk)
        return start, into.tell() - start
    return None


def _written(fd: int, path: Path, start: int, size: int) -> Path:
    """Write bytes that were copied to a file of their own; several processes may do so."""
    with path.open("wb") as file:
        while chunk := os.pread(fd, min(_CHUNK, size), start):
            file.write(chunk)
            start, size = start + len(chunk), size - len(chunk)
    return path


def _paths(handin: Handin) -> list[Path]:
    """Return the paths of what was handed in: of the notebook, and of what lies beside it."""
    assert handin.path is not None
    return [handin.path, *(path for _, path in handin.attachments)]
