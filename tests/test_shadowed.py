"""Checks whose own words a student has bound to something else."""

import pytest

from grader.authoring.source import load
from grader.formats import notebook
from grader.grade import grade
from grader.kernels.kernel import Limits
from grader.model.submission import Submission
from tests.conftest import kernels, notebook_of, reference_of, write_source

SOURCE = """
# %%
import torch
row = torch.arange(6.0)
def sum(values):
    return 7

# %%
#| exercise: halves
#| checks:
#|   - halves(row)
#|   - expr: "[list(part.shape) for part in halves(other)] + [sum(other), max(3, 4)]"
#|     hidden: true
#|     constant: true
#|     given: |
#|       other = torch.rand(10)
#|       max = 5
#|   - expr: halves(row[:3])
#|     raises: ValueError
#|     valid: len(halves(row))
#|   - expr: "(lambda: sorted(tuple(halves(row)[0].tolist())))()"
def halves(row):
    ### BEGIN SOLUTION
    if row.shape[0] % 2:
        raise ValueError
    return row.chunk(2)
    ### END SOLUTION
"""
# `max` is data of the check's own, and no function there.
SOURCE = SOURCE.replace("max(3, 4)", "max + 1")


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return reference_of(write_source(tmp_path_factory.mktemp("shadow"), SOURCE, "shadow"))


RIGHT = """#| exercise: halves
def halves(row):
    if row.shape[0] % 2:
        raise ValueError
    return row.chunk(2)"""


def outcome(reference, *cells):
    given = "import torch\nrow = torch.arange(6.0)\ndef sum(values):\n    return 7"
    read = notebook.read(notebook_of([given, *cells]))
    submission = Submission(student="s", source="x", notebook=read, digest="0" * 64)
    report = grade(submission, reference, factory=kernels(), limits=Limits(), language="en").report
    return report.exercises[0]


def test_a_check_knows_which_of_its_names_are_python_s_own(tmp_path):
    (exercise,) = load(write_source(tmp_path, SOURCE)).exercises
    assert set(exercise.builtins) == {"list", "max", "len", "sorted", "tuple"}


@pytest.mark.parametrize(
    "mine",
    [
        "list = [3, 1]",
        "len = tuple = sorted = max = 3",
        "import builtins\nbuiltins.sorted = builtins.len = builtins.list = lambda *a: 0",
        "del __builtins__",
    ],
)
def test_a_name_that_hides_python_s_own_breaks_no_check(reference, mine):
    result = outcome(reference, mine, RIGHT)
    assert result.outcome == "right", result
