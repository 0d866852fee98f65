"""The database of a gradebook: SQLite in a file, or whatever a URL names."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from grader.course.store import sqlite_file, tables
from grader.errors import NotKept, UsageError

NAME = "gradebook.db"  # in the folder that results are written to
HEAD = "0001"  # the last of the migrations
_MIGRATIONS = Path(__file__).parent / "migrations"
_WAIT = 60  # seconds for another who writes
_EXTRAS = {"psycopg": "postgresql", "psycopg2": "postgresql"}


def beside(out: Path) -> str:
    """Return the URL of the gradebook in the folder that results are written to."""
    return URL.create("sqlite", database=str(out / NAME)).render_as_string()


def opened(url: str, *, create: bool) -> Engine:
    """Return the database of a URL, with the tables of this version.

    create: whether it is made where there is none. Raises UsageError where the URL names none, or
    one of a later version, and NotKept where it cannot be reached.
    """
    try:
        made = make_url(url)
        if made.get_backend_name() == "postgresql" and made.get_driver_name() == "psycopg2":
            made = made.set(drivername="postgresql+psycopg")
        is_file = made.get_backend_name() == "sqlite"
        if is_file and not create and not Path(made.database or "").is_file():
            raise UsageError(f"there is no gradebook {made.database}; `grader grade` makes it")
        engine = create_engine(made, connect_args={"timeout": _WAIT} if is_file else {})
    except ArgumentError as error:
        raise UsageError(f"`{url}` is no URL of a database, as sqlite:///grades.db is") from error
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        extra = _EXTRAS.get(getattr(error, "name", "") or "")
        how = f"pip install 'tensorgrader[{extra}]'" if extra else "install its driver"
        raise UsageError(f"the gradebook's database needs what is not here: {how}") from error
    if is_file:
        sqlite_file.watched(engine)
    with failures_named(engine):
        _migrate(engine)
    return engine


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
        raise NotKept(f"the gradebook {_named(engine.url)}: {said}") from error


def _named(url: URL) -> str:
    """Return what a person knows a database by."""
    is_file = url.get_backend_name() == "sqlite" and url.database
    return str(url.database) if is_file else url.render_as_string(hide_password=True)


def _migrate(engine: Engine) -> None:
    with engine.connect() as connection:
        version = _version(connection)
        if version == HEAD:
            return
        there = {*inspect(connection).get_table_names()} - {"alembic_version"}
    if there and not there & tables.metadata.tables.keys():
        raise UsageError(
            f"the database {_named(engine.url)} holds something else than a gradebook:"
            " name another with --gradebook"
        )
    # Takes a third of a second, which every command would pay.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":  # of two that come first, one makes the tables
                connection.execute(text("SELECT pg_advisory_xact_lock(74656)"))
            if engine.dialect.name == "sqlite":  # all of it or nothing, also where it is killed
                connection.exec_driver_sql("BEGIN EXCLUSIVE")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise UsageError(
            f"the gradebook {_named(engine.url)} is of another version"
            f" of the grader ({version}): use that version, or name another gradebook"
        ) from error


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
