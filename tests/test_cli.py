"""The command line as people use it, in processes of its own."""

import csv
import json
import subprocess
import sys

import pytest

from tests.conftest import SMALL, TOP, notebook_of, write_source


def grader(*arguments, cwd=TOP):
    code = "from grader.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("command", [[], ["grade"], ["build"]])
def test_help_has_examples_and_does_not_load_torch(command):
    code = (
        "import sys\nfrom grader.cli import main\n"
        f"sys.argv = ['grader', *{command!r}, '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n"
        "    heavy = 'torch', 'nbconvert', 'IPython'\n"
        "    print('\\nloaded:', [name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert "loaded: []" in done.stdout
    assert "Usage" in done.stdout
    if command:
        assert "Examples" in done.stdout


@pytest.mark.parametrize(
    "module",
    ["grader.cli", "grader.model.result", "grader.intake.align", "grader.intake.receive",
     "grader.reporting.html", "grader.reporting.tables", "grader.errors"],
)  # fmt: skip
def test_what_need_not_load_torch_does_not(module):
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_version_is_told():
    assert grader("--version").stdout.startswith("tensorgrader ")


def test_grading_from_end_to_end(tmp_path, small_answers):
    source = write_source(tmp_path, SMALL)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "right.ipynb").write_bytes(notebook_of(small_answers()))
    (folder / "page.ipynb").write_text("<html>")
    done = grader("grade", folder, "-a", source, "-o", tmp_path / "out", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "right (small): 6 of 6" in done.stderr
    assert "page: not graded: the file is a web page" in done.stderr
    assert str(folder / "page.ipynb") in done.stderr
    assert str(tmp_path / "out" / "index.html") in done.stdout
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8-sig") as file:
        assert [row["outcome"] for row in csv.DictReader(file)] == ["not graded", "graded"]
    result = json.loads((tmp_path / "out/results/right/small/result.json").read_text())
    assert result["kernel"] == "warm"
    assert result["isolation"] == "full"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["grade", "nothing.ipynb"], "nothing.ipynb does not exist"),
        (["grade", ".", "-a", "no_such"], "neither a file nor a name from reference/"),
        (["grade", "assignments/en", "--device", "tpu"], "--device"),
        (["grade"], "Missing argument"),
        (["build", "no_such"], "neither a file nor a name"),
        (["grade", "assignments/en", "-a", "README.md"], "README.md"),
        (["nonsense"], "No such command"),
    ],
)
def test_wrong_usage_is_one_message_and_exit_code_2(arguments, problem):
    done = grader(*arguments)
    assert done.returncode == 2
    assert problem in done.stderr
    assert "Traceback" not in done.stderr


def test_cuda_where_there_is_none_is_refused():
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    done = grader("grade", "assignments/en", "--device", "cuda")
    assert done.returncode == 2
    assert "no CUDA device" in done.stderr


def test_build_writes_and_checks(tmp_path):
    (tmp_path / "reference").mkdir()
    write_source(tmp_path / "reference", SMALL)
    path = tmp_path / "assignments" / "en" / "small.ipynb"
    stale = grader("build", "--check", cwd=tmp_path)
    assert (stale.returncode, path.exists()) == (1, False)
    assert "stale" in stale.stdout
    assert grader("build", cwd=tmp_path).returncode == 0
    assert path.exists()
    assert grader("build", "small", "--check", cwd=tmp_path).returncode == 0
    path.write_text(path.read_text() + " ")
    assert grader("build", "--check", cwd=tmp_path).returncode == 1


def test_build_names_a_faulty_source(tmp_path):
    source = write_source(tmp_path, SMALL.replace("#|   - means", "#|   - meens"))
    done = grader("build", source, cwd=tmp_path)
    assert done.returncode == 2
    assert "meens" in done.stderr
    assert "small.py" in done.stderr
