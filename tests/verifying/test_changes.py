"""What is verified again is what changed, and what builds on it."""

import pytest

from grader.authoring.source import load
from grader.model.verdict import Finding
from grader.verifying.changes import WHOLE, changed, concerned
from tests.conftest import write_source

SOURCE = """
# %% [markdown]
# # Words

# %%
import torch
torch.manual_seed(0)
data = torch.randn(3)

# %%
#| exercise: one
#| checks:
#|   - x
x = data + 1  # SOLUTION

# %%
#| mistake: one
#| name: two-too-much
#| help: "How much?"
x = data + 2

# %%
#| exercise: two
#| checks:
#|   - y
y = x * 2  # SOLUTION

# %%
#| exercise: three
#| checks:
#|   - z
z = data * 3  # SOLUTION
"""


def of(folder, text=SOURCE):
    folder.mkdir(exist_ok=True)
    return load(write_source(folder, text))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("\n\n# %%\n#| exercise: two", "\n\n\n# %%\n#| exercise: two", set()),
        ("data * 3", "data * 4", {"three"}),
        ("How much?", "By how much?", {"one", "two"}),
        ("data + 1", "1 + data", {"one", "two"}),
        ("#|   - z", "#|   - z\n#| points: 2", {"three"}),
        ("# # Words", "# # More words", WHOLE),
        ("data = torch.randn(3)", "data = torch.randn(4)", WHOLE),
        ("exercise: three", "exercise: third", WHOLE),
    ],
)
def test_what_changed_is_looked_at_again(tmp_path, old, new, expected):
    before, now = of(tmp_path), of(tmp_path, SOURCE.replace(old, new))
    assert changed(before, now) == expected


def test_a_cell_more_moves_others_and_changes_none(tmp_path):
    more = "# %%\n#| alternative: one\n#| name: other\nx = 1 + data\n\n# %%\n#| exercise: two"
    before = of(tmp_path)
    now = of(tmp_path, SOURCE.replace("# %%\n#| exercise: two", more))
    assert changed(before, now) == {"one", "two"}


def test_faults_are_of_the_exercise_whose_cells_they_stand_in(tmp_path):
    made = of(tmp_path)

    def fault(cell, is_fault=True):
        return Finding(fault=is_fault, path=made.path, cell=cell, line=1, problem="", todo="")

    assert concerned(made, []) == set()
    assert concerned(made, [fault(3), fault(4), fault(6, is_fault=False)]) == {"one"}
    assert concerned(made, [fault(3), fault(1)]) is WHOLE
    assert concerned(made, [fault(None)]) is WHOLE
