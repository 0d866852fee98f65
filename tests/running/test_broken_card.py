"""A card that an error has broken: its kernel ends, and what comes next goes on in a fresh one."""

from dataclasses import replace

import pytest
import torch

from grader.errors import KernelFailed
from grader.model.assignment import Check
from grader.model.values import NumberValue, RaisedValue
from tests.kernels.in_process import in_process
from tests.running.test_run import Watched, answer, exercise, own

ASSERT = "CUDA error: device-side assert triggered\\nCompile with `TORCH_USE_CUDA_DSA`"
ERROR = getattr(torch, "AcceleratorError", RuntimeError).__name__
BREAKS = f"import torch\nfailed = 1\nraise getattr(torch, '{ERROR}', RuntimeError)('{ASSERT}')"


def execute(steps, exercises, device="cuda", again=()):
    kind, started = in_process()
    with Watched(steps, exercises, kind) as run:
        run._plan = plan = replace(run._plan, device=device)
        run._ready._plan = run._asker._plan = plan
        run.execute()
        run.look_again(again)
    return run, started


def found(run, name, place=0):
    values = run.looks[name][place].values
    return {key: one.value if isinstance(one, NumberValue) else one for key, one in values.items()}


def test_a_cell_that_breaks_the_card_costs_nothing_but_itself():
    steps = [
        answer("x = 1", "a"),
        answer(BREAKS, "b"),
        answer("y = x + 1", "c"),
    ]
    exercises = [exercise("a", "x"), exercise("b", "failed"), exercise("c", "y")]
    run, started = execute(steps, exercises)
    assert [one.cells for one in started] == [["x = 1", BREAKS], ["x = 1", "y = x + 1"]]
    assert (found(run, "a"), found(run, "c")) == ({"x": 1}, {"y": 2})
    assert isinstance(found(run, "b")["failed"], RaisedValue)  # it is not there
    assert run.ran[1].run.ending == "error"
    assert not run.ran[1].run.came_to_its_end
    assert any("lost" in str(note) for note in run.notes)
    assert all(one.closed for one in started)


def test_on_the_cpu_such_an_error_is_one_as_any():
    steps = [answer(BREAKS, "b"), own("y = 1", "b")]
    run, started = execute(steps, [exercise("b", "failed")], device="cpu")
    assert len(started) == 1
    assert found(run, "b", -1) == {"failed": 1}


@pytest.mark.parametrize(
    ("message", "kernels"),
    [
        ("CUDA error: an illegal memory access was encountered", 2),
        ("CUDA error: unspecified launch failure", 2),
        ("CUDA error: misaligned address", 2),
        ("CUDA error: out of memory", 1),
        ("CUDA out of memory. Tried to allocate 20.00 GiB.", 1),
        ("CUDA error: invalid argument", 1),
    ],
)
def test_which_errors_break_a_card(message, kernels):
    steps = [answer(f"raise RuntimeError('{message}')", "a"), answer("y = 1", "b")]
    _, started = execute(steps, [exercise("a", "x"), exercise("b", "y")])
    assert len(started) == kernels


def test_a_card_that_fails_by_itself_is_nobodys_fault():
    steps = [answer("raise RuntimeError('CUDA error: uncorrectable ECC error encountered')", "a")]
    with pytest.raises(KernelFailed, match="the card has failed: CUDA error: uncorrectable ECC"):
        execute(steps, [exercise("a", "x")])
    _, started = execute(steps, [exercise("a", "x")], device="cpu")
    assert len(started) == 1


def test_a_call_that_breaks_the_card_leaves_the_others_theirs():
    source = f"def f(x):\n    if x == 1:\n        raise RuntimeError('{ASSERT}')\n    return x"
    steps = [answer(source, "a"), answer("y = 0", "b"), answer("def g():\n    return y", "c")]
    exercises = [exercise("a", "f(1)", "f(2)"), exercise("b", "y"), exercise("c", "g()")]
    run, started = execute(steps, exercises)
    first = found(run, "a")
    assert "device-side assert" in first["f(1)"].message
    assert first["f(2)"] == 2
    assert found(run, "c") == {"g()": 0}
    # The notebook's own, one whose card a call broke, and one for all other calls.
    assert len(started) == 3


def test_a_cell_that_breaks_the_card_when_it_runs_again_is_left_out_from_then_on():
    again = f"if os.environ.get('AGAIN'):\n    raise RuntimeError('{ASSERT}')"
    once = f"import os\ntries = 0\n{again}"
    steps = [
        answer(once, "a"),
        answer("import os\nos.environ['AGAIN'] = '1'\n" + BREAKS, "b"),
        answer("z = 3", "c"),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AGAIN", "")
        run, started = execute(steps, [exercise("a", "tries"), exercise("c", "z")])
    assert found(run, "c") == {"z": 3}
    assert len(started) == 3
    assert started[-1].cells == ["z = 3"]


def test_calls_of_all_looks_are_asked_in_two_kernels_that_run_the_cells_again():
    """One for what students may see, one for what is hidden: as few as that order allows."""
    names = ("a", "b", "c", "d")
    steps = [answer(f"def {name}(x):\n    return x\nkept = '{name}'", name) for name in names]
    steps += [own(f"more = '{name}'", name) for name in names]
    exercises = [
        exercise(name, f"{name}(1)", Check(expression=f"{name}(2)", hidden=True)) for name in names
    ]
    run, started = execute(steps, exercises)
    assert all(found(run, name) == {f"{name}(1)": 1, f"{name}(2)": 2} for name in names)
    assert len(started) == 3
    for one in started:  # each cell at most once in each
        assert len(one.cells) == len(set(one.cells)) <= len(steps)
