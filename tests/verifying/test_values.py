import pytest

from grader.verifying.values import reference_values
from tests.conftest import reference_of, write_source
from tests.test_follow_through import shifted_by

SOURCE = """
# %%
import torch
torch.manual_seed(1)
data = torch.randn(30)

# %%
#| exercise: fit
#| points: 2
#| checks:
#|   - mean
#|   - losses
#|   - title: of them all
#|     run: total = sum(losses)
#|     compare: total
#|   - expr: len(losses)
#|     constant: true
#|   - recompute: (data - mean).sum()
#|     of: data, mean
### BEGIN SOLUTION
mean = data.mean()
losses = [float(one) for one in data]
### END SOLUTION
"""


@pytest.mark.kernel
def test_what_a_check_gives_is_told_on_both_sets_of_data(tmp_path):
    reference = reference_of(write_source(tmp_path, SOURCE, "fit"))
    other = shifted_by(reference, 5).reference
    try:
        mean, losses, total, length, computed = reference_values(reference, other)
    finally:
        reference.close()
        other.close()
    assert mean.shown.startswith("tensor of float32: ")
    assert mean.other.startswith("tensor of float32: ")
    assert mean.other != mean.shown
    assert (losses.shown, losses.other) == ("list of 30 items", "list of 30 items, of others")
    assert total.check == "total (of them all)"
    assert (length.check, length.shown, length.other) == ("len(losses)", "30", "the same")
    assert computed.shown == computed.other == "(from the student's own)"
