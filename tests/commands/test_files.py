"""An assignment that comes with files, from its source to marks."""

import json
import zipfile

import pytest

from tests.command_line import grader
from tests.conftest import notebook_of, write_source

pytestmark = pytest.mark.kernel

SOURCE = """
# ---
# jupyter:
#   tensorgrader:
#     name: table
#     files: [data/table.csv, helpers.py]
# ---

# %%
import torch
from helpers import double

with open("data/table.csv") as file:
    rows = [[float(number) for number in line.split(",")] for line in file]

# %%
#| exercise: sums
#| points: 2
#| checks:
#|   - expr: sums
#|     constant: true
#|   - expr: sums_of(table)
#|     hidden: true
#|     given: table = torch.rand(3, 4)
### BEGIN SOLUTION
def sums_of(table):
    return double(table.sum(dim=1))

sums = sums_of(torch.tensor(rows))
### END SOLUTION

# %%
#| mistake: sums
#| name: not-doubled
#| help: "What should happen to each sum?"
def sums_of(table):
    return table.sum(dim=1)

sums = sums_of(torch.tensor(rows))
"""
GIVEN = (
    "import torch\nfrom helpers import double\n\n"
    + SOURCE.split("import double\n\n")[1].split("\n\n# %%")[0]
)
ANSWER = """#| exercise: sums
def sums_of(table):
    return double(table.sum(dim=1))

sums = sums_of(torch.tensor(rows))"""


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "reference"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "table.csv").write_text("1,2,3\n4,5,6\n", encoding="utf-8")
    (folder / "helpers.py").write_text("def double(x):\n    return 2 * x\n", encoding="utf-8")
    write_source(folder, SOURCE, "table")
    return tmp_path


def test_it_is_verified_built_checked_and_graded_with_them(course):
    done = grader("verify", cwd=course)
    assert done.returncode == 0, done.stdout
    done = grader("build", cwd=course)
    assert done.returncode == 0, done.stdout + done.stderr
    released = course / "assignments" / "en"
    names = {"table.ipynb", "table.check.json", "data/table.csv", "helpers.py"}
    with zipfile.ZipFile(released / "table.zip") as packed:
        assert {*packed.namelist()} == names
    for name in names - {"table.ipynb", "table.check.json"}:
        assert (released / name).read_bytes() == (course / "reference" / name).read_bytes()
    assert grader("build", "--check", cwd=course).returncode == 0
    (released / "helpers.py").write_text("", encoding="utf-8")
    done = grader("build", "--check", cwd=course)
    assert done.returncode == 1
    assert "helpers.py: stale" in done.stdout


@pytest.fixture
def handed_in(course):
    folder = course / "in" / "ann"
    (folder / "helpers").mkdir(parents=True)
    (folder / "table.ipynb").write_bytes(notebook_of([GIVEN, ANSWER]))
    for name in ("helpers.py", "helpers/__init__.py"):
        (folder / name).write_text("def double(x):\n    return 3 * x\n", encoding="utf-8")
    return folder


def test_a_students_own_stand_in_place_of_none_of_them(course, handed_in):
    done = grader("grade", "in", "-o", "out", "--lang", "en", cwd=course)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads((course / "out/results/ann/table/result.json").read_text("utf-8"))
    assert result["score"] == 2
    (note,) = [note for note in result["notes"] if "helpers" in note]
    assert note.startswith("helpers.py, helpers/__init__.py: what comes with the assignment stands")


def test_before_handing_in_it_is_said_that_they_are_missing(course, handed_in):
    assert grader("build", cwd=course).returncode == 0
    (handed_in / "table.check.json").write_bytes(
        (course / "assignments/en/table.check.json").read_bytes()
    )
    done = grader("check", "table.ipynb", "--json", cwd=handed_in)
    found = json.loads(done.stdout)
    assert found["missing_files"] == ["data/table.csv"]
    done = grader("check", "table.ipynb", cwd=handed_in)
    assert "data/table.csv comes with the assignment and does not lie beside" in done.stdout


def test_two_assignments_with_different_files_of_one_name_are_refused(course):
    other = course / "elsewhere"
    other.mkdir()
    write_source(other, SOURCE.replace("name: table", "name: other"), "other")
    for name in ("data/table.csv", "helpers.py"):
        (other / name).parent.mkdir(exist_ok=True)
        (other / name).write_bytes((course / "reference" / name).read_bytes())
    both = ("build", "reference/table.py", "elsewhere/other.py")
    assert grader(*both, cwd=course).returncode == 0
    (other / "data" / "table.csv").write_text("7,8,9\n", encoding="utf-8")
    done = grader(*both, cwd=course)
    assert done.returncode == 2
    assert "table and other come with different files data/table.csv" in done.stderr
