import hashlib

import pytest

from grader.kernels.kernel import KernelDied
from grader.running import attachments
from grader.running.attachments import choose, copy_attachments
from tests.conftest import colds, kernels, shown

SHADOWS = ("torch.py", "random.py", "json.py", "sitecustomize.py", "numpy/__init__.py")
USE = (
    "import json, random, numpy, torch, helper, package.inner\n"
    "print(helper.two, package.inner.three, torch.ones(2).sum().item())"
)


@pytest.fixture(params=[kernels, colds])
def kernel(request):
    opened = request.param().start("cpu")
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path):
    def make(**contents):
        made = []
        for name, content in contents.items():
            (tmp_path / name).write_bytes(content)
            made.append((name, tmp_path / name))
        return made

    return make


def test_files_and_modules_are_there_and_shadow_nothing(kernel, tmp_path):
    shadow = tmp_path / "shadow"
    shadow.write_text("raise SystemExit('a shadow')", encoding="utf-8")
    helper = tmp_path / "helper"
    helper.write_text("two = 2\nthree = 3", encoding="utf-8")
    beside = [(name, shadow) for name in SHADOWS]
    beside += [("helper.py", helper), ("package/inner.py", helper), ("Данные/x.txt", helper)]
    assert copy_attachments(kernel, beside) == []
    assert shown(kernel, USE) == "2 3 2.0\n"
    assert shown(kernel, "print(open('Данные/x.txt').read()[:7])") == "two = 2\n"


def test_a_file_comes_in_parts_and_whole(kernel, folder, monkeypatch):
    monkeypatch.setattr(attachments, "_CHUNK", 1_000)
    content = bytes(range(256)) * 10
    assert copy_attachments(kernel, folder(data=content, empty=b"")) == []
    code = "import hashlib, os; print(hashlib.sha256(open('data', 'rb').read()).hexdigest()[:9])"
    assert shown(kernel, code) == hashlib.sha256(content).hexdigest()[:9] + "\n"
    assert shown(kernel, "print(os.path.getsize('empty'))") == "0\n"


def test_what_cannot_be_laid_is_named(kernel, tmp_path, folder):
    ((_, path),) = folder(x=b"1")
    beside = [("y" * 300, path), ("gone", tmp_path / "gone"), ("x/y", path), ("x", path)]
    notes = [*map(str, copy_attachments(kernel, beside))]
    assert len(notes) == 3
    assert "yyy could not be laid beside the notebook: File name too long" in notes[0]
    assert notes[1] == "gone could not be read: No such file or directory"


def test_what_is_too_much_is_left_out_and_named(folder, monkeypatch):
    beside = folder(a=b"12345", b=b"1", c=b"1")
    monkeypatch.setattr(attachments, "MAX_TOTAL", 5)
    kept, notes = choose(beside, [])
    assert [name for name, _ in kept] == ["a"]
    (note,) = map(str, notes)
    assert note == "b, c could not be laid beside the notebook: at most 1000 files and 0 MiB are"


@pytest.mark.parametrize(
    ("source", "laid"),
    [
        ("%run mine.ipynb", ["x.csv", "mine.ipynb", "hw-1.ipynb"]),
        ("import mine", ["x.csv", "mine.ipynb", "hw-1.ipynb"]),
        ("x = 1", ["x.csv"]),
    ],
)
def test_notebooks_are_laid_where_a_cell_names_one(folder, source, laid):
    beside = folder(**{"x.csv": b"1", "mine.ipynb": b"{}", "hw-1.ipynb": b"{}"})
    kept, _ = choose(beside, ["import torch", source])
    assert [name for name, _ in kept] == laid


@pytest.mark.kernel
def test_a_kernel_that_is_gone_takes_nothing(folder):
    kernel = kernels().start("cpu")
    kernel.close()
    with pytest.raises(KernelDied):
        copy_attachments(kernel, folder(a=b"1"))
