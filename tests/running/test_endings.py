"""How a cell ended is told as it was, and costs no other exercise: with real kernels."""

import pytest

from grader.kernels.kernel import CellRun, Limits
from grader.kernels.sandbox import Bounds
from grader.kernels.warm import warm
from grader.model.assignment import Check, Exercise
from grader.model.submission import Step
from grader.running.plan import RunPlan
from grader.running.recording import Recording
from grader.running.run import Run
from tests.conftest import colds, kernels

HOARD = """
import os, time
for _ in range(8):
    if os.fork() == 0:
        hoard = bytearray(os.urandom(2**20)) * 90
        time.sleep(60)
        os._exit(0)
time.sleep(60)
"""
ENDINGS = {
    "done": "1",
    "error": "1 / 0",
    "timed out": "while True: pass",
    "too much output": "while True: print('x' * 10_000)",
    "crashed": "import os; os._exit(3)",
}
EXERCISES = tuple(
    Exercise(name=name, title={"en": name}, points=1, checks=(Check(expression=name),))
    for name in ("a", "b")
)


def ran(factory, cell, limit=20.0):
    steps = (
        Step(source="import torch\ng = 1", role="given", released="g"),
        Step(source=f"a = g\n{cell}", role="exercise", released="a", exercise="a", limit=limit),
        Step(source="b = g + 1", role="exercise", released="b", exercise="b"),
    )
    plan = RunPlan(
        steps=steps,
        exercises=EXERCISES,
        recording=Recording(),
        kernels=factory,
        device="cpu",
        limits=Limits(),
    )
    looks = {}
    with Run(plan, see=lambda look: looks.update({look.exercise.name: look})) as run:
        run.execute()
    assert looks["b"].values["b"].value == 2
    assert [one.run.ending for one in run.ran][::2] == ["done", "done"]
    return run.of("a").run


@pytest.mark.kernel
@pytest.mark.parametrize("factory", [kernels, colds])
@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending_is_told(ending, factory):
    found = ran(factory(), ENDINGS[ending], 1.0 if ending == "timed out" else 20.0)
    assert found.ending == ending
    assert found.came_to_its_end is (ending in ("done", "error"))
    assert found.may_be_anothers_fault is (ending == "crashed")


@pytest.mark.kernel
def test_too_much_memory_is_told():
    if kernels().name != "warm":
        pytest.skip("there are no warm kernels here")
    factory = warm(Bounds(memory=300 * 2**20, processes=40))
    try:
        found = ran(factory, HOARD)
    finally:
        factory.close()
    assert found.ending == "too much memory"
    assert not found.came_to_its_end
    assert found.may_be_anothers_fault


def test_an_ending_that_nobody_knows_is_a_fault_of_the_grader():
    with pytest.raises(AssertionError):
        _ = CellRun(ending="tired").came_to_its_end
