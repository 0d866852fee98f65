"""The command line as people use it."""

import csv
import json
import os
import shutil
import subprocess
import sys

import jupytext
import nbformat
import pytest

from tests.command_line import grader, grader_alone
from tests.conftest import SMALL, TOP, kernels, notebook_of, write_source
from tests.intake.layouts import zipped


@pytest.mark.parametrize(
    "command", [[], ["grade"], ["build"], ["totals"], ["course", "check"], ["serve"]]
)
def test_help_has_examples_and_does_not_load_torch(command):
    code = (
        "import sys\nfrom grader.cli import main\n"
        f"sys.argv = ['grader', *{command!r}, '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n"
        "    heavy = 'torch', 'nbconvert', 'IPython'\n"
        "    print('\\nloaded:', [name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300
    )
    assert "loaded: []" in done.stdout
    assert "Usage" in done.stdout
    if command:
        assert "Examples" in done.stdout


@pytest.mark.parametrize(
    "module",
    ["grader.cli", "grader.model.result", "grader.intake.align", "grader.intake.receive",
     "grader.reporting.html", "grader.reporting.tables", "grader.errors",
     "grader.engines.choose", "grader.engines.workers", "grader.course.course_file",
     "grader.course.total", "grader.course.attempts"],
)  # fmt: skip
def test_what_need_not_load_torch_does_not(module):
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_version_is_told():
    assert grader_alone("--version").stdout.startswith("tensorgrader ")


def test_grading_from_end_to_end(tmp_path, small_answers):
    source = write_source(tmp_path, SMALL)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "right.ipynb").write_bytes(notebook_of(small_answers()))
    (folder / "page.ipynb").write_text("<html>")
    done = grader_alone("grade", folder, "-a", source, "-o", tmp_path / "out", cwd=tmp_path)
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


def test_a_download_is_graded_as_it_is(tmp_path, small_answers):
    source = write_source(tmp_path, SMALL)
    answer = notebook_of([*small_answers(), "import helper\nassert helper.two == 2"])
    files = {
        "Ann A_101_assignsubmission_file_/hw.ipynb": answer,
        "Ann A_101_assignsubmission_file_/helper.py": b"two = 2",
        "Ann A_101_assignsubmission_file_/torch.py": b"raise SystemExit",
        "Bob B_102_assignsubmission_file_/hw.zip": zipped({"hw.ipynb": answer}),
    }
    (tmp_path / "hw.zip").write_bytes(zipped(files))
    roster = "id;name\n1;A, Ann\n2;Bob B\n3;Cyd C\n"
    (tmp_path / "students.csv").write_text(roster, encoding="utf-8")
    out = tmp_path / "out"
    (tmp_path / "unpacked").mkdir()
    done = grader_alone(
        *("grade", "hw.zip", "-a", source, "-o", out, "--roster", "students.csv", "-j", 2),
        cwd=tmp_path,
        before=f"import tempfile; tempfile.tempdir = {str(tmp_path / 'unpacked')!r}",
    )
    assert done.returncode == 1, done.stderr
    with (out / "grades.csv").open(encoding="utf-8-sig") as file:
        rows = [(row["student"], row["id"], row["score"]) for row in csv.DictReader(file)]
    assert rows == [("A, Ann", "1", "6"), ("Bob B", "2", "6"), ("Cyd C", "3", "")]
    assert "Cyd C: not graded: nothing was handed in" in done.stderr
    assert "hw.zip/Ann A_101" in (out / "results/A, Ann/small/result.json").read_text()
    executed = (out / "results/A, Ann/small/executed.ipynb").read_text()
    assert '"output_type": "error"' not in executed
    assert not list((tmp_path / "unpacked").iterdir())


def test_a_pattern_names_students(tmp_path, small_answers):
    source = write_source(tmp_path, SMALL)
    (tmp_path / "in").mkdir()
    for name in ("hw1-ann-final", "hw1-ann-draft (2)"):
        (tmp_path / "in" / f"{name}.ipynb").write_bytes(notebook_of(small_answers()))
    pattern = r"hw1-(?P<student>[a-z]+)-"
    arguments = ["grade", tmp_path / "in", "-a", source, "-o", tmp_path / "out", "-j", 1]
    done = grader(*arguments, "--student-pattern", pattern, cwd=tmp_path)
    assert "ann (small): 6 of 6" in done.stderr
    assert "counts, the latest of 2 for its assignment; not hw1-ann-final.ipynb" in done.stderr


def test_two_claims_need_review_and_times_are_told(tmp_path, small_answers):
    source = write_source(tmp_path, SMALL)
    answer = notebook_of(small_answers())
    files = {
        "HW 1_ann_attempt_2026-01-09-21-09-00_hw.ipynb": answer,
        "HW 1_bob_attempt_2026-01-10-21-09-00_hw.ipynb": answer,
    }
    (tmp_path / "a.zip").write_bytes(zipped(files))
    other = notebook_of([*small_answers(), "1"])
    (tmp_path / "c.zip").write_bytes(
        zipped({**files, "HW 1_ann_attempt_2026-01-09-21-09-00_hw.ipynb": other})
    )
    done = grader("grade", "a.zip", "c.zip", "-a", source, "-o", "out", "-j", 1, cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8-sig") as file:
        rows = [*csv.DictReader(file)]
    assert [(row["id"], row["outcome"], row["handed_in"]) for row in rows] == [
        ("ann", "needs review", "2026-01-09T21:09:00"),
        ("ann", "needs review", "2026-01-09T21:09:00"),
        ("bob", "graded", "2026-01-10T21:09:00"),
    ]
    assert all("two hand-ins claim id ann" in row["reason"] for row in rows[:2])
    pages = [path.read_text() for path in (tmp_path / "out" / "feedback").rglob("report.html")]
    assert all("handed in 2026-01-" in page for page in pages)
    assert all("claim" not in page for page in pages)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["grade", "assignments/en", "--student-pattern", "("], "no regular expression"),
        (["grade", "assignments/en", "--student-pattern", "x"], "needs a group called student"),
        (["grade", "assignments/en", "--roster", "nothing.csv"], "nothing.csv"),
        (["grade", "assignments/en", "--roster", "README.md"], "has no column id, name"),
        (["grade", "nothing.ipynb"], "nothing.ipynb does not exist"),
        (["grade", ".", "-a", "no_such"], "neither a file nor a name from reference/"),
        (["grade", "assignments/en", "--device", "tpu"], "--device tpu is no device"),
        (["grade", "assignments/en", "--device", "cuda:0,"], "cuda:0,1 or auto"),
        (["grade", "assignments/en", "--gpu-slots", "2"], "--gpu-slots is for cards"),
        (["grade", "assignments/en", "--device", "auto", "--gpu-slots", "0"], "--gpu-slots"),
        (["verify", "--device", "cuda:1:2"], "--device cuda:1:2 is no device"),
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
    for device in ("cuda", "cuda:0", "cuda:0,1"):
        done = grader("grade", "assignments/en", "--device", device)
        assert done.returncode == 2
        assert "no CUDA device" in done.stderr


def test_build_writes_and_checks(tmp_path):
    (tmp_path / "reference").mkdir()
    write_source(tmp_path / "reference", SMALL)
    path = tmp_path / "assignments" / "en" / "small.ipynb"
    stale = grader_alone("build", "--check", cwd=tmp_path)
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


def test_the_doctor_names_each_measure():
    done = grader_alone("doctor")
    assert "torch" in done.stdout
    assert "isolation" in done.stdout
    if "isolation  full" in done.stdout:
        assert done.returncode == 0
        assert "\n  no " not in done.stdout
    assert "system call filter" in done.stdout
    if os.geteuid() == 0:
        assert "users      one for each kernel\n" in done.stdout


def test_a_cold_kernel_is_isolated_too(tmp_path, small_answers):
    if kernels().isolation.level != "full":
        pytest.skip("isolation is not full here")
    source = write_source(tmp_path, SMALL)
    (tmp_path / "ann.ipynb").write_bytes(notebook_of(small_answers()))
    arguments = ["grade", tmp_path / "ann.ipynb", "-a", source, "-o", tmp_path / "out"]
    told = ["--kernel", "cold", "--isolation", "full", "--other-data", "off"]
    done = grader(*arguments, *told)
    assert done.returncode == 0, done.stderr
    assert "isolation" not in done.stderr
    assert "ann (small): 6 of 6" in done.stderr


BARE = """
from grader.kernels import cold
from grader.kernels.kernel import KernelFactory
from grader.kernels.sandbox import NOTHING
cold.cold = lambda device: KernelFactory(name="cold", isolation=NOTHING, start=cold.ColdKernel)
"""


def test_no_isolation_is_said_or_refused(tmp_path, small_answers):
    source = write_source(tmp_path, SMALL)
    (tmp_path / "ann.ipynb").write_bytes(notebook_of(small_answers()))
    arguments = ["grade", tmp_path / "ann.ipynb", "-a", source, "-o", tmp_path / "out"]
    arguments += ["--kernel", "cold", "--jobs", 1, "--other-data", "off"]
    done = grader_alone(*arguments, before=BARE)
    assert done.returncode == 0, done.stderr
    assert "WARNING: isolation is none" in done.stderr
    assert "ann (small): 6 of 6" in done.stderr
    refused = grader_alone(*arguments, "--again", "--isolation", "full", before=BARE)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    assert "--isolation full was asked for" in refused.stderr


LOST = """
from grader.engines.engine import Engine
from grader.errors import KernelFailed
def grade(self, handins):
    yield next(kept(self, handins))
    raise KernelFailed("no worker starts any more")
kept, Engine.grade = Engine.grade, grade
"""


def test_a_batch_that_cannot_go_on_says_how_far_it_came(tmp_path, small_answers):
    source = write_source(tmp_path, SMALL)
    (tmp_path / "in").mkdir()
    for name in ("ann", "bob"):
        (tmp_path / "in" / f"{name}.ipynb").write_bytes(notebook_of(small_answers()))
    out = tmp_path / "out"
    done = grader_alone("grade", tmp_path / "in", "-a", source, "-o", out, "-j", 2, before=LOST)
    assert done.returncode == 3
    assert "stopped: 1 of 2 are kept" in done.stderr
    assert "no worker starts any more" in done.stderr
    assert "Traceback" not in done.stderr
    assert (out / "grades.csv").exists()


def scores(folder):
    with (folder / "grades.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return {row["student"]: {**row, "duration_s": None} for row in rows}


def test_the_examples_get_the_same_marks_warm_and_cold_and_in_any_number_of_jobs(tmp_path):
    examples = tmp_path / "in"
    shutil.copytree(TOP / "examples" / "submissions", examples)
    (examples / "endless_loop.ipynb").unlink()  # its time is spent in other tests
    some = sorted(examples.iterdir())[::2]
    for name, paths, *options in (
        ("warm", some, "--kernel", "warm", "--jobs", "2"),
        ("cold", some[2:3], "--kernel", "cold", "--jobs", "1"),  # each takes half a minute
    ):
        done = grader("grade", *paths, "-o", tmp_path / name, *options)
        assert done.returncode == 0, done.stderr
    warm, cold = scores(tmp_path / "warm"), scores(tmp_path / "cold")
    assert (len(warm), len(cold)) == (6, 1)
    assert cold.items() <= warm.items()


def test_a_module_that_is_lacking_is_told_to_the_staff(tmp_path, small_answers):
    source = write_source(tmp_path, SMALL)
    folder = tmp_path / "in"
    folder.mkdir()
    lacking = small_answers(total="#| exercise: total\nimport no_such\ntotal = data.sum()")
    for name in ("ann", "bob"):
        (folder / f"{name}.ipynb").write_bytes(notebook_of(lacking))
    done = grader("grade", folder, "-a", source, "-o", tmp_path / "out", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "grader: 2 hand-ins import no_such, which is not installed here" in done.stderr
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [(row["score"], row["means"], row["total"]) for row in rows] == [("", "2", "")] * 2
    page = (tmp_path / "out" / "feedback" / "ann" / "small" / "report.html").read_text()
    assert "could not be run here" in page
    assert "– of 1" in page


def test_texts_links_and_scripts_are_handed_in(tmp_path, small_answers):
    """What is a notebook in another form has its marks; what is none is named."""
    right = nbformat.reads(notebook_of(small_answers()), 4)
    source, folder = write_source(tmp_path, SMALL), tmp_path / "in"
    link = "https://colab.research.google.com/drive/1"
    files = {
        "ann/hw.py": jupytext.writes(right, "py:percent"),
        "ann/helpers.py": "# %%\nraise SystemExit\n",
        "bob/hw.md": jupytext.writes(right, "md:myst"),
        "cyd.url": f"[InternetShortcut]\nURL={link}\n",
        "dan/main.py": "open('run by reading', 'w')\n",
        "dan/data.csv": "1\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    listed = tmp_path / "students.csv"
    listed.write_text(
        "Student,ID,SIS Login ID,Section,HW (1)\n    Points Possible,,,,5\n"
        '"A, Ann",1,ann,x,\n"B, Bob",2,bob,x,\n"C, Cyd",3,cyd,x,\n"D, Dan",4,dan,x,\n'
        '"Student, Test",9,zz,x,\n',
        encoding="utf-16",
    )
    done = grader("grade", folder, "-a", source, "-o", "out", "--roster", listed, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert {name: (row["id"], row["score"]) for name, row in rows.items()} == {
        "A, Ann": ("1", "6"),
        "B, Bob": ("2", "6"),
        "C, Cyd": ("3", ""),
        "D, Dan": ("4", ""),
    }
    assert rows["C, Cyd"]["reason"].startswith(f"the file is a link to Google Colab ({link})")
    assert "a Python script, not a notebook; copy its code" in rows["D, Dan"]["reason"]
    assert not (tmp_path / "run by reading").exists()
