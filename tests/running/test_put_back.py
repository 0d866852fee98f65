"""A function that changes its argument in place: told at that call, and spoils no other check."""

import pytest

from grader.kernels.kernel import Limits
from grader.model.assignment import Check, Exercise
from grader.model.submission import Step
from grader.running.plan import RunPlan
from grader.running.recording import Recording
from grader.running.run import Run
from tests.conftest import colds, kernels
from tests.kernels.in_process import in_process

CHECKS = (
    Check(expression="doubled(data)", valid="data.sum()"),
    Check(expression="total(data)"),
    Check(expression="doubled(table)", given="table = [1, 2]", hidden=True),
    Check(expression="total(table)", given="table = [1, 2]", hidden=True),
)
EXERCISE = Exercise(name="one", title={"en": "One"}, points=1, checks=CHECKS)
GIVEN = Step(source="import torch\ndata = torch.ones(3)", role="given", released="g")
RIGHT = """
def doubled(x):
    return [2 * one for one in x]
def total(x):
    return sum(x)
"""
IN_PLACE = """
def doubled(x):
    for place in range(len(x)):
        x[place] *= 2
    return x
def total(x):
    return sum(x)
"""


@pytest.fixture(
    params=[
        "in process",
        pytest.param("default", marks=pytest.mark.kernel),
        pytest.param("cold", marks=pytest.mark.kernel),
    ]
)
def factory(request):
    return {"in process": lambda: in_process()[0], "default": kernels, "cold": colds}[
        request.param
    ]()


def ran(factory, source, recording, *, records):
    looks = []
    plan = RunPlan(
        steps=(GIVEN, Step(source=source, role="exercise", released="e", exercise="one")),
        exercises=(EXERCISE,),
        recording=recording,
        kernels=factory,
        device="cpu",
        limits=Limits(),
        records=records,
    )
    with Run(plan, see=looks.append) as run:
        run.execute()
        during = run.changed_inputs["one"].copy()
        run.look_again([EXERCISE])
        assert run.changed_inputs["one"] == during
    return [look.values for look in looks], during


def test_an_argument_that_was_changed_in_place_spoils_no_other_check(factory):
    recording = Recording()
    expected, meant = ran(factory, RIGHT, recording, records=True)
    looks, changed = ran(factory, IN_PLACE, recording, records=False)
    assert set(meant.values()) == {frozenset()}
    assert changed == {
        "doubled(data)": {"data"},
        "doubled(table)": {"table"},
        "total(data)": frozenset(),
        "total(table)": frozenset(),
    }
    for values, right in zip(looks, expected, strict=True):
        for call in ("total(data)", "total(table)", "data.sum()"):
            assert repr(values[call]) == repr(right[call]), call
        doubled = values["doubled(table)"]
        assert [item.value for item in doubled.items] == [2, 4]  # as it was before it was put back
        assert values["doubled(data)"].data.tolist() == [2.0, 2.0, 2.0]


def test_a_process_that_lies_names_only_what_the_check_reads(monkeypatch):
    factory, _ = in_process()
    code = "from grader.student_side.arguments import Arguments\n"
    code += "Arguments.changed = lambda self: ['data', 'the hidden number is 7']\n"
    monkeypatch.setattr("grader.student_side.arguments.Arguments.changed", None)
    _, changed = ran(factory, code + RIGHT, Recording(), records=True)
    assert changed["total(data)"] == {"data"}
