"""Snapshots of a reference: other code in place of a cell, and kernels that fail."""

from contextlib import closing
from dataclasses import replace
from typing import ClassVar

import pytest
import torch

from grader.authoring.source import load
from grader.errors import KernelFailed
from grader.kernels.kernel import KernelDied, KernelFactory
from grader.kernels.sandbox import NOTHING
from grader.model.values import NumberValue
from grader.reference import prepare
from tests.conftest import kernels, write_source
from tests.formats.test_wire import tensor_value
from tests.kernels.in_process import InProcessKernel, in_process

SOURCE = """
# %%
import torch
torch.manual_seed(3)
data = torch.rand(3)
runs = []

# %%
#| exercise: one
#| checks:
#|   - a
a = 1  # SOLUTION

# %%
noise = torch.rand(2)
runs.append("between")

# %%
#| exercise: two
#| draws: true
#| checks:
#|   - b
#|   - len(runs)
b = a + noise.sum() + torch.rand(1).sum()  # SOLUTION
"""


class Forking(InProcessKernel):
    """A kernel that can be copied, in one process; `started` holds all that there are."""

    started: ClassVar[list] = []

    def __init__(self, device):
        super().__init__(device)
        self.started.append(self)

    def fork(self):
        if not self.alive:
            raise KernelDied
        copy = Forking("cpu")
        held = {name: list(v) if type(v) is list else v for name, v in self.namespace.items()}
        copy.namespace.update(held)
        return copy

    def ask(self, question, *, limit):
        if not self.alive:
            raise KernelDied
        return super().ask(question, limit=limit)


@pytest.fixture
def forking():
    Forking.started = []
    return KernelFactory(name="forking", isolation=NOTHING, start=Forking)


@pytest.fixture(params=[pytest.param("kernels", marks=pytest.mark.kernel), "forking", "replaying"])
def reference(request, tmp_path, forking):
    kinds = {"forking": lambda: forking, "replaying": lambda: in_process()[0], "kernels": kernels}
    kind = kinds[request.param]()
    made = prepare(load(write_source(tmp_path, SOURCE)), factory=kind, device="cpu")
    yield made
    made.close()


def number(value):
    return NumberValue(type=type(value).__name__, value=value)


def test_other_code_runs_in_place_of_a_cell(reference):
    one, two = reference.gradable
    assert reference.run_again(one, "a = 5", {})["a"] == number(5)
    again = reference.run_again(two, reference.assignment.cell_of(two).solution, {})
    assert torch.equal(again["b"].data, reference.expected["two"]["b"].data)  # the same draws


def test_earlier_values_are_put_in(reference):
    two = reference.gradable[1]
    solution = reference.assignment.cell_of(two).solution
    put = reference.run_again(two, solution, {"a": number(11)})
    assert (put["b"].data - reference.expected["two"]["b"].data).item() == pytest.approx(10)


def test_nothing_is_seen_by_the_next(reference):
    two = reference.gradable[1]
    for _ in range(2):
        found = reference.run_again(two, "runs.append(2); a = 9; b = len(runs)", {"a": number(5)})
        assert found["b"] == found["len(runs)"] == number(2)
    assert reference.run_again(two, "b = a", {})["b"] == number(1)


@pytest.mark.parametrize("code", ["1 / 0", "raise SystemExit", "b = ("])
def test_code_that_fails_gives_nothing_and_harms_nothing(reference, code):
    two = reference.gradable[1]
    assert reference.run_again(two, code, {}) is None
    assert reference.run_again(two, "b = 1", {})["b"] == number(1)


def test_going_back_to_an_earlier_exercise(reference):
    one, two = reference.gradable
    for exercise in (two, one, two, one):
        found = reference.run_again(exercise, "a = b = 4", {})
        assert number(4) in found.values()


def test_what_was_closed_is_made_anew(reference):
    two = reference.gradable[1]
    reference.run_again(two, "b = 1", {})
    reference.close()
    assert reference.run_again(two, "b = a", {})["b"] == number(1)


def test_a_snapshot_that_died_is_made_anew(tmp_path, forking):
    made = prepare(load(write_source(tmp_path, SOURCE)), factory=forking, device="cpu")
    one, two = made.gradable
    for exercise in (one, two, two, one):
        assert number(1) in made.run_again(exercise, "a = b = 1", {}).values()
        for kernel in Forking.started:
            kernel.alive = False
    assert made.run_again(two, "b = 1", {})["b"] == number(1)


def test_any_one_kernel_may_die(tmp_path, forking):
    made = prepare(load(write_source(tmp_path, SOURCE)), factory=forking, device="cpu")
    two = made.gradable[1]
    made.run_again(two, "b = 1", {})
    for kernel in reversed(Forking.started[:]):
        kernel.alive = False
        assert made.run_again(two, "b = a", {})["b"] == number(1)


def test_kernels_that_all_die_are_the_graders_fault(tmp_path, forking, monkeypatch):
    made = prepare(load(write_source(tmp_path, SOURCE)), factory=forking, device="cpu")

    def fail(self):
        raise KernelDied

    monkeypatch.setattr(Forking, "fork", fail)
    with pytest.raises(KernelFailed):
        made.run_again(made.gradable[1], "b = 1", {})


@pytest.mark.kernel
def test_code_without_end_is_stopped(tmp_path):
    made = prepare(load(write_source(tmp_path, SOURCE)), factory=kernels(), device="cpu")
    two = made.gradable[1]
    assert made.run_again(two, "while True:\n    pass", {}, limit=0.5) is None
    assert made.run_again(two, "import os\nos._exit(3)", {}) is None
    assert made.run_again(two, "b = 1", {})["b"] == number(1)
    made.close()


def test_what_draws_is_seen(reference):
    two = reference.gradable[1]
    still, drawn = (reference.drawn_by(two, code) for code in ("b = 1", "b = torch.rand(1)"))
    assert still == reference.drawn_by(two, "b = 2")
    assert still != drawn


@pytest.mark.kernel
def test_values_that_a_snapshot_does_not_take_are_no_fault_of_the_reference(tmp_path):
    with closing(
        prepare(load(write_source(tmp_path, SOURCE)), factory=kernels(), device="cpu")
    ) as reference:
        two = reference.assignment.exercises[1]
        elsewhere = replace(tensor_value(torch.ones(1)), device="banana")
        source = reference.assignment.cell_of(two).solution
        assert reference.run_again(two, source, {"a": elsewhere}) is None
        assert reference.run_again(two, source, {"a": tensor_value(torch.ones(1))})
