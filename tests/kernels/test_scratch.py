"""Folders that student code may write to, and their end, whatever is in them."""

import os
import sys
from pathlib import Path

import pytest

from grader.kernels.cold import cold
from grader.kernels.scratch import Scratch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are other links and modes")
DEEP = "import os\nfor _ in range(3000):\n    os.mkdir('d'); os.chdir('d')\nprint('made')"


@pytest.fixture
def scratch():
    made = Scratch()
    yield made
    made.cleanup()


def is_gone(scratch):
    scratch.cleanup()
    return not os.path.lexists(scratch.name)


def test_nothing_is_left(scratch):
    inner = Path(scratch.name) / "a" / "b" / "c"
    inner.mkdir(parents=True)
    for folder in (inner, *inner.parents[:3]):
        (folder / "file").write_text("x")
        (folder / "link").symlink_to("/nowhere")
    os.mkfifo(inner / "pipe")
    assert is_gone(scratch)


def test_folders_in_folders_without_end_are_removed(scratch):
    before = os.open(".", os.O_RDONLY)
    os.chdir(scratch.name)
    try:
        for _ in range(2_500):
            Path("d").mkdir()
            os.chdir("d")
    finally:
        os.fchdir(before)
        os.close(before)
    assert is_gone(scratch)


def test_what_links_lead_to_stays_as_it_was(scratch, tmp_path):
    (tmp_path / "kept").write_text("as it was")
    (tmp_path / "kept").chmod(0o640)
    tmp_path.chmod(0o750)
    closed = Path(scratch.name) / "closed"
    closed.mkdir()
    (closed / "file").symlink_to(tmp_path / "kept")
    (closed / "folder").symlink_to(tmp_path)
    closed.chmod(0)
    Path(scratch.name).chmod(0)
    assert is_gone(scratch)
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o640
    assert tmp_path.stat().st_mode & 0o777 == 0o750


def test_a_cold_kernel_that_leaves_deep_folders_is_closed():
    kernel = cold().start("cpu")
    folder = "import os, ipykernel\nos.chdir(os.path.dirname(ipykernel.get_connection_file()))\n"
    (output,) = kernel.run_cell(folder + DEEP, limit=20).outputs
    assert output["text"] == "made\n"
    kernel.close()
