import pytest

from grader.authoring import source
from grader.errors import SourceError
from grader.source_cache import load
from tests.conftest import SMALL, TOP, write_source


@pytest.mark.parametrize("path", sorted((TOP / "reference").glob("*.py")), ids=lambda one: one.stem)
def test_a_source_from_the_cache_is_the_one_that_was_read(path, tmp_path, monkeypatch):
    read = load(path, tmp_path)
    monkeypatch.setattr(source, "load", lambda path: pytest.fail("it was read again"))
    assert load(path, tmp_path) == read


def test_a_changed_source_is_read_again(tmp_path):
    path = write_source(tmp_path, SMALL)
    load(path, tmp_path / "cache")
    write_source(tmp_path, SMALL.replace("title: Small", "title: Other"))
    assert load(path, tmp_path / "cache").title == {"": "Other"}


def test_a_damaged_entry_is_made_anew(tmp_path):
    path = write_source(tmp_path, SMALL)
    read = load(path, tmp_path / "cache")
    for entry in (tmp_path / "cache").iterdir():
        entry.write_bytes(b"{}")
    assert load(path, tmp_path / "cache") == read


def test_what_is_wrong_with_a_source_is_said_each_time(tmp_path):
    path = write_source(tmp_path, "# %%\nx = 1\n")
    for _ in range(2):
        with pytest.raises(SourceError, match="no exercise"):
            load(path, tmp_path / "cache")


def test_a_source_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SourceError, match="cannot be read"):
        load(tmp_path / "none.py", tmp_path / "cache")
