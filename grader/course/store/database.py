"""The database of a gradebook: SQLite in a file, or whatever a URL names."""

import atexit
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakSet

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    create_engine,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from grader.course.store import sqlite_file, tables
from grader.errors import NotKept, UsageError

NAME = "gradebook.db"  # in the folder that results are written to
HEAD = "0003"  # the last of the migrations
_MIGRATIONS = Path(__file__).parent / "migrations"
_WAIT = 60  # seconds for another who writes
_EXTRAS = {"psycopg": "postgresql"}
# A server that does not answer is soon told of; texts are UTF-8, whatever it keeps them in.
_POSTGRESQL = {"connect_timeout": "10", "client_encoding": "utf8"}
_PASSWORDS = (re.compile(r"(://[^:/@\s]*:).*@"), re.compile(r"(?i)(password=)[^&\s]*"))
_VERSION = Table(  # as Alembic has it
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
_opened: WeakSet[Engine] = WeakSet()


def beside(out: Path) -> str:
    """Return the URL of the gradebook in the folder that results are written to."""
    return URL.create("sqlite", database=str(out / NAME)).render_as_string()


def opened(url: str, *, create: bool) -> Engine:
    """Return the database of a URL, with the tables of this version.

    create: whether it is made where there is none. Raises UsageError where the URL names none, or
    one of a later version, and NotKept where it cannot be reached.
    """
    made = _read(url)
    is_file = made.get_backend_name() == "sqlite"
    if is_file and not create and not Path(made.database or "").is_file():
        raise UsageError(f"there is no gradebook {made.database}; `grader grade` makes it")
    engine = _engine(made)
    if is_file:
        sqlite_file.watched(engine)
    try:
        with failures_named(engine):
            _bring_up_to_date(engine)
    except BaseException:
        engine.dispose()
        raise
    _opened.add(engine)
    return engine


def opened_as_it_is(url: str) -> Engine:
    """Return the database of a URL, which is not brought up to date. Raises as `opened` does."""
    engine = _engine(_read(url))
    _opened.add(engine)
    return engine


def _engine(made: URL) -> Engine:
    is_file = made.get_backend_name() == "sqlite"
    if made.get_backend_name() == "postgresql":
        made = made.set(query={**_POSTGRESQL, **made.query})
    try:
        return create_engine(
            made,
            connect_args={"timeout": _WAIT} if is_file else {},
            pool_pre_ping=not is_file,  # a connection is dropped where a notebook takes long
        )
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get(error.name or "")
        how = f"pip install 'tensorgrader[{extra}]'" if extra else "install its driver"
        raise UsageError(f"the gradebook's database needs what is not here: {how}") from error


@atexit.register
def close_all() -> None:
    """Close every database that was opened, so that no file is left beside one of SQLite's."""
    for engine in _opened:
        engine.dispose()


def without_passwords(text: str) -> str:
    """Return a text, as a URL or a word of a command line, without the passwords in its URLs."""
    first, second = _PASSWORDS
    return second.sub(r"\1***", first.sub(r"\1***@", text))


def name(engine: Engine) -> str:
    """Return what a database is called where people read it: a file by its path."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        return engine.url.database
    query = {key: value for key, value in engine.url.query.items() if key not in _POSTGRESQL}
    return without_passwords(engine.url.set(query=query).render_as_string(hide_password=True))


@contextmanager
def failures_named(engine: Engine) -> Iterator[None]:
    """Raise NotKept, with the reason in short, where the database fails in the block."""
    try:
        yield
    except SQLAlchemyError as error:
        orig = error.orig if isinstance(error, DBAPIError) else None
        why = str(orig or error).strip()
        first = why.splitlines()[0] if why else type(error).__name__
        known = sqlite_file.trouble(orig, Path(engine.url.database or ""))
        said = f"{known} ({first})" if known else first
        raise NotKept(f"the gradebook {name(engine)}: {without_passwords(said)}") from error


def _read(url: str) -> URL:
    """Return a URL as SQLAlchemy has it. Raises UsageError, which does not show it."""
    form = "write one as sqlite:///grades.db or postgresql://user@host/name"
    try:
        made = make_url(url)
        backend, driver = made.get_dialect().name, made.get_driver_name()
    except NoSuchModuleError as error:
        raise UsageError(f"the gradebook's URL names no kind of database: {form}") from error
    except (ArgumentError, ValueError) as error:
        raise UsageError(f"the gradebook's URL is none of a database: {form}") from error
    if backend == "sqlite" and made.database in (None, "", ":memory:"):
        raise UsageError("a gradebook in memory keeps nothing: name a file, as sqlite:///grades.db")
    if backend == "postgresql" and driver == "psycopg2":  # SQLAlchemy's own choice
        return made.set(drivername="postgresql+psycopg")
    return made


def _bring_up_to_date(engine: Engine) -> None:
    with engine.connect() as connection:
        if version_of(connection) == HEAD:
            return
        there = {*inspect(connection).get_table_names()} - {_VERSION.name}
    if there and not there & tables.metadata.tables.keys():
        raise UsageError(
            f"the database {name(engine)} holds something else than a gradebook:"
            " name another with --gradebook"
        )
    if not there:
        with _alone(engine) as connection:
            if version_of(connection) is None:  # no other was faster
                tables.metadata.create_all(connection)
                _VERSION.create(connection, checkfirst=True)
                connection.execute(_VERSION.insert().values(version_num=HEAD))
                return
    migrate(engine)


def migrate(engine: Engine) -> None:
    """Have the migrations make the tables of this version, from those of any earlier one.

    Raises UsageError where they are of a later version.
    """
    # Takes a third of a second, which every command would pay.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    try:
        with _alone(engine) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        with engine.connect() as connection:
            version = version_of(connection)
        raise UsageError(
            f"the gradebook {name(engine)} is of another version of the grader ({version}): use"
            " that version, or name another gradebook"
        ) from error


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Give a connection that alone makes tables: all of them or none, also where it is killed."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(74656)"))
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
        yield connection


def version_of(connection: Connection) -> str | None:
    """Return the version of a gradebook's tables; None where there are none."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.execute(select(_VERSION.c.version_num)).scalar()
