"""A small notebook is graded in containers, from plain to a pod of the strictest kind."""

import csv
import json
import re
from dataclasses import replace

import pytest

from grader.kernels.obstacles import CALLS
from grader.student_side import calls
from tests.conftest import SMALL, answers_to_small, notebook_of, write_source
from tests.image import levels, profiles
from tests.image.container import run

pytestmark = pytest.mark.image
# It looks for what is the grader's: files, what its processes see, descriptors of folders.
SPY = """#| exercise: total
import glob, os
roots = ["", *glob.glob("/proc/[0-9]*/root"), *glob.glob("/proc/[0-9]*/cwd")]
seen = []
for root in roots:
    for path in ("/course/reference/small.py", "/reference/small.py", "/out/secret.txt"):
        try:
            seen.append(open(root + path).read())
        except OSError:
            pass
for descriptor in range(3, 64):
    try:
        seen.append(os.listdir(descriptor))
    except OSError:
        pass
print("SEEN", seen)
total = data.sum()
"""
GRADED = {
    "plain": levels.FREE,
    "Docker": levels.TOGETHER[0].condition,
    "Docker, another user": replace(levels.TOGETHER[0].condition, user=4321),
    "Docker, root": levels.TOGETHER[1].condition,
    "Podman": next(one.condition for one in levels.TOGETHER if "Podman" in one.engine),
    "restricted pod": levels.TOGETHER[-3].condition,
    "restricted pod with a filter": levels.TOGETHER[-2].condition,
    "full pod": levels.TOGETHER[-1].condition,
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    for one in (folder, *folder.parents[:2]):
        one.chmod(0o755)  # a container's user is another one
    (folder / "reference").mkdir()
    (folder / "submissions").mkdir()
    # What a source imports is loaded before its kernels are forked.
    source = SMALL.replace("import torch\n", "import torch\nimport sqlite3\n", 1)
    write_source(folder / "reference", source)
    for student, changes in {
        "right": {},
        "wrong": {"total": "#| exercise: total\ntotal = 5"},
        "spy": {"total": SPY},
    }.items():
        answers = notebook_of(answers_to_small(**changes))
        (folder / "submissions" / f"{student}.ipynb").write_bytes(answers)
    return folder


@pytest.mark.parametrize("name", GRADED)
def test_marks_are_the_same_in_every_container(name, root, course, tmp_path):
    for one in (tmp_path, *tmp_path.parents[:2]):
        one.chmod(0o755)
    out = tmp_path / "out"
    command = ["grader", "grade", "submissions", "-o", "/out"]
    done = run(GRADED[name], root, command, course=course, out=out)
    assert done.returncode == 0, done.stdout + done.stderr
    with (out / "grades.csv").open(encoding="utf-8-sig") as file:
        scores = {row["student"]: row["score"] for row in csv.DictReader(file)}
    assert scores == {"right": "6", "wrong": "5", "spy": "6"}
    result = json.loads((out / "results/right/small/result.json").read_text())
    assert result["isolation"].startswith("full" if name in ("plain", "full pod") else "partial")
    executed = (out / "results/spy/small/executed.ipynb").read_text()
    assert re.search(r"SEEN \[\]", executed)


def test_a_pod_with_less_than_full_isolation_can_be_refused(root, course):
    command = ["grader", "grade", "submissions", "-o", "/tmp/out", "--isolation", "full"]
    done = run(GRADED["restricted pod"], root, command, course=course)
    assert done.returncode == 2
    assert "missing: mount namespace" in done.stderr


def test_the_recommended_filter_refuses_student_code_nothing_that_the_grader_needs():
    profile = json.loads(profiles.OURS.read_text())
    (rule,) = profile["syscalls"]
    assert rule["action"] == "SCMP_ACT_ERRNO"
    assert not set(rule["names"]) & set(CALLS)
    assert set(rule["names"]) < set(calls.DENIED)
    assert rule["names"] == sorted(set(rule["names"]))
