import contextlib
import io
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import UsageError
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


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_download_has_a_row_for_each_student(tmp_path, rows, name):
    files, students = LAYOUTS[name]
    path = tmp_path / "download.zip"
    path.write_bytes(zipped(files))
    found = rows(path)
    assert [(one.student, one.id) for one in found] == students
    assert [one.student for one in found if one.problem] == (
        ["Cyd"] if "folder each" in name and "moodle" in name else []
    )


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
    assert "2 notebooks were handed in" in ann.notes[0]
    assert bob.notes == ("it was handed in late, its name says",)


def test_text_typed_in_is_named(tmp_path, rows):
    path = tmp_path / "moodle.zip"
    path.write_bytes(zipped(LAYOUTS["moodle, a folder each"][0]))
    cyd = next(one for one in rows(path) if one.student == "Cyd")
    assert cyd.problem.startswith("no file was handed in: there is text that was typed in")


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
