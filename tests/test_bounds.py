"""Checks that ask for bounds, from notebooks to what a report says: with real kernels."""

import pytest

from grader.disclosure import disclosed
from tests.conftest import reference_of, write_source
from tests.said import in_words
from tests.test_follow_through import graded, shifted_by
from tests.verifying.bounded import BOUNDED

TRAINED = """#| exercise: fit
from torch.nn import functional as F
torch.manual_seed(99)
net = nn.Linear(2, 2)
optimizer = torch.optim.Adam(net.parameters(), 0.1)
for _ in range(120):
    optimizer.zero_grad()
    F.cross_entropy(net(points), labels).backward()
    optimizer.step()
"""
UNTRAINED = """#| exercise: fit
from torch.nn import functional as F
net = nn.Linear(2, 2)
with torch.no_grad():
    net.weight.copy_(torch.tensor([[1.0, 1.0], [0.0, 0.0]]))
"""


@pytest.fixture(scope="module")
def bounded(tmp_path_factory):
    return reference_of(write_source(tmp_path_factory.mktemp("bounded"), BOUNDED, "bounded"))


def cells(reference, answer):
    given = next(cell.source for cell in reference.assignment.cells if cell.role == "given")
    return [given, answer]


@pytest.mark.kernel
def test_what_was_trained_otherwise_keeps_them_on_other_data_too(bounded):
    report = graded(cells(bounded, TRAINED), bounded, other=shifted_by(bounded, 4))
    assert [one.outcome for one in report.exercises] == ["right"]


@pytest.mark.kernel
def test_an_untrained_net_misses_them_and_reads_its_number_and_the_bound(bounded):
    result = graded(cells(bounded, UNTRAINED), bounded).exercises[0]
    exercise = bounded.assignment.exercises[0]
    hidden, weights, loss = in_words(disclosed(result, exercise), exercise).checks
    assert result.score == 0
    assert hidden.sentences == ("Value: not the expected one.",)
    (of_weights,), (of_loss,) = weights.sentences, loss.sentences
    assert of_weights.startswith("Computed from your `net`: 0.")
    assert of_weights.endswith("; it should be at least 0.9.")
    assert of_loss.startswith("Value: ")
    assert of_loss.endswith("; it should be at most 0.5.")


@pytest.mark.kernel
def test_nan_keeps_no_bound(bounded):
    nan = UNTRAINED.replace("[[1.0, 1.0], [0.0, 0.0]]", "[[float('nan')] * 2] * 2")
    result = graded(cells(bounded, nan), bounded).exercises[0]
    loss = result.checks[2]
    assert loss.outcome == "failed"
    assert loss.mismatches[0].actual.text == "nan"
