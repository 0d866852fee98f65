"""A whole course, downloaded from each platform: every student once, with the right attempt."""

import json
import re

import pytest

from grader.intake.receive import receive
from tests.intake.downloads import COUNT, DOWNLOADS, course
from tests.intake.layouts import zipped
from tests.intake.test_layouts import put


@pytest.fixture(params=["zipped", "unpacked", "each"])
def paths(request, tmp_path):
    """Return a function that lays a download down, and gives what is named on the command line."""

    def make(files):
        if request.param == "zipped":
            (tmp_path / "download.zip").write_bytes(zipped(files))
            return [tmp_path / "download.zip"]
        top = put(files, tmp_path / "in")
        while len([*top.iterdir()]) == 1:
            (top,) = top.iterdir()
        if request.param == "unpacked":
            return [top]
        return [path for path in top.iterdir() if not path.name.startswith(".")]

    return make


@pytest.mark.parametrize("name", DOWNLOADS)
def test_every_student_is_there_once_with_the_right_attempt(
    tmp_path, small_assignment, paths, name
):
    made = DOWNLOADS[name]()
    into = tmp_path / "unpacked"
    found = receive(paths(made.files), into, [small_assignment])
    assert len(found) == COUNT
    by_student = {(one.student, one.id): one for one in found}
    assert by_student.keys() == {(made.name(one), made.id(one)) for one in course()}
    for one in course():
        handin = by_student[made.name(one), made.id(one)]
        assert mark(handin) == one.counts, one
        if made.tells_time:
            assert (handin.handed_in or "")[:16] == one.time.replace(" ", "T"), one
        assert handin.late == (one.late if made.tells_late else None), one
        if one.kind == "several" and made.keeps_attempts:
            assert len(handin.others) == 2, one


def mark(handin):
    """Return what was put into the notebook that counts, None where there is none."""
    if handin.path is None or handin.problem:
        return None
    try:
        cells = json.loads(handin.path.read_bytes())["cells"]
    except (ValueError, KeyError):
        return None
    match = re.search(r"mark: (.*)", "".join(cells[-1]["source"]))
    return match and match[1]
