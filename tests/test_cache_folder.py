import os
import threading

import pytest

from grader import cache_folder
from grader.cache_folder import CacheFolder

KEY, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def folder(tmp_path):
    return CacheFolder(tmp_path / "cache")


def test_what_was_put_there_is_found(folder):
    assert folder.get(KEY) is None
    folder.put(KEY, b"one")
    folder.put(OTHER, b"")
    assert (folder.get(KEY), folder.get(OTHER)) == (b"one", b"")
    assert folder.path.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data + b"more",
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    ],
)
def test_a_damaged_entry_is_as_if_it_were_not_there(folder, damage):
    folder.put(KEY, b"what was computed")
    (path,) = folder.path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert folder.get(KEY) is None
    assert not path.exists()


def test_an_entry_under_another_name_is_damaged(folder):
    folder.put(KEY, b"one")
    (path,) = folder.path.iterdir()
    path.rename(path.with_name(path.name.replace(KEY, OTHER)))
    assert folder.get(OTHER) is None


def test_what_was_not_asked_for_the_longest_goes_first(folder, monkeypatch):
    keys = [digit * 64 for digit in "0123"]
    for age, key in enumerate(keys):
        folder.put(key, bytes(100))
        os.utime(folder.path / f"{key}.entry", (age, age))
    folder.get(keys[0])
    monkeypatch.setattr(cache_folder, "MOST", 3 * 132)
    folder.trim()
    assert [folder.get(key) is not None for key in keys] == [True, False, False, True]


def test_who_would_make_the_same_waits_and_finds_it(folder):
    began, made = threading.Event(), []

    def second():
        began.set()
        with CacheFolder(folder.path).alone(KEY):
            made.append(folder.get(KEY))

    other = threading.Thread(target=second)
    with folder.alone(KEY), folder.alone("f" * 64):
        other.start()
        assert began.wait(10)
        folder.put(KEY, b"one")
    other.join(10)
    assert made == [b"one"]


def test_nobody_waits_for_what_stands_still(folder, monkeypatch):
    monkeypatch.setattr(cache_folder, "_PATIENCE", 0.05)
    with folder.alone(KEY), CacheFolder(folder.path).alone(KEY):
        folder.put(KEY, b"one")
    assert folder.get(KEY) == b"one"


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_a_folder_that_others_may_write_to_is_not_used(folder):
    folder.put(KEY, b"one")
    folder.path.chmod(0o777)
    assert folder.get(KEY) is None
    folder.put(OTHER, b"two")
    assert len(folder.sizes()) == 1


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path):
    (tmp_path / "file").write_text("")
    folder = CacheFolder(tmp_path / "file" / "cache")
    folder.put(KEY, b"one")
    folder.trim()
    assert folder.get(KEY) is None
    assert folder.sizes() == []


def test_it_can_be_cleared(folder):
    folder.put(KEY, b"one")
    assert folder.clear() == 1
    assert folder.get(KEY) is None


@pytest.mark.parametrize("value", ["off", "OFF", "0", ""])
def test_the_environment_may_do_without(monkeypatch, value):
    monkeypatch.setenv(cache_folder.VARIABLE, value)
    assert cache_folder.usual() is None


def test_the_environment_may_name_another(monkeypatch, tmp_path):
    monkeypatch.setenv(cache_folder.VARIABLE, str(tmp_path))
    assert cache_folder.usual() == tmp_path
    monkeypatch.delenv(cache_folder.VARIABLE)
    assert cache_folder.usual().name == "tensorgrader"
