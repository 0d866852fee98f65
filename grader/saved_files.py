"""Whether a file that somebody edits, or one that it comes with, has been saved."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

GONE = 10  # looks, after which a file that is replaced should be there again

_State = tuple[int, int, int] | None  # None where there is no file


class SavedFiles:
    """A file and others, as they were when they were last looked at.

    Editors write in parts, or write another file and rename it: a change is one when two looks in a
    row see the same state, and the content is another.
    """

    def __init__(self, path: Path, others: Iterable[Path] = ()) -> None:
        self.path = path
        self._others = list(others)
        self._missing = 0
        self._seen = self._settled = self._states()
        self._content = self._digest()

    def come_with(self, others: Iterable[Path]) -> None:
        """Look at other files from now on."""
        if (new := list(others)) != self._others:
            self._others = new
            self._seen = self._settled = self._states()
            self._content = self._digest()

    def look(self) -> bool:
        """Whether something else has been saved since a look said so."""
        before, self._seen = self._seen, self._states()
        self._missing = self._missing + 1 if self._seen[0] is None else 0
        if self._missing or before != self._seen or self._settled == self._seen:
            return False
        self._settled = self._seen
        content, self._content = self._content, self._digest()
        return content != self._content

    @property
    def is_gone(self) -> bool:
        """Whether the last look was the one after which the file is given up."""
        return self._missing == GONE

    def _states(self) -> list[_State]:
        found: list[_State] = []
        for path in (self.path, *self._others):
            state: _State = None
            with suppress(OSError):
                seen = path.stat()
                state = seen.st_mtime_ns, seen.st_size, seen.st_ino
            found.append(state)
        return found

    def _digest(self) -> bytes:
        digest = hashlib.sha256()
        for path in (self.path, *self._others):
            with suppress(OSError):
                digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.digest()
