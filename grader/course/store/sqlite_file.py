"""A gradebook in a file of SQLite: how it is opened, watched, and what its troubles mean."""

import os
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from grader.errors import NotKept

_MOVE = "or name another gradebook with --gradebook"
_LOCAL = "put it on a local disk with --gradebook sqlite:////FOLDER/gradebook.db, or use PostgreSQL"
# By SQLite's primary codes: what is so, and what to do.
_TROUBLES = {
    sqlite3.SQLITE_FULL: "no space left on its disk; make room",
    sqlite3.SQLITE_IOERR: "its disk, or the way to it, fails; where that is a network share,"
    f" {_LOCAL}",
    sqlite3.SQLITE_BUSY: "another program holds it; close what has it open",
    sqlite3.SQLITE_LOCKED: "another program holds it; close what has it open",
    sqlite3.SQLITE_READONLY: f"it, or its folder, cannot be written; make it writable, {_MOVE}",
    sqlite3.SQLITE_PERM: f"it, or its folder, cannot be written; make it writable, {_MOVE}",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; see that its folder is there and can be written,"
    f" since SQLite keeps two files beside it; where it is a network share, {_LOCAL}",
    sqlite3.SQLITE_PROTOCOL: f"its file system has no locks that SQLite can use; {_LOCAL}",
    sqlite3.SQLITE_NOLFS: f"its file system takes no file as large; {_LOCAL}",
    sqlite3.SQLITE_CORRUPT: "it is damaged; put back a copy, or move it away and grade again"
    " (`sqlite3 FILE .recover` may save what was in it)",
    sqlite3.SQLITE_NOTADB: f"it is no database of SQLite; move it away, {_MOVE}",
}
_PRIMARY = 0xFF


class Gone(NotKept):
    """The gradebook's file is not where it was when it was opened."""


def watched(engine: Engine) -> Engine:
    """Have a database keep what is committed, whatever happens, and notice where its file goes.

    Without that, all would be written to a file that no path leads to any more. What is opened,
    begun or committed then raises Gone.
    """
    path = Path(engine.url.database or "")
    opened: list[tuple[int, int]] = []

    def look(*_: object) -> None:
        if opened and _identity(path) != opened[0]:
            raise Gone(
                f"the gradebook {path} is no longer where it was: somebody has removed it, or its"
                " disk is gone"
            )

    def prepare(connection: Any, _: object) -> None:
        # The first is left out by file systems that cannot share memory: the rest holds as well.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        if not opened and (found := _identity(path)) is not None:
            opened.append(found)

    event.listen(engine, "do_connect", look)  # which would make an empty one
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", look)
    event.listen(engine, "commit", look)
    return engine


def trouble(error: BaseException | None, path: Path) -> str | None:
    """Return what an error of SQLite means, and what to do; None where nothing is known."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    primary = code & _PRIMARY
    if primary == sqlite3.SQLITE_IOERR and _is_full(path):
        primary = sqlite3.SQLITE_FULL
    return _TROUBLES.get(primary)


def _identity(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None


def _is_full(path: Path) -> bool:
    with suppress(OSError):
        return shutil.disk_usage(path.parent).free < os.sysconf("SC_PAGE_SIZE")
    return False
