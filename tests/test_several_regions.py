"""A cell with several solutions, and given code that needs an answer, from source to marks."""

import json

import nbformat
import pytest

from tests.command_line import grader
from tests.conftest import write_source

# A class with two solutions and given text between them; then given code that reads what it gives.
SCALER = """
# ---
# jupyter:
#   tensorgrader:
#     title: Scaling
#     languages: [en]
# ---

# %%
import torch
from torch import nn

torch.manual_seed(2)
data = 3 * torch.randn(8, 3) + 1

# %%
#| exercise: scaler
#| title: A scaler
#| points: 2
#| blank:
#|   __init__: |
#|     self.mean = ...
#|     self.std = ...
#| checks:
#|   - expr: Scaler(data).std
#|     title: The standard deviations
#|   - scaled
#|   - expr: Scaler(other)(more)
#|     title: Other data
#|     hidden: true
#|     given: |
#|       other, more = torch.randn(7, 3), torch.randn(4, 3)
class Scaler(nn.Module):
    def __init__(self, table):
        super().__init__()
        ### BEGIN SOLUTION __init__
        self.mean = table.mean(dim=0)
        self.std = table.std(dim=0)
        ### END SOLUTION

    def forward(self, table):
        table = table.to(torch.float32)
        ### BEGIN SOLUTION forward
        return (table - self.mean) / self.std
        ### END SOLUTION


scaled = Scaler(data)(data)

# %%
#| mistake: scaler
#| name: only-moved
#| region: forward
#| help: "How wide is each column of your result?"
return table - self.mean

# %%
#| mistake: scaler
#| name: over-all
#| help: "How many means has a table?"
class Scaler(nn.Module):
    def __init__(self, table):
        super().__init__()
        self.mean, self.std = table.mean() * torch.ones(3), table.std() * torch.ones(3)

# %%
#| alternative: scaler
#| name: by-hand
class Scaler(nn.Module):
    def __init__(self, table):
        super().__init__()
        self.mean = table.sum(dim=0) / len(table)
        self.std = ((table - self.mean) ** 2).sum(dim=0).div(len(table) - 1).sqrt()

    def forward(self, table):
        return table.sub(self.mean).div(self.std)

# %%
#| needs_answer: true
largest = scaled.abs().max(dim=0).values
largest.shape

# %%
#| exercise: doubled
#| title: Twice the largest
#| checks:
#|   - doubled
#|   - total
doubled = 2 * largest  # SOLUTION
weights = torch.arange(3.0)
total = doubled @ weights  # SOLUTION

# %%
#| mistake: doubled
#| name: squared
#| help: "What is twice of 3?"
doubled = largest**2
"""
GUARDED = """\
try:
    largest = scaled.abs().max(dim=0).values
    _shown = largest.shape
except Exception as error:
    _shown = print(f"– this cell needs the answers above it ({type(error).__name__}: {error})")
_shown"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A folder with the source and what was built of it."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "reference").mkdir()
    write_source(folder / "reference", SCALER, "scaling")
    done = grader("build", "scaling", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def sources(notebook):
    return {cell.id: cell.source for cell in notebook.cells}


def handed_in(course, changes):
    """Return the released notebook with these texts, which stand in it once, replaced."""
    path = course / "assignments" / "en" / "scaling.ipynb"
    made = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    for cell in made.cells:
        for old, new in changes.items():
            if cell.source.count(old) == 1:
                cell.source = cell.source.replace(old, new)
    return made


IN_INIT = {
    "self.mean = ...": "self.mean = table.mean(0)",
    "self.std = ...": "self.std = table.std(0)",
}
FORWARD = "        # YOUR CODE HERE\n        ..."
IN_FORWARD = {FORWARD: "        centred = table - self.mean\n        return centred / self.std"}
DOUBLED = {
    "doubled = ...  # YOUR CODE HERE": "doubled = largest + largest",
    "total = ...  # YOUR CODE HERE": "total = (weights * doubled).sum()",
}
RIGHT = {**IN_INIT, **IN_FORWARD, **DOUBLED}


def test_the_notebook_has_two_blanks_and_what_is_given_between_them(course):
    cells = sources(handed_in(course, {}))
    assert cells["exercise-scaler"] == (
        "#| exercise: scaler\n"
        "class Scaler(nn.Module):\n"
        "    def __init__(self, table):\n"
        "        super().__init__()\n"
        "        self.mean = ...\n"
        "        self.std = ...\n\n"
        "    def forward(self, table):\n"
        "        table = table.to(torch.float32)\n"
        f"{FORWARD}\n\n\n"
        "scaled = Scaler(data)(data)"
    )
    assert cells["given-3"] == GUARDED


@pytest.mark.kernel
def test_it_is_sound(course):
    done = grader("verify", "scaling", cwd=course)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "scaling: sound" in done.stdout
    assert "fault" not in done.stdout


LEAKING = (
    SCALER.replace("#| checks:", "#|   forward: self.std = table.std(dim=0)\n#| checks:", 1)
    .replace(
        "# %%\nimport", "# %% [markdown]\n# `return (table - self.mean) / self.std`\n\n# %%\nimport"
    )
    .replace("#| needs_answer: true\n", "")
    .lstrip("\n")
)


@pytest.mark.kernel
def test_what_leaks_from_one_region_into_another_is_told(course):
    path = write_source(course / "reference", LEAKING, "leaking")
    done = grader("verify", "leaking", cwd=course)
    path.unlink()
    assert done.returncode == 1
    leaks = "a line of the solution of scaler stands in what students get: "
    fails = "the released notebook (en) does not run to its end: AttributeError: 'NoneType' object"
    faults = [line for line in done.stdout.split("\n") if line.strip().startswith("fault")]
    for at, problem in {
        "# `return": f"{leaks}`return (table - self.mean) / self.std`",
        "#|   forward: ": f"{leaks}`self.std = table.std(dim=0)`",
        "largest = scaled.abs()": fails,
    }.items():
        line = LEAKING.split(at)[0].count("\n") + 1
        (fault,) = (one for one in faults if f"leaking.py:{line}, " in one and problem in one)
        if problem == fails:
            assert "or say `needs_answer: true` in its header, and it is released in a g" in fault
    assert not any("a line of a mistake" in fault for fault in faults)


@pytest.mark.kernel
def test_right_mistaken_and_blank_notebooks_get_their_marks(course, tmp_path):
    only_moved = {FORWARD: "        return table - self.mean"}
    over_all = {
        "self.mean = ...": "self.mean = table.mean() + torch.zeros(3)",
        "self.std = ...": "self.std = table.std() + torch.zeros(3)",
    }
    made = {
        "right": RIGHT,
        "moved": {**RIGHT, **only_moved},
        "all": {**RIGHT, **over_all},
        "half": {**IN_INIT, **DOUBLED},
        "blank": {},
    }
    for student, changes in made.items():
        (tmp_path / "in" / student).mkdir(parents=True)
        text = nbformat.writes(handed_in(course, changes))
        (tmp_path / "in" / student / "scaling.ipynb").write_text(text, encoding="utf-8")
    done = grader("grade", tmp_path / "in", "-o", tmp_path / "out", "-a", "scaling", cwd=course)
    assert done.returncode == 0, done.stdout + done.stderr
    results = {
        student: json.loads(
            (tmp_path / "out" / "results" / student / "scaling" / "result.json").read_text()
        )
        for student in made
    }
    told = {
        student: [(one["outcome"], round(one["score"], 2)) for one in result["exercises"]]
        for student, result in results.items()
    }
    partly, followed = ("partly right", 0.67), ("right by follow-through", 1)
    assert told == {
        "right": [("right", 2), ("right", 1)],
        "moved": [partly, followed],
        "all": [("wrong", 0), followed],
        "half": [partly, ("wrong", 0)],
        "blank": [("blank", 0), ("blank", 0)],
    }
    named = {
        student: results[student]["exercises"][0]["diagnoses"][0]["mistake"]
        for student in ("moved", "all")
    }
    assert named == {"moved": "only-moved", "all": "over-all"}
    (why,) = results["half"]["exercises"][1]["diagnoses"]
    assert "it uses `largest` of an earlier exercise, which is not right yet" in why["text"]
    page = (tmp_path / "out" / "results" / "blank" / "scaling" / "executed.ipynb").read_text()
    shown = sources(nbformat.reads(page, as_version=4))
    assert shown["given-3"] == GUARDED
    assert "this cell needs the answers above it (AttributeError: " in page
