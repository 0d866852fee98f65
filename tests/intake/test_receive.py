import os

import pytest

from grader.errors import Unreadable, UsageError
from grader.intake.receive import read, receive


@pytest.fixture
def folder(tmp_path):
    def make(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name)
        return tmp_path

    return make


def students(*paths):
    return [(handin.student, handin.path.name) for handin in receive(paths)]


def test_a_file_is_one_students(folder):
    top = folder("Анна Б.ipynb")
    assert students(top / "Анна Б.ipynb") == [("Анна Б", "Анна Б.ipynb")]


def test_a_flat_folder_has_a_file_per_student_whatever_it_is(folder):
    top = folder("b.ipynb", "a.ipynb", "essay.pdf")
    assert students(top) == [("a", "a.ipynb"), ("b", "b.ipynb"), ("essay", "essay.pdf")]


def test_a_folder_per_student(folder):
    top = folder("ann/hw.ipynb", "ann/data.csv", "bob/deep/er/hw.ipynb", "cyd/hw.docx")
    assert students(top) == [("ann", "hw.ipynb"), ("bob", "hw.ipynb"), ("cyd", "hw.docx")]


def test_an_empty_folder_is_a_student_who_handed_in_nothing(folder):
    top = folder("ann/hw.ipynb", "bob/.DS_Store")
    _, bob = receive([top])
    assert bob.student == "bob"
    with pytest.raises(Unreadable, match="nothing was handed in"):
        read(bob, at_most=100)


def test_what_systems_and_jupyter_leave_behind_is_not_handed_in(folder):
    top = folder(
        "a.ipynb",
        ".DS_Store",
        "._a.ipynb",
        ".ipynb_checkpoints/a-checkpoint.ipynb",
        "__MACOSX/a.ipynb",
        "bob/.ipynb_checkpoints/hw-checkpoint.ipynb",
        "bob/hw.ipynb",
        "Thumbs.db",
    )
    assert students(top) == [("a", "a.ipynb"), ("bob", "hw.ipynb")]


def test_the_same_file_twice_is_one_handin(folder):
    top = folder("a.ipynb")
    assert students(top, top / "a.ipynb") == [("a", "a.ipynb")]


def test_what_is_not_there_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match="does not exist"):
        receive([tmp_path / "nothing.ipynb"])
    with pytest.raises(UsageError, match="no submissions"):
        receive([tmp_path])


def test_what_cannot_be_read_has_a_reason(folder):
    top = folder("a.ipynb")
    (handin,) = receive([top])
    assert read(handin, at_most=100) == b"a.ipynb"
    assert read(handin, at_most=3) == b"a.ip"
    handin.path.unlink()
    with pytest.raises(Unreadable, match="no file"):
        read(handin, at_most=100)


def test_a_pipe_is_not_waited_for(folder):
    top = folder()
    os.mkfifo(top / "pipe.ipynb")
    (handin,) = receive([top])
    with pytest.raises(Unreadable, match="something else than a file"):
        read(handin, at_most=100)
