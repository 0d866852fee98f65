import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.course_store.ended.course_folder import NAMES, Course, Template, files, rows


@pytest.fixture(scope="session")
def template():
    made = Template()
    yield made
    made.close()


@pytest.fixture
def course(tmp_path, template):
    return Course(tmp_path, template)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory, template):
    """Return the files of a run that nothing happens to."""
    course = Course(tmp_path_factory.mktemp("undisturbed"), template)
    done = course.run(course.grade())
    assert done.returncode == 0, done.stderr
    assert rows(course.out) == [*NAMES]
    return files(course.out)


@pytest.fixture
def goes_on(course, undisturbed):
    """Return what gives the same command again, and has it end as if nothing had been."""

    def go_on(*options):
        done = course.run(course.grade(*options))
        assert done.returncode == 0, done.stderr
        assert files(course.out) == undisturbed
        return done

    return go_on


@contextmanager
def _mounted(arguments, folder) -> Iterator[None]:
    made = subprocess.run(
        ["mount", *arguments, folder], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        pytest.skip(f"nothing can be mounted here: {made.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=False, capture_output=True)


@pytest.fixture
def small_disk(tmp_path):
    """Return a folder with a disk of its own, of a mebibyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with _mounted(["-t", "tmpfs", "-o", "size=1m", "tmpfs"], folder):
        yield folder


@pytest.fixture
def read_only(tmp_path):
    """Return what makes a folder one that cannot be written."""
    made = []

    def make(folder):
        with_it = _mounted(["-t", "tmpfs", "-o", "ro,size=1m", "tmpfs"], folder)
        with_it.__enter__()
        made.append(with_it)

    yield make
    for one in made:
        one.__exit__(None, None, None)
