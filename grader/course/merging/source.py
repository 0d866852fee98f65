"""A folder of results, or a database of them, that is read and stays as it is."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from grader.course.lock import unchanging
from grader.course.store import database, sqlite_file
from grader.errors import GraderError, UsageError

_BESIDE = ("-wal", "-journal")  # what SQLite has not put into the file yet
# What no gradebook has, and could run for ever.
_NO_TABLES = (
    "SELECT 1 FROM sqlite_master WHERE type IN ('view', 'trigger') OR sql LIKE 'create virtual%'"
)
_LONGEST = 128 * 2**20  # bytes of a cell of a table


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Results to be merged.

    named: by a person; shown: the same, without a password; folder: None for a database.
    """

    named: str
    shown: str
    connection: Connection
    folder: Path | None = None


def is_url(text: str) -> bool:
    """Whether a text names a database, and no folder."""
    return "://" in text


def shown(text: str) -> str:
    """Return what was named as it may be shown."""
    return database.without_passwords(text) if is_url(text) else text


@contextmanager
def opened(named: str) -> Iterator[Source]:
    """Give the results in a folder, or in the database of a URL, as they are now.

    Nothing is written there, and no run of this machine writes meanwhile. Raises UsageError where
    there are none that can be read.
    """
    with ExitStack() as stack:
        if is_url(named):
            folder, engine = None, database.opened_as_it_is(named)
            stack.callback(engine.dispose)
            engine = engine.execution_options(isolation_level=_isolation(engine))
        else:
            folder = Path(named)
            path = _gradebook_in(folder)
            stack.enter_context(unchanging(folder))
            engine = stack.enter_context(_file(path))
        with troubles(named):
            connection = stack.enter_context(engine.connect())
            _check(named, database.version_of(connection))
            if folder is not None and connection.exec_driver_sql(_NO_TABLES).first() is not None:
                raise UsageError(f"{folder} holds something else than a gradebook")
        yield Source(named=named, shown=shown(named), connection=connection, folder=folder)


@contextmanager
def troubles(named: str) -> Iterator[None]:
    """Raise UsageError, with the reason and what to do, where a database cannot be read."""
    try:
        yield
    except SQLAlchemyError as error:
        raise UsageError(reason(named, error)) from error


def reason(named: str, error: SQLAlchemyError) -> str:
    """Return why a database cannot be read, and what to do. named: where it is."""
    where = shown(named) if is_url(named) else str(Path(named) / database.NAME)
    why = error.orig if isinstance(error, DBAPIError) else error
    known = None if is_url(named) else sqlite_file.trouble(why, Path(where))
    first = database.without_passwords(next(iter(str(why).splitlines()), "no reason is given"))
    return f"{where}: {known} ({first})" if known else f"{where}: {first}"


def _isolation(engine: Engine) -> str:
    """Return what has all that is read be of one moment."""
    return "SERIALIZABLE" if engine.dialect.name == "sqlite" else "REPEATABLE READ"


def _gradebook_in(folder: Path) -> Path:
    """Return the path of a folder's gradebook. Raises UsageError."""
    if not folder.exists():
        raise UsageError(f"{folder} does not exist")
    if not folder.is_dir():
        raise UsageError(
            f"{folder} is no folder: name the one that `grader grade` wrote to (unpack an archive"
            " first)"
        )
    path = folder / database.NAME
    if not path.is_file():
        raise UsageError(
            f"{folder} holds no {database.NAME}, so nothing was graded into it: name a folder that"
            " `grader grade` wrote to, or the URL that --gradebook had"
        )
    return path


@contextmanager
def _file(path: Path) -> Iterator[Engine]:
    """Give a file of SQLite to be read, or a copy where it has to be changed for that."""
    with ExitStack() as stack:
        engine = _untouched(path)
        with troubles(str(path.parent)), engine.connect() as connection:
            is_whole = not any(_is_there(path, end) for end in _BESIDE)
            version = database.version_of(connection) if is_whole else None
        is_old = version is not None and version < database.HEAD
        if not is_whole or is_old:
            engine = stack.enter_context(_copied(path))
        yield engine


def _is_there(path: Path, end: str) -> bool:
    beside = path.with_name(path.name + end)
    return beside.is_file() and beside.stat().st_size > 0


@contextmanager
def _copied(path: Path) -> Iterator[Engine]:
    """Give a copy, brought to the tables of this version. Raises UsageError."""
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        copy = Path(folder) / database.NAME
        try:
            for end in ("", *_BESIDE):
                if not end or _is_there(path, end):
                    shutil.copyfile(path.with_name(path.name + end), f"{copy}{end}")
        except OSError as error:
            raise UsageError(f"{path} cannot be copied: {error.strerror}") from error
        try:
            database.opened(database.beside(Path(folder)), create=False).dispose()
        except GraderError as error:
            raise UsageError(str(error).replace(str(copy), str(path))) from error
        # A table of an earlier version that was tampered with.
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{path} is damaged, and cannot be brought to this version: put back a copy"
            ) from error
        yield _untouched(copy)


def _untouched(path: Path) -> Engine:
    """Return what reads a file, and neither locks nor changes anything.

    Its tables are not trusted: they call no functions, and their cells have a limit.
    """

    def connect() -> sqlite3.Connection:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        made = sqlite3.connect(uri, uri=True, check_same_thread=False)
        made.text_factory = lambda data: data.decode("utf-8", "replace")
        made.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON"):
            made.execute(f"PRAGMA {pragma}")
        return made

    return create_engine("sqlite://", creator=connect, poolclass=NullPool)


def _check(named: str, version: str | None) -> None:
    """Raise UsageError where a gradebook is of another version than this one."""
    if version == database.HEAD:
        return
    where = shown(named)
    if version is None:
        raise UsageError(f"{where} holds something else than a gradebook")
    if str(version) > database.HEAD:
        raise UsageError(
            f"{where} was graded by a later version of the grader (gradebook {version}): merge with"
            " that version"
        )
    raise UsageError(
        f"{where} is of an earlier version of the grader (gradebook {version}):"
        " `grader tables --gradebook URL` brings it up to date"
    )
