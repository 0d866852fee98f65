"""All faults of a source are told at once, each with its line; none that follows from another."""

import pytest

from tests.command_line import grader
from tests.conftest import write_source

HEADERS = """
# ---
# jupyter:
#   tensorgrader:
#     titel: Many  <1>
#     langages: [de]  <2>
# ---

# %% [markdown]
# ## {gone}  <3>
#
# ## {one}

# %%
x = (1  # <4>

# %%
#| exercise: one
#| points: -1  <5>
#| tilte: One  <6>
#| checks:
#|   - expr: y +  <7>
#|   - expr: z
#|     hiden: true  <8>
y = 1  # SOLUTION

# %%
#| mistake: one
#| name: no-fault-of-its-own
#| help: "h"
y = 2

# %%
#| exercise: two
#| builds_on: [one]
#| checks:
#|   - a
a = y  # SOLUTION

# %%
#| alternative: three  <9>
#| name: m
a = 3
"""
SOLUTIONS = """
# ---
# jupyter:
#   tensorgrader:
#     title: Many
# ---

# %%
import torch

torch.manual_seed(0)
data = torch.randn(4)

# %%
#| exercise: one
#| checks:
#|   - y
#|   - f(data)  <1>
y = data.mean()  # SOLUTION


def f(x):
    ### BEGIN SOLUTION
    z = x + 1
    return z / torch.ones(7)
    ### END SOLUTION


# %%
#| exercise: two
#| checks:
#|   - a
b = 3  # SOLUTION
a = y + undefined  # SOLUTION <2>

# %%
#| exercise: follows
#| checks:
#|   - d
d = a + 1  # SOLUTION

# %%
#| exercise: four
#| checks:
#|   - e
#|   - missing  <3>
e = 1  # SOLUTION

# %%
w = data / torch.ones(9)  # <4>
"""


def told(folder, text):
    """Verify a source; returns the lines that are blamed and those that are marked."""
    marked = [n for n, line in enumerate(text.strip("\n").split("\n"), 1) if "<" in line]
    plain = "\n".join(line.partition("  <")[0].partition(" <")[0] for line in text.split("\n"))
    path = write_source(folder, plain.replace("  # <4>", ""))
    done = grader("verify", path)
    assert done.returncode == 1
    faults = [line for line in done.stdout.split("\n") if line.startswith("  fault  ")]
    lines = [int(line.partition(".py:")[2].partition(",")[0].partition(":")[0]) for line in faults]
    return lines, marked, "\n".join(faults)


def test_faults_of_all_headers_are_told(tmp_path):
    lines, marked, text = told(tmp_path, HEADERS)
    assert lines == marked
    for words in ("`titel` in the front", "`{gone}`", "was never closed", "`tilte`: no such key"):
        assert words in text
    assert "exercise `three`" in text
    assert "exercise `one`" not in text


@pytest.mark.kernel
def test_all_failing_solutions_are_told_with_their_lines(tmp_path):
    lines, marked, text = told(tmp_path, SOLUTIONS)
    assert lines == marked
    assert "follows" not in text
    assert "two: the reference itself fails: NameError: name 'undefined' is not defined" in text
    assert "given-6: the reference itself fails: RuntimeError" in text
