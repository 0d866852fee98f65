"""Gradebooks that cannot be used: why, which file, and what to do."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from grader.course.store import database
from grader.course.store.database import beside, opened
from grader.course.store.gradebook import Gradebook
from grader.course.store.sqlite_file import Gone
from grader.errors import NotKept, UsageError

RUN = {"command": [], "version": "1", "judging": "", "settings": {}}


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "gradebook.db"
    engine = opened(beside(tmp_path), create=True)
    Gradebook(engine).begin(**RUN)
    engine.dispose()
    return path


@pytest.fixture
def again(book):
    """Return what opens it, and writes."""
    engines = []

    def write():
        engines.append(opened(beside(book.parent), create=False))
        return Gradebook(engines[-1]).begin(**RUN)

    yield write
    for engine in engines:
        engine.dispose()


def test_what_is_no_database(book, again):
    book.write_text("student,score\n" * 1000)
    with pytest.raises(NotKept, match=r"gradebook\.db: it is no database of SQLite; move it away"):
        again()


def test_a_damaged_one(book, again):
    data = bytearray(book.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    book.write_bytes(data)
    with pytest.raises(NotKept, match=r"gradebook\.db: it is damaged; put back a copy"):
        again()


def test_one_that_is_cut_off(book, again):
    book.write_bytes(book.read_bytes()[:9000])
    with pytest.raises(NotKept, match=r"gradebook\.db: it is damaged"):
        again()


def test_one_that_another_program_holds(book, again, monkeypatch):
    monkeypatch.setattr(database, "_WAIT", 0.01)
    with closing(sqlite3.connect(book)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(NotKept, match=r"gradebook\.db: another program holds it; close"):
            again()


def test_one_that_cannot_be_written(book, again, read_only):
    folder = book.parent / "disk"
    folder.mkdir()
    read_only(folder)
    with pytest.raises(NotKept, match=r"disk/gradebook\.db: it cannot be opened; see that its"):
        opened(beside(folder), create=True)


def test_one_whose_folder_is_not_there(tmp_path):
    with pytest.raises(NotKept, match=r"gone/gradebook\.db: it cannot be opened; see that its"):
        opened(beside(tmp_path / "gone"), create=True)


def test_a_folder_in_its_place(tmp_path):
    (tmp_path / "gradebook.db").mkdir()
    with pytest.raises(NotKept, match=r"gradebook\.db: it cannot be opened"):
        opened(beside(tmp_path), create=True)


@pytest.mark.parametrize("tables", [["bookmarks"], ["alembic_version", "submitted_notebook"]])
def test_a_database_of_another_program_is_left_alone(tmp_path, tables):
    path = tmp_path / "gradebook.db"
    with closing(sqlite3.connect(path)) as other:
        for name in tables:
            other.execute(f"CREATE TABLE {name} (version_num TEXT)")
        other.execute(f"INSERT INTO {tables[0]} VALUES ('724cde206c17')")
        other.commit()
    with pytest.raises(UsageError, match=r"gradebook\.db holds something else than a gradebook"):
        opened(beside(tmp_path), create=True)
    with closing(sqlite3.connect(path)) as other:
        found = other.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert sorted(found) == [(name,) for name in tables]


def test_one_of_a_later_version_is_named(book, again):
    with closing(sqlite3.connect(book)) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
        other.commit()
    with pytest.raises(UsageError, match=r"gradebook\.db is of another version of the grader"):
        again()


def test_a_file_system_without_shared_memory_does(tmp_path):
    """There SQLite refuses WAL; what is committed is on the disk all the same."""
    path = tmp_path / "gradebook.db"
    url = f"sqlite:///file:{path}?vfs=unix-dotfile&uri=true"
    engine = opened(url, create=True)
    assert Gradebook(engine).begin(**RUN) == 1
    with engine.connect() as connection:
        pragmas = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in PRAGMAS]
    engine.dispose()
    assert pragmas == ["delete", 2]
    assert path.is_file()


PRAGMAS = ("journal_mode", "synchronous")


def test_one_that_was_made_elsewhere_says_what_such_a_file_system_lacks(book):
    with closing(sqlite3.connect(book)) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    url = f"sqlite:///file:{book}?vfs=unix-dotfile&uri=true"
    with pytest.raises(NotKept, match="put it on a local disk with --gradebook sqlite:////"):
        opened(url, create=True)


@pytest.mark.parametrize("replaced", [False, True])
def test_one_that_goes_while_it_is_open_is_noticed(book, replaced):
    engine = opened(beside(book.parent), create=False)
    gradebook = Gradebook(engine)
    other = book.read_bytes()
    book.unlink()
    if replaced:
        book.write_bytes(other)
    for act in (lambda: gradebook.begin(**RUN), lambda: gradebook.kept(1)):
        with pytest.raises(Gone, match=r"gradebook\.db is no longer where it was"):
            act()
    engine.dispose()
    with pytest.raises(Gone):
        gradebook.kept(1)  # a new connection would make an empty one
    assert book.exists() == replaced


def test_any_other_failure_has_its_reason(tmp_path):
    engine = opened(beside(tmp_path), create=True)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE grading"))
    with pytest.raises(NotKept, match=r"gradebook\.db: no such table: grading"):
        Gradebook(engine).kept(1)
    engine.dispose()
