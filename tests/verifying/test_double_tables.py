"""A table of a tensor's numbers is as wide as the tensor, and in double precision that is wider."""

import pytest

from tests.verifying.sound import verdict_of

pytest.importorskip("pandas", reason="the source makes a table of pandas")
pytestmark = pytest.mark.kernel

SOURCE = """
# %%
import pandas as pd
import torch

torch.manual_seed(0)
x = torch.randn(6, 4)

# %%
#| exercise: table
#| checks:
#|   - table
table = pd.DataFrame({"a": x.softmax(0)[:, 0].numpy()})  # SOLUTION
"""


def test_rounding_alone_is_no_other_form(tmp_path):
    assert not any(one.fault for one in verdict_of(tmp_path, SOURCE).findings)
