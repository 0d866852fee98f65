"""What an author may not have meant is a note, with its line; making layers is no fault."""

import pytest

from tests.command_line import grader
from tests.conftest import write_source

SOURCE = """
# ---
# jupyter:
#   tensorgrader:
#     title: Noten
#     languages: [de]
# ---

# %% [markdown]
# # Noten

# %%
import numpy as np
import torch
from torch import nn

torch.set_default_dtype(torch.float32)

# %%
data = torch.randn(4, 3)
rng = np.random.default_rng()

# %%
#| exercise: net
#| checks:
#|   - expr: "[tuple(p.shape) for p in net.parameters()]"
#|     title: Parameters
#|     constant: true
#|   - expr: isinstance(net, nn.ReLU)
#|     constant: true
#|   - expr: print(net)
#|     constant: true
net = nn.Linear(3, 2)  # SOLUTION

# %%
#| exercise: out
#| checks:
#|   - y
y = data.sum()  # SOLUTION

# %%
#| needs_answer: true
b = net(data).sum()
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What is told of the source, and what where a check hangs on the weights of the layer."""

    def of(text):
        folder = tmp_path_factory.mktemp("notes")
        return grader("verify", "--jobs=1", write_source(folder, text)).stdout

    return of(SOURCE), of(SOURCE.replace("y = data.sum()", "y = net(data).sum()"))


def line_of(text):
    lines = SOURCE.strip("\n").split("\n")
    return next(number for number, line in enumerate(lines, start=1) if text in line)


@pytest.mark.kernel
@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("isinstance(", "net: `isinstance(net, nn.ReLU)` is False in the reference"),
        ("print(net)", "net: `print(net)` is None in the reference"),
        ("default_rng()", "`np.random.default_rng()` has no seed"),
        ("data = torch.randn", "draws random numbers, and nothing has seeded torch"),
    ],
)
def test_what_may_not_be_meant_is_a_note(told, place, words):
    (line,) = [one for one in told[0].split("\n") if words in one]
    assert line.startswith("  note ")
    number = int(line.partition(".py:")[2].partition(",")[0])
    assert number in (line_of(place), line_of(place) - 1)  # or of the mark of its cell


@pytest.mark.kernel
def test_a_language_without_a_catalogue_is_named(told):
    assert "there is no catalogue for `de`" in told[0]


@pytest.mark.kernel
def test_layers_may_be_made_where_no_check_hangs_on_their_weights(told):
    sound, hanging = told
    assert "its solution draws" not in sound
    assert "net: its solution draws random numbers in its cell, and `out` hangs on them" in hanging
