"""The database of a gradebook, of each kind: its tables, and what it says when it fails."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from grader.course.store import database, tables
from grader.course.store.database import opened


def test_migrations_make_the_tables_that_the_code_knows(url):
    engine = opened(url, create=True)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
        assert context.get_current_revision() == database.HEAD
    assert set(inspect(engine).get_table_names()) == {*tables.metadata.tables, "alembic_version"}
    engine.dispose()
    opened(url, create=False).dispose()
