"""The database of a gradebook, of each kind: its tables, and what it says when it fails."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from grader.course.store import database, past, tables
from grader.course.store.database import NotKept, opened, without_passwords
from grader.course.store.gradebook import Gradebook
from grader.errors import GraderError, UsageError
from tests.course_store.server import PASSWORD, USER

FORM = "write one as sqlite:///grades.db or postgresql://user@host/name"


@pytest.mark.parametrize("by", ["migrations", "the code"])
def test_a_new_gradebook_has_the_tables_that_the_code_knows(url, by):
    if by == "migrations":
        engine = database.opened_as_it_is(url)
        database.migrate(engine)
    else:
        engine = opened(url, create=True)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
        assert context.get_current_revision() == database.HEAD
    assert set(inspect(engine).get_table_names()) == {*tables.metadata.tables, "alembic_version"}
    engine.dispose()
    opened(url, create=False).dispose()


def test_a_gradebook_of_a_later_version_is_left_alone(url):
    engine = opened(url, create=True)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(
        UsageError, match=r"another version of the grader \(9999\): use that version"
    ):
        opened(url, create=True)


@pytest.mark.parametrize(
    ("url", "kind", "reason"),
    [
        ("me:hunter2@host", UsageError, f"the gradebook's URL is none of a database: {FORM}"),
        ("", UsageError, f"the gradebook's URL is none of a database: {FORM}"),
        ("postgresql://me:hunter2@host:abc/db", UsageError, f"is none of a database: {FORM}"),
        ("nosuch://me:hunter2@host/db", UsageError, f"names no kind of database: {FORM}"),
        ("postgresql+nosuch://me:hunter2@host/db", UsageError, "names no kind of database"),
        ("oracle://me:hunter2@host/db", UsageError, "needs what is not here: install its driver"),
        ("sqlite://", UsageError, "a gradebook in memory keeps nothing: name a file"),
        (
            "postgresql://me:hunter2@127.0.0.1:1/db",
            NotKept,
            "the gradebook postgresql://me:***@127.0.0.1:1/db: connection failed:",
        ),
        (
            "postgresql://127.0.0.1:1/db?password=hunter2",
            NotKept,
            "the gradebook postgresql://127.0.0.1:1/db?password=***: connection failed:",
        ),
        (
            "postgresql:///db?host=%2Fnonexistent&password=hunter2",
            NotKept,
            'socket "/nonexistent/.s.PGSQL.5432" failed: No such file or directory',
        ),
        ("postgresql://me:hunter2@127.0.0.1:1/db?nosuch=1", NotKept, 'option "nosuch"'),
        ("sqlite:////nonexistent/grades.db", NotKept, "unable to open database file"),
    ],
)
def test_what_cannot_be_opened_has_a_reason_in_a_line_without_a_password(url, kind, reason):
    with pytest.raises(GraderError) as raised:
        opened(url, create=True)
    assert type(raised.value) is kind
    assert reason in str(raised.value)
    assert "hunter2" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_wrong_password_is_named_as_that_and_never_told(server):
    url = server.url(server.named(owner=USER), who=f"{USER}:hunter2")
    with pytest.raises(NotKept, match='password authentication failed for user "grader"') as raised:
        opened(url, create=True)
    assert "hunter2" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_password_opens_and_stays_out_of_what_is_kept(server):
    quoted = "".join(f"%{ord(letter):02x}" for letter in PASSWORD)
    url = server.url(server.named(owner=USER), who=f"{USER}:{quoted}")
    engine = opened(url, create=True)
    words = ["grade", "in", "--gradebook", url, f"--gradebook={url}&password={PASSWORD}"]
    Gradebook(engine).begin(command=words, version="", judging="", settings={})
    (run,) = past.runs(engine)
    assert [*run.command[:3]] == words[:3]
    assert run.command[3].startswith("postgresql://grader:***@/course_")
    assert not any(secret in word for word in run.command for secret in (quoted, PASSWORD))
    assert PASSWORD not in repr(engine)
    assert PASSWORD not in database.name(engine)
    engine.dispose()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://me:a@b@host/db", "postgresql://me:***@host/db"),
        ("postgresql://me@host/db", "postgresql://me@host/db"),
        (
            "postgresql://host/db?sslpassword=a&user=b",
            "postgresql://host/db?sslpassword=***&user=b",
        ),
        ("sqlite:////home/me/grades.db", "sqlite:////home/me/grades.db"),
        ("submissions/anna@example.org", "submissions/anna@example.org"),
    ],
)
def test_passwords_are_left_out_of_texts(text, shown):
    assert without_passwords(text) == shown


@pytest.mark.parametrize("encoding", ["UTF8", "SQL_ASCII"])
def test_texts_are_the_same_in_every_encoding_of_a_server(server, encoding):
    engine = opened(server.database(encoding), create=True)
    Gradebook(engine).begin(command=["Ёж \U0001f600"], version="ё", judging="", settings={})
    with engine.connect() as connection:
        run = connection.execute(tables.run.select()).one()
    assert (run.command, run.grader) == (["Ёж \U0001f600"], "ё")
    engine.dispose()
