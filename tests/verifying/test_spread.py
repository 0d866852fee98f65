"""How far equally right runs are apart, and which tolerance is to be written then."""

import itertools
from dataclasses import replace

import pytest
import torch

from grader.authoring.source import load
from grader.comparing.distance import ROOM, distance, enough
from grader.kernels.kernel import KernelFactory
from grader.model.assignment import Check
from grader.verifying.spread import ON_CPU, RUNS, equivalent
from grader.verifying.subject import open_subject
from grader.verifying.variants import verify_variants
from tests.conftest import kernels, write_source
from tests.verifying.values import tensor

CHECK = Check(expression="x")

# `arrival` stands for the order in which a card adds up: it is another one each time.
SOURCE = """
# %%
import torch

x = torch.ones(3)

# %%
#| exercise: total
#| checks: [total]
total = x.sum() * (1 + arrival)  # SOLUTION

# %%
#| mistake: total
#| name: mean
#| help: How many are there?
total = x.mean()
"""

pytestmark = pytest.mark.kernel


def card(noise, *, on_cpu=0.0):
    """Return kernels on a card whose sums are off by a share of `noise`, a new one each time."""
    shares = itertools.cycle([0.0, 1.0, -1.0])

    def start(device):
        kernel = kernels().start("cpu")
        off = noise * next(shares) if device == "cuda" else on_cpu
        kernel.run_cell(f"arrival = {off}", limit=10)
        return kernel

    return KernelFactory(name="a card", isolation=kernels().isolation, start=start)


def subject_of(folder, factory, device="cuda"):
    return open_subject(load(write_source(folder, SOURCE)), factory, device)


def found(folder, factory):
    subject = subject_of(folder, factory)
    spread = verify_variants(subject).margins["total"].spread
    return spread, [one for one in subject.findings.found if one.fault]


def test_on_a_card_the_reference_runs_ten_times_and_once_on_the_cpu(tmp_path):
    names = [name for name, _ in equivalent(subject_of(tmp_path, card(0.0)))]
    assert len(names) == RUNS - 1 + 3
    assert names[:1] == ["run 2 of 10"]
    assert ON_CPU in names


def test_on_a_cpu_threads_and_double_precision_are_enough(tmp_path):
    subject = subject_of(tmp_path, card(0.0), device="cpu")
    assert [name for name, _ in equivalent(subject)] == ["2 threads", "double precision"]


def test_little_noise_is_measured_and_no_fault(tmp_path):
    spread, faults = found(tmp_path, card(1e-5))
    assert 0.05 < spread < 0.2
    assert faults == []


def test_a_fault_says_which_tolerance_to_write_and_it_is_enough(tmp_path):
    spread, (fault,) = found(tmp_path, card(1e-3))
    assert spread > 1
    assert "`total`: equally right runs are" in fault.problem
    assert fault.todo.startswith("say `rtol: 0.00")
    rtol, atol = (float(part.split(": ")[1]) for part in fault.todo.split("`")[1:4:2])
    check = Check(expression="total", rtol=rtol, atol=atol)
    off, right = ({"total": tensor(torch.tensor(number))} for number in (3.003, 3.0))
    assert distance(check, actual=off, expected=right) <= 1 / ROOM + 1e-6


def test_another_number_on_the_cpu_was_drawn_on_the_card(tmp_path):
    _, (fault,) = found(tmp_path, card(0.0, on_cpu=0.5))
    assert f"({ON_CPU})" in fault.problem
    assert fault.todo.startswith("draw all data on the CPU")


ONES = torch.ones(2)
TINY = replace(CHECK, rtol=0.0, atol=0.0)


@pytest.mark.parametrize(
    ("off", "right", "check", "tolerances"),
    [
        (ONES + 1.3e-4, ONES, CHECK, (4e-4, 3e-5)),
        (ONES + 2.7e-4, ONES, CHECK, (8e-4, 6e-5)),
        (ONES + 1e-2, ONES, replace(CHECK, rtol=1e-2, atol=0.0), (3e-2, 0.0)),
        (ONES + 1.3e-4, ONES, TINY, (4e-4, 3e-5)),
        (ONES.double() + 1.01e-5, ONES.double(), CHECK, (3e-5, 3e-7)),
        (ONES + 1.3e-4, ONES, Check(expression="x * 2", of=("x",)), (4e-4, 3e-5)),
        (ONES.long() + 1, ONES.long(), CHECK, None),
        (torch.ones(3), ONES, CHECK, None),
        (ONES + 1e-3, ONES, replace(CHECK, compare="exact"), None),
    ],
)
def test_three_times_what_runs_are_apart_is_enough(off, right, check, tolerances):
    actual, expected = {"x": tensor(off)}, {"x": tensor(right)}
    assert enough(check, actual=actual, expected=expected) == pytest.approx(tolerances)
    if tolerances is not None:
        wider = replace(check, rtol=tolerances[0], atol=tolerances[1])
        assert distance(wider, actual=actual, expected=expected) <= 1 / ROOM
