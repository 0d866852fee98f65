"""A bound has to be missed by what takes no thought, and kept by the reference with room."""

import pytest

from grader.authoring.source import load
from grader.verifying.bounds import verify_bounds
from grader.verifying.subject import open_subject
from tests.conftest import kernels, write_source
from tests.verifying.bounded import BOUNDED
from tests.verifying.sound import faults, pointed_at, verdict_of

TYPED_IN = """
# %%
import torch

torch.manual_seed(0)
points = torch.randn(50)

# %%
#| exercise: share
#| checks:
#|   - expr: share
#|     at_least: 0.3
#|   - expr: measure(points)
#|     at_most: 0.9
### BEGIN SOLUTION
def measure(x):
    return (x > 0).double().mean().item()


share = measure(points)
### END SOLUTION
"""


def spoilt(changes):
    text = BOUNDED
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.mark.kernel
def test_bounds_that_only_a_trained_net_keeps_are_sound(tmp_path):
    verdict = verdict_of(tmp_path, BOUNDED)
    assert verdict.findings == []
    assert verdict.rows[0].weak == 0


@pytest.mark.kernel
def test_a_bound_that_an_untrained_net_keeps_is_a_gift(tmp_path):
    verdict = verdict_of(tmp_path, spoilt({"at_most: 0.5": "at_most: 0.8"}))
    found = next(one for one in verdict.findings if one.fault)
    assert "`loss.item()` is a gift: its bound is kept by" in found.problem
    assert "zeros for `net`" in found.problem
    assert pointed_at(found).startswith("#|     run: |\n")
    kept = [one.problem for one in verdict.findings if not one.fault]
    assert kept == ["fit: `loss.item()`: its bound is kept by the known mistakes `one-step`"]


@pytest.mark.kernel
def test_a_bound_on_a_number_of_the_students_own_is_a_gift(tmp_path):
    first, second = faults(verdict_of(tmp_path, TYPED_IN))[:2]
    assert "`share` is a gift" in first
    assert "the bound itself for `share`" in first
    assert "`measure(points)` is a gift" in second
    assert "zeros for `measure`" in second


@pytest.mark.kernel
def test_a_bound_without_room_says_which_would_have_some(tmp_path):
    verdict = verdict_of(tmp_path, spoilt({"at_most: 0.5": "at_most: 0.136"}))
    (problem,) = faults(verdict)
    assert "`loss.item()`: the reference" in problem
    assert "14 runs, with other draws and on other data" in problem
    assert "ask for less, as `at_most: 0." in next(
        one.todo for one in verdict.findings if one.fault
    )


# The net is read by a given function, and the setting beside it decides on nothing.
BY_WAY_OF = """
# %%
import torch
from torch import nn

torch.manual_seed(0)
points = torch.randn(60, 2)
labels = (points[:, 0] > 0).long()


def accuracy(size):
    with torch.no_grad():
        found = [net(part).argmax(dim=1) for part in points.split(size)]
    return (torch.cat(found) == labels).double().mean().item()

# %%
#| exercise: fit
#| draws: true
#| checks:
#|   - expr: accuracy(size)
#|     at_least: BOUND
### BEGIN SOLUTION
size = 16
net = nn.Linear(2, 2)
with torch.no_grad():
    net.weight.copy_(torch.tensor([[-1.0, 0.0], [1.0, 0.0]]))
    net.bias.zero_()
### END SOLUTION
"""


@pytest.mark.kernel
def test_what_given_functions_read_is_put_in_its_place_and_a_setting_is_no_answer(tmp_path):
    assert faults(verdict_of(tmp_path, BY_WAY_OF.replace("BOUND", "0.9"))) == []
    first = faults(verdict_of(tmp_path, BY_WAY_OF.replace("BOUND", "0.2")))[0]
    assert "zeros for `net`" in first
    assert "`size`" not in first


ENDLESS = """
# %%
import torch

# %%
#| exercise: step
#| limit: 1
#| draws: true
#| checks:
#|   - title: the way that three steps go
#|     run: |
#|       state = [0, torch.rand(())]
#|       while state[0] < 3:
#|           step(state)
#|     compare: state[1]
#|     at_least: 2.5
#|     hidden: true
#| blank: "    state[0] += 1"
def step(state):
    ### BEGIN SOLUTION
    state[0] += 1
    state[1] += 1
    ### END SOLUTION
"""


@pytest.mark.kernel
def test_trivial_answers_that_never_end_keep_no_bound(tmp_path):
    assert faults(verdict_of(tmp_path, ENDLESS)) == []


COUNTED = """
# %%
import torch

torch.manual_seed(0)

# %%
#| exercise: walk
#| draws: true
#| checks:
#|   - expr: len(steps)
#|     at_most: 40
#|   - expr: len(steps[:3])
#|     at_least: 3
### BEGIN SOLUTION
steps = [one.item() for one in torch.rand(40)]
### END SOLUTION
"""


@pytest.mark.kernel
def test_a_whole_number_needs_no_room(tmp_path):
    subject = open_subject(load(write_source(tmp_path, COUNTED, "walk")), kernels(), "cpu")
    try:
        verify_bounds(subject)
    finally:
        subject.close()
    kept = ["`len(steps) <= 40`, with `constant: true`", "`3 <= len(steps[:3])`, with"]
    found = [one.todo for one in subject.findings.found]
    assert all(part in todo for part, todo in zip(kept, found, strict=True))
