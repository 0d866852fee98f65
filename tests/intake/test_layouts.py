import contextlib
import io
import os
import re
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.intake import archives
from grader.intake.receive import receive
from tests.intake.layouts import ANSWER, LAYOUTS, zipped


@pytest.fixture
def rows(tmp_path, small_assignment):
    def run(path):
        into = tmp_path / "unpacked"
        into.mkdir()
        return receive([path], into, [small_assignment])

    return run


def put(files, folder):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


WITHOUT_A_NOTEBOOK = {
    "moodle, archives and text": ["Cyd"],
    "Canvas, 0": ["dan"],
    "Blackboard, 0": ["Cyd"],
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_download_has_a_row_for_each_student(tmp_path, rows, name):
    files, students = LAYOUTS[name]
    path = tmp_path / "download.zip"
    path.write_bytes(zipped(files))
    found = rows(path)
    assert [(one.student, one.id) for one in found] == students
    assert [one.student for one in found if one.problem] == WITHOUT_A_NOTEBOOK.get(name, [])


@pytest.mark.parametrize("name", sorted(set(LAYOUTS) - {"names of every kind"}))
def test_so_it_has_when_it_is_unpacked(tmp_path, rows, name):
    files, students = LAYOUTS[name]
    folder = put(files, tmp_path / "in")
    (below, *others) = {path.split("/")[0] for path in files}
    wrapped = not others and (folder / below).is_dir()
    found = rows(folder / below if wrapped else folder)
    assert [(one.student, one.id) for one in found] == students


def test_a_download_among_others_is_unpacked_too(tmp_path, rows):
    folder = tmp_path / "in"
    folder.mkdir()
    files, students = LAYOUTS["canvas"]
    (folder / "canvas.zip").write_bytes(zipped(files))
    (folder / "moodle.zip").write_bytes(zipped(LAYOUTS["moodle, flat"][0]))
    expected = sorted([*students, *LAYOUTS["moodle, flat"][1]])
    assert [(one.student, one.id) for one in rows(folder)] == expected


def test_a_tar_archive_is_as_good(tmp_path, rows):
    files, students = LAYOUTS["a folder each, in a folder"]
    path = tmp_path / "all.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    assert [(one.student, one.id) for one in rows(path)] == students


def test_canvas_says_who_is_late_and_which_try_counts(tmp_path, rows):
    path = tmp_path / "canvas.zip"
    path.write_bytes(zipped(LAYOUTS["canvas"][0]))
    ann, bob = rows(path)
    assert ann.shown.endswith("9005_hw-1.ipynb")
    assert "2 notebooks were handed in" in str(ann.notes[0])
    assert (ann.late, bob.late) == (False, True)


def test_several_archives_are_a_students_each(tmp_path, small_assignment):
    archive = zipped({"hw.ipynb": ANSWER})
    folder = put({"ann.zip": archive, "bob.zip": archive}, tmp_path / "in")
    paths = [folder / "ann.zip", folder / "bob.zip", folder / "ann.zip"]
    found = receive(paths, tmp_path / "unpacked", [small_assignment])
    assert [one.student for one in found] == ["ann", "bob"]
    pattern = re.compile(r"(?P<student>\w+)\.zip")
    found = receive([folder], tmp_path / "again", [small_assignment], pattern=pattern)
    assert {one.student for one in found} == {"ann", "bob"}


@pytest.mark.parametrize(
    "metadata",
    [
        b"a: !!bool x",
        b"a: !!timestamp x",
        b'a: !!int ""',
        b"[1",
        b"hw: {':submitters': [{':name': [1]}]}",
        b"a: &a [x, x]\nb: &b [*a, *a]\nhw: {':submitters': [{':name': *b}]}",
    ],
)
def test_a_students_own_metadata_harms_nobody(tmp_path, small_assignment, metadata):
    ann = zipped({"submission_metadata.yml": metadata, "hw.ipynb": ANSWER})
    folder = put({"ann.zip": ann, "bob.ipynb": ANSWER}, tmp_path / "in")
    found = receive([folder], tmp_path / "unpacked", [small_assignment])
    assert [one.student for one in found] == ["ann", "bob"]


def test_names_of_an_old_encoding_on_disk_are_readable(tmp_path, small_assignment):
    folder = tmp_path / "in" / os.fsdecode("Иван".encode("cp866"))
    try:
        put({"hw.ipynb": ANSWER}, folder)
    except OSError:
        pytest.skip("this file system does not take the name")
    (found,) = receive([tmp_path / "in"], tmp_path / "unpacked", [small_assignment])
    assert found.student == "Иван"
    assert found.path.read_bytes() == ANSWER


def test_canvas_data_keeps_its_name_and_gets_the_first_ones(tmp_path, rows):
    path = tmp_path / "canvas.zip"
    files = {
        "ann_101_9001_hw.ipynb": ANSWER,
        "ann_101_9002_data-1.csv": b"1",
        "ann_101_9003_data-2.csv": b"2",
        "bob_102_9004_hw.ipynb": ANSWER,
    }
    path.write_bytes(zipped(files))
    ann = rows(path)[0]
    assert [name for name, _ in ann.attachments] == ["data-1.csv", "data.csv", "data-2.csv"]


def test_archives_in_archives_share_one_budget(tmp_path, small_assignment, monkeypatch):
    monkeypatch.setattr(archives, "SMALL", 100_000)
    inner = zipped({"x.bin": bytes(90_000)})
    outer = zipped({"m.zip": zipped({f"{n}.zip": inner for n in range(40)})})
    folder = put({"ann/hw.zip": outer}, tmp_path / "in")
    (ann,) = receive([folder], tmp_path / "unpacked", [small_assignment])
    assert "more than 200 times its size" in str(ann.problem)
    written = sum(one.stat().st_size for one in (tmp_path / "unpacked").rglob("*") if one.is_file())
    assert written < 300_000


def test_text_typed_in_is_named(tmp_path, rows):
    path = tmp_path / "moodle.zip"
    path.write_bytes(zipped(LAYOUTS["moodle, archives and text"][0]))
    cyd = next(one for one in rows(path) if one.student == "Cyd")
    assert str(cyd.problem).startswith("no file was handed in: there is text that was typed in")


NAMES = st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=12) | st.sampled_from(
    [*(name for files, _ in LAYOUTS.values() for name in files), "../x.ipynb", "/x", "a/b/c.ipynb"]
)


@settings(max_examples=150)
@given(
    names=st.lists(NAMES, max_size=6),
    changes=st.lists(st.tuples(st.integers(0, 5_000), st.binary(max_size=4)), max_size=3),
)
def test_any_download_is_rows_or_wrong_usage(tmp_path_factory, small_assignment, names, changes):
    top = tmp_path_factory.mktemp("download")
    names = [name.encode("utf-8", "replace").decode() for name in names]
    data = bytearray(zipped(dict.fromkeys(names, ANSWER)))
    for place, change in changes:
        data[place % len(data) : place % len(data) + len(change)] = change
    (top / "in.zip").write_bytes(bytes(data))
    with contextlib.suppress(UsageError):
        found = receive([top / "in.zip"], top / "unpacked", [small_assignment])
        assert all(one.student and (one.problem or one.path.is_file()) for one in found)
    assert {path.name for path in top.iterdir()} <= {"in.zip", "unpacked"}
