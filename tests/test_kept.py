"""Hand-ins that are copied before any student code runs, and are graded as they were then."""

import os
import stat
from dataclasses import replace

import pytest

from grader.engines.kept import Kept
from grader.formats import notebook
from grader.kernels.kernel import Limits
from grader.kernels.sandbox import NOTHING
from grader.model.submission import Handin
from tests.conftest import engine_of, graded, kernels, notebook_of, received

pytestmark = pytest.mark.skipif(os.name != "posix", reason="no descriptors to share")


@pytest.fixture
def kept(tmp_path):
    made = Kept(tmp_path / "out")
    yield made
    made.close()


@pytest.fixture
def handin(tmp_path):
    (tmp_path / "in").mkdir()
    for name, text in (("a.ipynb", "notebook"), ("data.csv", "1,2" * 10**6), ("empty", "")):
        (tmp_path / "in" / name).write_text(text)
    beside = [(name, tmp_path / "in" / name) for name in ("data.csv", "empty", "missing")]
    path = tmp_path / "in" / "a.ipynb"
    return Handin(student="ann", path=path, shown="a.ipynb", attachments=tuple(beside))


def test_files_are_as_they_were(kept, handin, tmp_path):
    texts = {path: path.read_text() for path in (tmp_path / "in").iterdir()}
    other = Handin(student="bob", path=handin.path, shown="b.ipynb")
    copied = kept.keep([handin, other], isolation="partial")
    for path in texts:
        path.write_text("changed")
    handin.path.chmod(0)
    assert list((tmp_path / "out").iterdir()) == []
    with kept.restored(copied[0]) as restored:
        assert restored.path.read_text() == "notebook"
        found = dict(restored.attachments)
        assert found["data.csv"].read_text() == "1,2" * 10**6
        assert found["empty"].read_text() == ""
        assert found["missing"] == handin.attachments[2][1]
        folder = restored.path.parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()
    with kept.restored(copied[1]) as restored:
        assert restored.path.read_text() == "notebook"


def test_another_process_reads_what_was_copied(kept, handin):
    (copied,) = kept.keep([handin], isolation="none")
    theirs = Kept(handin.path.parent, os.dup(kept.open()))
    with theirs.restored(copied) as restored:
        assert restored.path.read_text() == "notebook"
    theirs.close()


def test_nothing_is_copied_where_nobody_could_touch_it(kept, handin, tmp_path):
    assert kept.keep([handin], isolation="full") == [handin]
    assert not (tmp_path / "out").exists()


def test_what_is_no_file_is_left_for_who_reads_it(kept, handin, tmp_path):
    (tmp_path / "link").symlink_to(handin.path)
    for path in (tmp_path / "link", tmp_path, tmp_path / "missing"):
        odd = Handin(student="eve", path=path, shown="x")
        (copied,) = kept.keep([odd], isolation="none")
        with kept.restored(copied) as restored:
            assert restored.path == path


def test_what_is_too_large_still_is(kept, handin, monkeypatch):
    monkeypatch.setattr(notebook, "MAX_BYTES", 3)
    (copied,) = kept.keep([handin], isolation="none")
    with kept.restored(copied) as restored:
        assert restored.path.read_text() == "note"


def test_a_batch_needs_hand_ins_no_more_once_student_code_runs(
    tmp_path, small_assignment, small_answers
):
    (tmp_path / "in").mkdir()
    for name in ("ann", "bob"):
        (tmp_path / "in" / f"{name}.ipynb").write_bytes(notebook_of(small_answers()))
    less = replace(kernels(), isolation=NOTHING)
    engine = engine_of(
        assignments=[small_assignment],
        out=tmp_path / "out",
        kind=less,
        device="cpu",
        limits=Limits(),
    )
    reports = graded(engine, received(tmp_path / "in", small_assignment))
    assert next(reports).score == 6
    for path in (tmp_path / "in").iterdir():
        path.unlink()
    assert [report.score for report in reports] == [6]
    engine.batch.kept.close()
