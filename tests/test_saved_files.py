"""A file is saved when its content is another, and nobody writes to it any more."""

import os

from grader.saved_files import GONE, SavedFiles


def looks(saved, number=3):
    return [saved.look() for _ in range(number)]


def test_what_is_saved_is_seen_once_when_it_is_whole(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("one")
    saved = SavedFiles(path)
    assert looks(saved) == [False, False, False]
    path.write_text("tw")
    assert not saved.look()
    path.write_text("two!")
    assert looks(saved) == [False, True, False]


def test_the_same_content_again_is_nothing_new(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("one")
    saved = SavedFiles(path)
    os.utime(path, (1, 1))
    assert looks(saved) == [False, False, False]


def test_a_file_that_is_replaced_is_seen(tmp_path):
    path, other = tmp_path / "a.py", tmp_path / ".a.py.swp"
    path.write_text("one")
    saved = SavedFiles(path)
    other.write_text("two")
    path.unlink()
    assert not saved.look()
    other.replace(path)
    assert looks(saved) == [False, True, False]


def test_a_file_that_stays_away_is_given_up_once(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("one")
    saved = SavedFiles(path)
    path.unlink()
    seen = [(saved.look(), saved.is_gone) for _ in range(GONE + 2)]
    assert [gone for _, gone in seen].count(True) == 1
    assert not any(saved for saved, _ in seen)
    path.write_text("one, more")
    assert looks(saved) == [False, True, False]


def test_files_that_it_comes_with_are_looked_at(tmp_path):
    path, table = tmp_path / "a.py", tmp_path / "t.csv"
    path.write_text("one")
    table.write_text("1")
    saved = SavedFiles(path)
    saved.come_with([table])
    table.write_text("22")
    assert looks(saved) == [False, True, False]
    table.unlink()
    assert looks(saved) == [False, True, False]
