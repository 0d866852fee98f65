import contextlib
import io
import lzma
import os
import struct
import tarfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import Unreadable
from grader.intake import archives
from grader.intake.archives import UnpackBudget, is_archive, unpack
from tests.intake.layouts import zipped

RUSSIAN = "Группа 1/Имя Фамилия/Домашка.ipynb"


@pytest.fixture
def archive(tmp_path):
    def make(content):
        path = tmp_path / f"archive{len(list(tmp_path.iterdir()))}"
        path.write_bytes(content)
        return path

    return make


@pytest.fixture
def opened(archive, tmp_path):
    """Return a function that unpacks bytes, and checks that nothing is written elsewhere."""

    def run(content):
        path = archive(content)
        before = everything(tmp_path)
        into = tmp_path / "into" / str(len(before))
        into.parent.mkdir(exist_ok=True)
        try:
            return unpack(path, into, UnpackBudget(len(content)))
        finally:
            new = everything(tmp_path) - before
            assert all(into == one or into in one.parents or one == into.parent for one in new)

    return run


def everything(folder):
    return set(folder.rglob("*"))


def names(members):
    return ["/".join(member.parts) for member in members]


def tarred(*infos, mode="w"):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as made:
        for info, content in infos:
            info.size = info.size or len(content)
            made.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def link(name, target, kind=tarfile.SYMTYPE):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info, b""


def test_content_and_folders_come_out(opened):
    found = opened(zipped({"a/": b"", "a/b.txt": b"hello"}))
    assert names(found) == ["a", "a/b.txt"]
    assert found[0].path is None
    assert found[1].path.read_bytes() == b"hello"


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar_archives_come_out_too(opened, archive, mode):
    content = tarred((tarfile.TarInfo("a/b.txt"), b"hello"), mode=mode)
    assert is_archive(archive(content))
    (found,) = opened(content)
    assert (found.parts, found.path.read_bytes()) == (("a", "b.txt"), b"hello")


def test_a_file_that_was_only_compressed_comes_out(opened):
    (found,) = opened(lzma.compress(b"hello"))
    assert found.path.read_bytes() == b"hello"


@pytest.mark.parametrize(
    "name", ["../../out.txt", "/etc/out.txt", "a\\..\\..\\out.txt", "C:\\out.txt", "./../a/out.txt"]
)
def test_no_name_leads_out(opened, name):
    for content in (zipped({name: b"x"}), tarred((tarfile.TarInfo(name), b"x"))):
        (found,) = opened(content)
        assert found.parts[-1] == "out.txt"
        assert not {"..", "", "C:"} & set(found.parts)


def test_links_are_left_out(opened):
    infos = [
        link("a", "/etc/passwd"),
        link("b", "a", tarfile.LNKTYPE),
        link("c", "", tarfile.FIFOTYPE),
    ]
    info = zipfile.ZipInfo("a")
    info.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr(info, "/etc/passwd")
    for content, number in ((tarred(*infos), 3), (buffer.getvalue(), 1)):
        found = opened(content)
        assert len(found) == number
        assert all("link" in str(member.problem) for member in found)
        assert not any(member.path.exists() for member in found)


def test_a_member_with_a_password_is_named(opened):
    content = bytearray(zipped({"a.txt": b"x"}))
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(mark) + place] |= 1
    (found,) = opened(bytes(content))
    assert "password" in str(found.problem)


def test_a_damaged_member_costs_itself(opened):
    content = zipped({"a.txt": b"a" * 100, "b.txt": os.urandom(100)})
    broken = content[:36] + b"\xff\xff" + content[38:]
    a, b = opened(broken)
    assert "damaged" in str(a.problem)
    assert b.path.exists()


@pytest.mark.parametrize("encoding", ["cp866", "cp1251", "utf-8"])
def test_names_in_old_encodings_are_readable(opened, encoding):
    raw = RUSSIAN.encode(encoding)
    placeholder = "x" * len(raw)
    content = zipped({placeholder: b""}).replace(placeholder.encode(), raw)
    assert names(opened(content)) == [RUSSIAN]


def test_a_name_beside_in_utf_8_goes_first(opened):
    info = zipfile.ZipInfo("????.txt")
    told = "тест.txt".encode()
    info.extra = struct.pack("<HHBL", 0x7075, 5 + len(told), 1, 0) + told
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr(info, b"")
    assert names(opened(buffer.getvalue())) == ["тест.txt"]


def test_what_unpacks_to_too_much_is_refused(opened, monkeypatch):
    monkeypatch.setattr(archives, "SMALL", 10_000)
    zeros = bytes(10_000_000)
    bombs = {
        "zip": zipped({"a": zeros}),
        "tar": tarred((tarfile.TarInfo("a"), zeros), mode="w:gz"),
        "xz": lzma.compress(zeros),
    }
    for content in bombs.values():
        with pytest.raises(Unreadable, match="more than 200 times its size"):
            opened(content)


def test_a_size_that_is_no_true_one_helps_nobody(opened, monkeypatch):
    monkeypatch.setattr(archives, "SMALL", 10_000)
    content = bytearray(zipped({"a": bytes(10_000_000)}))
    place = content.index(b"PK\1\2") + 24
    content[place : place + 4] = struct.pack("<L", 5)
    found = opened(bytes(content))
    assert all(member.problem or member.path.stat().st_size <= 5 for member in found)


@pytest.mark.parametrize(
    ("limit", "reason"), [("MAX_MEMBERS", "more than 2 files"), ("MAX_TOTAL", "0 MiB")]
)
def test_limits_are_named(opened, monkeypatch, limit, reason):
    monkeypatch.setattr(archives, limit, 2)
    files = {"a": b"1", "b": b"2", "c": b"3"}
    with pytest.raises(Unreadable, match=reason):
        opened(zipped(files))


@pytest.mark.parametrize("cut", [None, 1_536])
def test_a_tar_archive_that_breaks_off_is_refused_whole(opened, cut):
    files = [(tarfile.TarInfo(name), b"x" * 100) for name in "abc"]
    content = bytearray(tarred(*files))
    if cut is None:
        content[1_024 + 148 : 1_024 + 152] = b"zzzz"  # the second header's checksum
    with pytest.raises(Unreadable, match=r"breaks off, or a header|unexpected end"):
        opened(bytes(content[:cut]))


def test_names_in_two_encodings_are_both_readable(opened):
    utf8, old = "Петров.ipynb".encode(), "Иванов.ipynb".encode("cp866")
    content = zipped({"x" * len(utf8): b"1", "y" * len(old): b"2"})
    content = content.replace(b"x" * len(utf8), utf8).replace(b"y" * len(old), old)
    assert names(opened(content)) == ["Петров.ipynb", "Иванов.ipynb"]


def test_a_header_of_gigabytes_is_not_read(opened):
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 2**31
    content = info.tobuf(tarfile.USTAR_FORMAT) + bytes(20_000)
    with pytest.raises(Unreadable, match="damaged: a header of"):
        opened(content)


def test_what_is_no_archive_is_none(archive):
    for content in (
        b"",
        b"PK",
        b"Rar!\x1a\x07",
        b'{"cells": []}',
        zipped({"[Content_Types].xml": b""}),
    ):
        assert not is_archive(archive(content))


ARCHIVES = [
    zipped({"a/b.ipynb": b"x" * 50, "../c": b"y", "d": os.urandom(40)}),
    tarred((tarfile.TarInfo("a/b"), b"x" * 50), link("l", "/etc")),
    tarred((tarfile.TarInfo("a/b"), b"x" * 50), mode="w:gz"),
]


@settings(max_examples=300)
@given(
    content=st.sampled_from(ARCHIVES),
    changes=st.lists(st.tuples(st.integers(0, 2_000), st.binary(max_size=6)), max_size=6),
    length=st.integers(0, 12_000),
)
def test_any_archive_is_unpacked_or_refused_with_a_reason(
    tmp_path_factory, content, changes, length
):
    data = bytearray(content[: max(length, 4)])
    for place, change in changes:
        place %= len(data)
        data[place : place + len(change)] = change
    top = tmp_path_factory.mktemp("fuzz")
    path = top / "in" / "archive"
    path.parent.mkdir()
    path.write_bytes(bytes(data))
    with contextlib.suppress(Unreadable):
        for member in unpack(path, top / "into", UnpackBudget(len(data))):
            assert member.problem or member.path is None or member.path.is_file()
    assert {one.name for one in top.iterdir()} <= {"in", "into"}
    assert [one.name for one in path.parent.iterdir()] == ["archive"]
