"""What cannot be enforced of what is forbidden, or is allowed under another name, is said."""

from types import SimpleNamespace

import pytest

from grader.authoring.source import load
from grader.verifying.findings import Findings
from grader.verifying.forbidden import verify_forbidden
from grader.verifying.subject import open_subject
from grader.verifying.variants import verify_variants
from tests.conftest import kernels, write_source
from tests.verifying.sound import pointed_at

SOURCE = """
# %%
#| exercise: one
#| forbid: {names}
#| checks:
#|   - a
a = 1  # SOLUTION
"""


def found(folder, names):
    assignment = load(write_source(folder, SOURCE.replace("{names}", f"[{names}]")))
    subject = SimpleNamespace(exercises=assignment.exercises, findings=Findings(assignment))
    verify_forbidden(subject)
    return subject.findings.found


@pytest.mark.parametrize(
    ("names", "open_names"),
    [
        ("torch.nn.functional.softmax", ["torch.softmax", "torch.special.softmax", "torch.Tensor"]),
        ("torch.softmax, torch.special.softmax", ["torch.nn.functional.softmax"]),
        ("torch.Tensor.softmax", ["torch.softmax", "torch.nn.functional.softmax"]),
    ],
)
def test_what_does_the_same_under_another_name_is_told(tmp_path, names, open_names):
    notes = found(tmp_path, names)
    assert not any(note.fault for note in notes)
    assert all(f"`{name}" in notes[0].problem for name in open_names)
    assert "#| forbid" in pointed_at(notes[0])


@pytest.mark.parametrize(
    "names",
    [
        "torch.optim",
        "torch.nn.Linear",
        "torch.nn.functional, torch.softmax, torch.special",
        "sum, not_installed_anywhere.name, numpy.linalg",
    ],
)
def test_nothing_is_said_of_what_has_no_twin(tmp_path, names):
    assert found(tmp_path, names) == []


def test_a_name_that_is_not_there_is_a_fault(tmp_path):
    (fault,) = found(tmp_path, "torch.optin")
    assert fault.fault
    assert "`torch.optin`, which PyTorch" in fault.problem


def test_methods_of_other_classes_cannot_be_seen(tmp_path):
    (note,) = found(tmp_path, "numpy.ndarray.sum")
    assert not note.fault
    assert "`x.sum()` is a method of `numpy.ndarray`" in note.problem


MISTAKEN = """
# %%
import torch
from torch.nn import functional as F

torch.manual_seed(0)
scores = torch.randn(3, 4)

# %%
#| exercise: softmax
#| forbid: [torch.nn.functional.softmax, torch.softmax]
#| checks:
#|   - softmax(scores)
def softmax(scores):
    ### BEGIN SOLUTION
    powers = scores.exp()
    return powers / powers.sum(dim=1, keepdim=True)
    ### END SOLUTION

# %%
#| mistake: softmax
#| name: over-rows
#| help: Over which axis?
return F.softmax(scores, dim=0)

# %%
#| mistake: softmax
#| name: own
#| help: What is one row in all?
return scores.exp() / scores.exp().sum(dim=0)
"""


@pytest.mark.kernel
def test_a_mistake_that_uses_what_is_forbidden_is_noted(tmp_path):
    subject = open_subject(load(write_source(tmp_path, MISTAKEN, "m")), kernels(), "cpu")
    try:
        verify_variants(subject)
    finally:
        subject.close()
    notes = [one for one in subject.findings.found if not one.fault]
    assert [one.cell for one in notes] == [3]
    assert "`over-rows` of softmax uses torch.nn.functional.softmax" in notes[0].problem
