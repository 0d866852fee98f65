"""`grader gradescope` as it is run."""

import zipfile

import pytest

from tests.command_line import grader
from tests.conftest import SMALL, write_source

pytestmark = pytest.mark.kernel


def test_it_writes_the_zip_and_says_what_it_is_worth(tmp_path):
    source = write_source(tmp_path, SMALL)
    done = grader(
        "gradescope", str(source), "-o", str(tmp_path / "out" / "a.zip"), "--with", "PyYAML"
    )
    assert done.returncode == 0, done.stderr
    assert "6 points" in done.stdout
    with zipfile.ZipFile(tmp_path / "out" / "a.zip") as opened:
        assert "\npyyaml==" in opened.read("requirements.txt").decode()
        made = [name for name in opened.namelist() if name.endswith(".reference")]
    assert len(made) == 2
    again = grader("gradescope", str(source), "-o", str(tmp_path / "out" / "b.zip"))
    assert again.returncode == 0
    with zipfile.ZipFile(tmp_path / "out" / "b.zip") as opened:
        assert made == [name for name in opened.namelist() if name.endswith(".reference")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--with", "no-such-package"], "no-such-package is not installed here"),
        (["--lang", "xx"], "is not in `xx`"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path, options, said):
    source = write_source(tmp_path, SMALL)
    done = grader("gradescope", str(source), "-o", str(tmp_path / "a.zip"), *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "a.zip").exists()


def test_a_faulty_source_is_found_here(tmp_path):
    source = write_source(tmp_path, SMALL.replace("table.mean(dim=0)", "tabel.mean(dim=0)"))
    done = grader("gradescope", str(source), "-o", str(tmp_path / "a.zip"))
    assert done.returncode == 2
    assert "tabel" in done.stderr
    assert not (tmp_path / "a.zip").exists()
