"""Gradients that a source writes itself are compared with differences."""

import pytest

from grader.authoring.source import load
from grader.verifying.gradients import verify_gradients
from grader.verifying.subject import open_subject
from tests.conftest import kernels, write_source
from tests.verifying.sound import pointed_at

pytestmark = pytest.mark.kernel

SOURCE = """
# %%
import torch


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, power):
        ctx.save_for_backward(x)
        return x**power

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * grad, None


cube = Cube.apply
volume = cube(torch.tensor([1.0, 2.0]), 3)

# %%
#| exercise: positive
#| checks:
#|   - expr: "[relu(x), relu(x).sum().backward(), x]"
#|     given: |
#|       x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
#|     aspects: [type, shape, values, grad]
### BEGIN SOLUTION
class Positive(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * (x > 0)


relu = Positive.apply
### END SOLUTION
"""


def found(folder, text):
    subject = open_subject(load(write_source(folder, text)), kernels(), "cpu")
    verify_gradients(subject)
    subject.close()
    return subject.findings.found


def test_right_gradients_are_no_finding_a_kink_included(tmp_path):
    assert found(tmp_path, SOURCE) == []


def test_a_wrong_gradient_of_a_solution_is_a_fault_where_its_class_stands(tmp_path):
    (fault,) = found(tmp_path, SOURCE.replace("grad * (x > 0)", "grad * (x > 0) * 2"))
    assert fault.fault
    assert fault.problem.startswith("positive: the gradient of `Positive`: by argument 1: [[")
    assert "by differences, [[" in fault.problem
    assert pointed_at(fault).startswith("class Positive")
    assert "own_gradient" in fault.todo


def test_another_gradient_on_purpose_is_none(tmp_path):
    changes = {"grad * (x > 0)": "grad", "positive\n": "positive\n#| own_gradient: true\n"}
    text = SOURCE
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    assert found(tmp_path, text) == []


def test_a_wrong_gradient_of_given_code_is_a_note(tmp_path):
    (note,) = found(tmp_path, SOURCE.replace("3 * x**2", "2 * x**2"))
    assert not note.fault
    assert "the gradient of `Cube`: by argument 1:" in note.problem
    assert pointed_at(note).startswith("class Cube")


def test_of_many_numbers_the_largest_difference_is_told(tmp_path):
    text = SOURCE.replace("3 * x**2", "2 * x**2").replace("[1.0, 2.0]", "[1.0] * 50")
    (note,) = found(tmp_path, text)
    assert note.problem.endswith("by argument 1: up to 1 apart")


def test_a_source_without_such_a_class_is_not_run_for_it(tmp_path, monkeypatch):
    def run(*args, **kwargs):
        raise AssertionError

    monkeypatch.setattr("grader.verifying.gradients.run_solutions", run)
    text = """
# %%
import torch

# %%
#| exercise: one
#| checks: [one]
one = torch.ones(1)  # SOLUTION
"""
    assert found(tmp_path, text) == []
