"""A course of its own, in its own folder, graded by the grader as a wheel installs it."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

import nbformat
import pytest

from tests.conftest import TOP

pytestmark = pytest.mark.kernel

RIGHT = {
    "table": 'return table.groupby("kind")[["length", "width"]].mean()',
    "classifier": (
        "self.hidden = nn.Linear(2, 8)\n        self.output = nn.Linear(8, 1)",
        "return self.output(torch.relu(self.hidden(sizes)))[:, 0]",
    ),
    "training": "optimizer = torch.optim.SGD(net.parameters(), lr=0.5)\n"
    "    for _ in range(200):\n        optimizer.zero_grad()\n"
    "        F.binary_cross_entropy_with_logits(net(sizes), is_reed).backward()\n"
    "        optimizer.step()\n    return net",
    "new-leaves": '"C"',
}
POINTS = {"table": 2.0, "classifier": 2.0, "training": 3.0, "new-leaves": 1.0, "measure": 2.0}
TEXT = "I put some leaves aside, train with the others, and count how many of these are told right."
WRONG = {
    **RIGHT,
    "table": 'return table.groupby("kind")[["length", "width"]].sum()',
    "classifier": (RIGHT["classifier"][0], "return self.output(self.hidden(sizes)).squeeze(1)"),
    "new-leaves": '"z"',
}


@pytest.fixture(scope="module")
def folder():
    """Return a folder on the disk that this environment is on, so that files can be linked."""
    (TOP / ".cache").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="wheel-", dir=TOP / ".cache") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def installed(folder):
    """Return how the grader is called that a wheel has installed, with what it depends on."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    source = folder / "source"
    shutil.copytree(TOP / "grader", source / "grader")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(TOP / name, source)
    subprocess.run([*pip, "--no-index", "--wheel-dir", folder, source], check=True)
    home = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    (packages,) = home.glob("lib/python*/site-packages")
    # What it depends on, and not the checkout, which stands there as an editable install.
    others = sysconfig.get_path("purelib")
    without = shutil.ignore_patterns("__editable__*", "tensorgrader*", "__pycache__")
    try:
        shutil.copytree(others, packages, copy_function=os.link, ignore=without, dirs_exist_ok=True)
    except (OSError, shutil.Error):
        pytest.skip("files of this environment cannot be linked to another place on this disk")
    with zipfile.ZipFile(*folder.glob("*.whl")) as wheel:
        wheel.extractall(packages)

    def grader(*arguments, cwd):
        # Its cache is its own: what the checkout has kept is another grader's.
        own = {**os.environ, "GRADER_CACHE": str(folder / "cache")}
        command = [home / "bin" / "python", "-P", "-m", "grader", *arguments]
        return subprocess.run(
            command, cwd=cwd, env=own, capture_output=True, text=True, timeout=600
        )

    return grader


@pytest.fixture(scope="module")
def course(tmp_path_factory, installed):
    pytest.importorskip("pandas", reason="the assignment is on a table of pandas")
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(TOP / "examples" / "another_course", folder, dirs_exist_ok=True)
    built = installed("build", cwd=folder)
    assert built.returncode == 0, built.stderr
    return folder


def answered(notebook, answers, text=None):
    """Return a released notebook with answers in place of its blanks."""
    made = nbformat.from_dict(json.loads(json.dumps(notebook)))
    for cell in made.cells:
        name = cell.id.removeprefix("exercise-")
        if cell.cell_type == "markdown" and name == "measure" and text:
            mark = cell.source.split("\n")[0]
            cell.source = f"{mark}\n{text}"
        for answer in [answers[name]] if name in answers else []:
            cell.source = filled(cell.source, answer)
    return made


def filled(source, answer):
    """Put answers in place of what a cell asks for, by the lines that say so."""
    parts = list(answer) if isinstance(answer, tuple) else [answer]
    lines, put = [], False
    for line in source.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        if line.strip() == "..." or (line.strip().startswith("self.") and line.endswith("...")):
            lines += [] if put else [indent + parts.pop(0)]
            put = line.strip() != "..."
        elif line.endswith("HERE") and "= ..." in line:
            lines.append(line.split("...")[0] + parts.pop(0))
        elif "YOUR CODE HERE" not in line:
            lines.append(line)
            put = False
    assert not parts
    return "\n".join(lines)


def test_it_is_built_with_its_file(course):
    released = course / "assignments" / "en"
    assert (released / "data" / "leaves.csv").is_file()
    with zipfile.ZipFile(released / "leaves.zip") as pack:
        assert {"leaves.ipynb", "data/leaves.csv"} <= {
            name.removeprefix("leaves/") for name in pack.namelist()
        }


def test_right_wrong_and_blank_notebooks_are_told_apart(course, installed):
    (path,) = (course / "assignments" / "en").glob("*.ipynb")
    released = nbformat.read(path, as_version=4)
    handed_in = course / "handed_in"
    handed_in.mkdir()
    for student, made in {
        "right": answered(released, RIGHT, TEXT),
        "wrong": answered(released, WRONG),
        "blank": released,
    }.items():
        nbformat.write(made, handed_in / f"{student}.ipynb")
    graded = installed("grade", handed_in, "--out", "grades", cwd=course)
    assert graded.returncode in (0, 1), graded.stderr
    found = [json.loads(file.read_text()) for file in (course / "grades").rglob("result.json")]
    scores = {
        one["student"]: {part["exercise"]: part["score"] for part in one["exercises"]}
        for one in found
    }
    assert scores["right"] == {**POINTS, "measure": 0.0}  # so far: a person reads it
    assert scores["blank"] == dict.fromkeys(POINTS, 0.0)
    assert scores["wrong"] == {
        **dict.fromkeys(POINTS, 0.0),
        "classifier": 1.0,
        "training": POINTS["training"],
    }
    outcomes = {one["student"]: one["outcome"] for one in found}
    assert outcomes == {"right": "waits for a person", "wrong": "graded", "blank": "graded"}
    (wrong,) = (one for one in found if one["student"] == "wrong")
    said = {
        part["exercise"]: [symptom.get("mistake") for symptom in part["symptoms"]]
        for part in wrong["exercises"]
    }
    assert (said["table"], said["classifier"]) == (["sums"], ["no-relu"])
