"""What given code defines for what the grader computes itself."""

from grader.authoring.source import load
from tests.conftest import write_source

SOURCE = """
# %%
import torch

def half(x):
    return x / 2

# %% [markdown]
# #| exercise: why
# #| manual: true
# Because it is so, (and not otherwise.

# %%
#| exercise: one
#| checks:
#|   - recompute: half(a).sum()
#|     of: a
a = torch.ones(3)  # SOLUTION
"""


def test_a_text_for_a_person_above_is_no_code(tmp_path):
    (check,) = load(write_source(tmp_path, SOURCE)).exercise("one").checks
    assert "def half(x)" in check.tools
    assert "Because" not in check.tools
