"""A list whose number of items students choose costs marks where a number is computed from it."""

import pytest

from grader.authoring.source import load
from grader.verifying.lengths import verify_lengths
from grader.verifying.subject import open_subject
from tests.conftest import kernels, write_source
from tests.verifying.sound import pointed_at

SOURCE = """
# %%
import torch
torch.manual_seed(1)
data = torch.randn(30)

# %%
#| exercise: fit
#| draws: true
#| checks:
#|   - title: the last loss is small
#|     recompute: losses[-1] + 0 * len(sizes)
#|     of: losses, sizes
#|     at_most: 0.5
#|   - recompute: sum(sizes)
#|     of: sizes
#|   - recompute: data.mean() - guess
#|     of: guess
#|   - recompute: losses[7]
#|     of: losses
#|     at_most: 1
#|     title: the eighth of eight
### BEGIN SOLUTION
guess, losses, sizes = torch.tensor(0.0), [], []
for step in range(8):
    guess = guess + 0.5 * (data.mean() - guess)
    losses.append(((data.mean() - guess) ** 2).item())
    sizes.append(step)
### END SOLUTION
"""


@pytest.mark.kernel
def test_a_length_that_alone_refuses_an_answer_is_noted(tmp_path):
    subject = open_subject(load(write_source(tmp_path, SOURCE, "fit")), kernels(), "cpu")
    try:
        verify_lengths(subject)
    finally:
        subject.close()
    (note,) = subject.findings.found
    assert not note.fault
    assert "with fewer or more items in `losses` and `sizes`, too" in note.problem
    assert "another number than 8 and 8 is refused" in note.problem
    assert pointed_at(note).startswith("#|     recompute: losses[-1]")
