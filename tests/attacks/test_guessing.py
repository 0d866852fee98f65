"""Answers that are tried one after another: only so many of them are looked at."""

from dataclasses import replace

import pytest

from grader.formats import notebook
from grader.grade import grade
from grader.kernels.kernel import Limits
from grader.model.submission import Submission
from grader.on_other_data import OtherData
from tests.conftest import kernels, notebook_of, reference_of, write_source

GIVEN = "import torch\ntorch.manual_seed(3)\ndata = torch.rand(1000)"
SOURCE = f"""
# %%
{GIVEN}

# %%
#| exercise: guess
#| checks:
#|   - found
found = int((data > 0.9).sum()), bool(data[0] > 0.5)  # SOLUTION

# %%
#| exercise: other
#| checks:
#|   - count
count = len(data)  # SOLUTION
"""


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return reference_of(write_source(tmp_path_factory.mktemp("guess"), SOURCE, "guess"))


def outcomes(reference, cells):
    read = notebook.read(notebook_of(cells))
    submission = Submission(student="mallory", source="x", notebook=read, digest="0" * 64)
    report = grade(
        submission,
        reference,
        factory=kernels(),
        limits=Limits(),
        language="en",
        other=OtherData(prepared=lambda: replace(reference, digest="another"), offset=0),
    ).report
    return {one.exercise: one.outcome for one in report.exercises}


GUESSES = [f"found = {n}, {sign}" for n in range(70, 135) for sign in (True, False)]
OTHER = "#| exercise: other\ncount = len(data)"


def test_the_assignment_can_be_solved(reference):
    right = "#| exercise: guess\nfound = int((data > 0.9).sum()), bool(data[0] > 0.5)"
    assert set(outcomes(reference, [GIVEN, right, OTHER]).values()) == {"right"}


def test_many_guesses_between_copies_of_a_given_cell_earn_nothing(reference):
    number, sign = reference.expected["guess"]["found"].items
    assert f"found = {number.value}, {sign.value}" in GUESSES[1:-1]
    between = [cell for guess in GUESSES for cell in (guess, GIVEN)]
    cells = [GIVEN, "#| exercise: guess\nfound = 0, None", *between, OTHER]
    assert outcomes(reference, cells) == {"guess": "wrong", "other": "right"}


@pytest.mark.parametrize("ruin", ["import os\nos._exit(0)", "del data"])
def test_further_runs_are_no_further_guesses(reference, ruin):
    """The cells out of order, and a kernel that ends, lead to runs that look again."""
    between = [cell for guess in GUESSES for cell in (guess, GIVEN)]
    cells = [GIVEN, OTHER, ruin, "#| exercise: guess\nfound = 0, None", *between, ruin]
    assert outcomes(reference, cells)["guess"] == "wrong"
