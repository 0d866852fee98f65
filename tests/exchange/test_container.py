"""What Gradescope does: the zip is unpacked, `setup.sh` installs, `run_autograder` grades."""

import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import jsonschema
import pytest

from grader.authoring.source import load
from grader.engines.batch import Batch
from grader.engines.job import Job
from grader.engines.opening import open_batch
from grader.errors import KernelFailed
from grader.exchange import container
from grader.exchange.autograder import pack
from grader.exchange.settings import Settings
from grader.kernels import choose, sandbox
from grader.kernels.sandbox import Isolation
from grader.student_side.confine import MEASURES
from tests.conftest import SMALL, kernels, notebook_of, write_source
from tests.exchange.gradescope_schema import RESULTS, SCORED

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(sys.platform != "linux", reason="Gradescope's containers are Linux"),
]
DOCKER_LIKE = Path(__file__).parent / "docker_like.py"
METADATA = {
    "id": 123456,
    "created_at": "2026-05-02T00:30:00.503126-07:00",
    "assignment": {
        "due_date": "2026-05-02T00:00:00.000000-07:00",
        "group_size": 1,
        "group_submission": False,
        "id": 1,
        "course_id": 2,
        "late_due_date": None,
        "release_date": "2026-04-01T00:00:00.000000-07:00",
        "title": "Small",
        "total_points": "20.0",
    },
    "submission_method": "upload",
    "users": [{"email": "ann@example.org", "id": 7, "name": "Ann A"}],
    "previous_submissions": [],
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("zip")
    assignment = load(write_source(folder, SMALL))
    to = folder / "autograder.zip"
    pack(assignment, to, Settings(source="small.py", offsets={"small": 4711}))
    return to


class Container:
    """The folder `/autograder`, laid out below another one."""

    def __init__(self, root: Path, archive: Path) -> None:
        self.root = root
        for name in ("source", "submission", "results"):
            (root / name).mkdir(parents=True)
        with zipfile.ZipFile(archive) as opened:
            for member in opened.infolist():
                path = Path(opened.extract(member, root / "source"))
                path.chmod(member.external_attr >> 16 & 0o777)
        shutil.copy(root / "source" / "run_autograder", root)
        # In the place of what `setup.sh` installs.
        python = root / "python" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        python.chmod(0o755)
        self.metadata(METADATA)

    def metadata(self, content: object) -> None:
        (self.root / "submission_metadata.json").write_text(json.dumps(content))

    def hand_in(self, name: str, data: bytes) -> None:
        (self.root / "submission" / name).write_bytes(data)

    def run(self, *before: str) -> subprocess.CompletedProcess[str]:
        """Run the autograder as Gradescope does: as it is, in its folder, without arguments."""
        return subprocess.run(
            [*before, str(self.root / "run_autograder")],
            cwd=self.root,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def grade(self, monkeypatch, capsys) -> subprocess.CompletedProcess[str]:
        """Do what the autograder does in this process, with kernels that are ready."""

        def ready(job: Job) -> Batch:
            choose.offer(lambda: replace(kernels(), close=lambda: None))
            return open_batch(replace(job, memory=None))

        monkeypatch.setattr(container, "open_batch", ready)
        code = container.main(["grade", str(self.root)])
        return subprocess.CompletedProcess([], code, capsys.readouterr().out)

    @property
    def results(self) -> dict:
        found = json.loads((self.root / "results" / "results.json").read_bytes())
        jsonschema.validate(found, RESULTS)
        return found


@pytest.fixture
def autograder(tmp_path, archive) -> Container:
    return Container(tmp_path / "autograder", archive)


@pytest.fixture
def graded(autograder, monkeypatch, capsys):
    """Return what grades in this process, where it is not the scripts that are looked at."""
    return partial(autograder.grade, monkeypatch, capsys)


def is_scored(results) -> bool:
    return jsonschema.Draft202012Validator(SCORED).is_valid(results)


def test_a_right_submission_has_its_score_and_is_known(autograder, small_answers):
    autograder.hand_in("hw.ipynb", notebook_of(small_answers()))
    done = autograder.run()
    assert done.returncode == 0, done.stdout
    found = autograder.results
    assert is_scored(found)
    assert found["score"] == 6.0
    assert all(one["status"] == "passed" for one in found["tests"])
    assert "late" in found["output"]  # which is told, and changes nothing
    assert found["stdout_visibility"] == "hidden"
    assert "Ann A: graded, 6 of 6" in done.stdout
    assert "isolation is " in done.stdout
    assert "worth 20 points on Gradescope, and the exercises 6" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_wrong_answer_is_explained_and_other_data_are_not_told(autograder, graded, small_answers):
    typed = "#| exercise: total\ntotal = torch.tensor(-1.4567)"
    autograder.hand_in("hw.ipynb", notebook_of(small_answers(total=typed)))
    assert graded().returncode == 0
    found = autograder.results
    (total,) = (one for one in found["tests"] if one["number"] == "2")
    assert (total["status"], total["score"]) == ("failed", 0.0)
    assert "4711" not in json.dumps(found)


BAD = {
    "nothing": {},
    "no notebook": {"essay.txt": b"I have written this."},
    "cut off": {"hw.ipynb": b'{"cells": [{"cell_type": "code", "sour'},
    "empty": {"hw.ipynb": b""},
    "another language": {
        "hw.ipynb": json.dumps(
            {
                "cells": [{"cell_type": "code", "source": "x <- 1", "metadata": {}}],
                "metadata": {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}},
                "nbformat": 4,
                "nbformat_minor": 5,
            }
        ).encode()
    },
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_submission_says_why_it_counts_as_0(autograder, graded, name):
    for path, data in BAD[name].items():
        autograder.hand_in(path, data)
    done = graded()
    assert done.returncode == 0, done.stdout
    found = autograder.results
    assert is_scored(found)
    (test,) = found["tests"]
    assert (found["score"], test["score"], test["max_score"]) == (0, 0, 6.0)
    assert "Until you hand in a file that can be graded" in test["output"]
    assert len(test["output"]) > 80
    assert "could not be graded" in found["output"]


def test_what_imports_a_missing_module_has_no_score(autograder, graded, small_answers):
    means = "#| exercise: means\nimport no_such_package\nmeans = no_such_package.mean(data)"
    autograder.hand_in("hw.ipynb", notebook_of(small_answers(means=means)))
    done = graded()
    assert done.returncode == 1
    assert not is_scored(autograder.results)
    assert "no_such_package" in done.stdout


@pytest.mark.parametrize("content", [None, [], {}, {"users": "x", "created_at": 5}, {"users": [3]}])
def test_odd_metadata_only_make_less_known(autograder, graded, small_answers, content):
    autograder.metadata(content)
    autograder.hand_in("hw.ipynb", notebook_of(small_answers()))
    done = graded()
    assert done.returncode == 0, done.stdout
    assert autograder.results["score"] == 6.0
    assert "submission_metadata.json" in done.stdout


def break_python(root: Path) -> None:
    (root / "python" / "bin" / "python").write_text("#!/bin/sh\nexit 137\n")


def break_reference(root: Path) -> None:
    (root / "source" / "private" / "small-0.reference").write_bytes(b"PK")


def break_settings(root: Path) -> None:
    (root / "source" / "private" / "settings.json").write_text("{}")


def break_source(root: Path) -> None:
    path = root / "source" / "private" / "small.py"
    path.write_text(path.read_text() + "\n# changed\n")


@pytest.mark.parametrize(
    ("breaks", "as_a_whole"),
    [(break_python, True), (break_reference, True), (break_settings, False), (break_source, False)],
)
def test_the_graders_own_trouble_leaves_no_score(
    autograder, graded, small_answers, breaks, as_a_whole
):
    autograder.hand_in("hw.ipynb", notebook_of(small_answers()))
    breaks(autograder.root)
    done = autograder.run() if as_a_whole else graded()
    assert done.returncode != 0
    found = autograder.results
    assert not is_scored(found)
    assert "The autograder failed" in found["output"]
    assert "Traceback" not in done.stdout


def test_the_reference_is_for_root_alone_whatever_unpacked_it(autograder, graded, small_answers):
    private = autograder.root / "source" / "private"
    for path in (private, *private.iterdir()):
        path.chmod(0o777)
    autograder.hand_in("hw.ipynb", notebook_of(small_answers()))
    graded()
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in private.iterdir()} == {0o600}


SPY = """#| exercise: total
import glob, os
told = []
for top in ("{root}", "/proc/1/cwd", "/proc/self/cwd"):
    for place in ("", "/source", "/source/private", "/results", "/submission"):
        try:
            told.append(sorted(os.listdir(top + place)))
        except OSError as error:
            told.append(type(error).__name__)
for name in ("small.py", "small-0.reference", "settings.json"):
    try:
        told.append(open("{root}/source/private/" + name, "rb").read(20))
    except OSError as error:
        told.append(type(error).__name__)
try:
    open("{root}/results/results.json", "w").write("{{}}")
except OSError as error:
    told.append("unwritten")
print("TOLD", told)
total = data.sum()
"""


def docker_like(*options: str) -> list[str]:
    if os.geteuid() != 0 or not shutil.which("setpriv") or os.uname().machine != "x86_64":
        pytest.skip("only root can give up what Docker does not leave to root")
    return [sys.executable, str(DOCKER_LIKE), *options]


@pytest.mark.parametrize("options", [None, [], ["--without-landlock"]])
def test_no_student_code_reads_the_reference(autograder, small_answers, options):
    """As the container has it here, in one as Docker's, and in one without Landlock."""
    before = [] if options is None else docker_like(*options)
    spy = SPY.format(root=autograder.root)
    autograder.hand_in("hw.ipynb", notebook_of(small_answers(total=spy)))
    done = autograder.run(*before)
    found = autograder.results
    if done.returncode == 3:  # nothing guards it, so nothing was run
        assert "nothing here keeps student code from reading" in done.stdout
        assert options == ["--without-landlock"]
        assert not is_scored(found)
        return
    assert done.returncode == 0, done.stdout
    assert found["score"] == 6.0
    for secret in ("BEGIN SOLUTION", "PK", "offsets"):
        assert secret not in done.stdout


def test_what_docker_forbids_is_told_to_the_staff(autograder, small_answers):
    autograder.hand_in("hw.ipynb", notebook_of(small_answers()))
    done = autograder.run(*docker_like())
    assert done.returncode == 0, done.stdout
    assert "isolation is partial, without mount namespace" in done.stdout
    assert autograder.results["extra_data"]["isolation"].startswith("partial")


def test_student_code_is_not_run_where_nothing_guards_the_reference():
    one = {name: "no" for name in MEASURES if name not in sandbox.GUARDS}
    for kept in sandbox.GUARDS:
        others = {name: "no" for name in sandbox.GUARDS if name != kept}
        container.require_guard(Isolation(missing=one | others))
    with pytest.raises(KernelFailed, match="solutions"):
        container.require_guard(Isolation(missing=dict.fromkeys(MEASURES, "no")))


def test_the_memory_of_a_container_is_read_from_its_limit(tmp_path, monkeypatch):
    new, old = tmp_path / "memory.max", tmp_path / "limit_in_bytes"
    monkeypatch.setattr(container, "MEMORY", (new, old))
    assert container.memory() == container.USUAL
    old.write_text("1073741824\n")
    assert container.memory() == 2**30
    new.write_text("max\n")
    assert container.memory() == 2**30
    new.write_text("805306368\n")
    assert container.memory() == 768 * 2**20


def test_too_little_memory_is_said(autograder, monkeypatch, capsys):
    monkeypatch.setattr(container, "memory", lambda: 256 * 2**20)
    assert container.grade(autograder.root) == 3
    assert "256 MiB of memory" in capsys.readouterr().out
    assert not is_scored(autograder.results)


def test_setup_proves_the_reference_and_says_where_it_does_not(autograder):
    command = [sys.executable, "-P", "-m", "grader.exchange.container", "prove"]
    done = subprocess.run([*command, str(autograder.root)], text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert "gives what it gave" in done.stdout
    break_reference(autograder.root)
    done = subprocess.run([*command, str(autograder.root)], text=True, capture_output=True)
    assert done.returncode == 3
    assert "make them again" in done.stdout


@pytest.mark.parametrize("name", ["setup.sh", "run_autograder"])
def test_scripts_are_read_by_bash(autograder, name):
    path = autograder.root / "source" / name
    assert os.access(path, os.X_OK)
    assert path.read_bytes().startswith(b"#!/usr/bin/env bash\n")
    assert b"\r" not in path.read_bytes()
    subprocess.run(["bash", "-n", str(path)], check=True)


def test_the_zip_has_all_at_its_root_and_every_version_is_pinned(archive):
    with zipfile.ZipFile(archive) as opened:
        names = set(opened.namelist())
        required = opened.read("requirements.txt").decode().splitlines()
        pinned = opened.read("constraints.txt").decode().splitlines()
    assert {"setup.sh", "run_autograder"} <= names
    assert {name for name in names if name.startswith("private/")} == {
        "private/small.py",
        "private/settings.json",
        "private/small-0.reference",
        "private/small-4711.reference",
    }
    assert required[0] == "--extra-index-url https://download.pytorch.org/whl/cpu"
    assert re.fullmatch(r"torch==[\d.]+\+cpu", required[1])
    assert required[2].removeprefix("./") in names
    assert all(re.fullmatch(r"[\w-]+==[\w.!]+", line) for line in pinned)
    assert {"numpy", "pydantic", "safetensors"} <= {line.partition("==")[0] for line in pinned}


def test_setup_closes_the_solutions_before_it_installs(autograder, tmp_path):
    """With programs of its own in the place of Python: what it calls, in which order."""
    tools = tmp_path / "tools"
    tools.mkdir()
    private = autograder.root / "source" / "private"
    private.chmod(0o777)
    log = tmp_path / "log"
    python = f"""#!/bin/bash
echo "$(stat -c %a {private}) $*" >>{log}
if [ "$1" = -m ] && [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi
"""
    (tools / "python3").write_text(python)
    (tools / "python3").chmod(0o755)
    (tools / "chown").write_text("#!/bin/sh\n")  # for who is not root
    (tools / "chown").chmod(0o755)
    shutil.rmtree(autograder.root / "python")
    done = subprocess.run(
        ["bash", str(autograder.root / "source" / "setup.sh")],
        env={**os.environ, "PATH": f"{tools}:/usr/bin:/bin"},
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    calls = log.read_text().splitlines()
    assert all(call.startswith("700 ") for call in calls)
    assert "--requirement requirements.txt --constraint constraints.txt" in calls[-2]
    assert calls[-1].endswith(f"grader.exchange.container prove {autograder.root}")


def test_the_wheel_is_the_grader(archive, tmp_path):
    with zipfile.ZipFile(archive) as opened:
        (name,) = (one for one in opened.namelist() if one.endswith(".whl"))
        data = opened.read(name)
        (tmp_path / name).write_bytes(data)
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", str(site), str(tmp_path / name)], check=True)
    code = "import grader.exchange.container as c, sys; print(c.__file__)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env={**os.environ, "PYTHONPATH": str(site)},
        text=True,
        capture_output=True,
        check=True,
    )
    assert done.stdout.startswith(str(site))
    with zipfile.ZipFile(io.BytesIO(data)) as wheel:
        names = wheel.namelist()
    assert not [one for one in names if "__pycache__" in one]
    assert "grader/locale/ru/LC_MESSAGES/grader.po" in names
    assert "grader/exchange/autograder_files/setup.sh" in names
