from dataclasses import replace

import pytest
import torch

from grader.kernels.kernel import Limits
from grader.model.assignment import Check, Exercise
from grader.model.submission import Step
from grader.model.values import Exceeded, NoValue, NumberValue, Payload, RaisedValue
from grader.running.outputs import fault
from grader.running.plan import RunPlan
from grader.running.questions import GivenRaised
from grader.running.ready_kernel import MAX_KERNELS
from grader.running.recording import Recording
from grader.running.run import Run
from tests.kernels.in_process import in_process


def exercise(name, *expressions, **changes):
    checks = tuple(c if isinstance(c, Check) else Check(expression=c) for c in expressions)
    return Exercise(name=name, title={"": name}, points=1, checks=checks, **changes)


def given(source, id):
    return Step(source=source, role="given", released=id)


def answer(source, name, id=None):
    return Step(source=source, role="exercise", released=id or f"exercise-{name}", exercise=name)


def own(source, name=None):
    return Step(source=source, role="own", exercise=name)


class Watched(Run):
    """A run that keeps its looks, by exercise."""

    def __init__(self, steps, exercises, kind, recording=None, submission=300.0, records=False):
        self.looks = {one.name: [] for one in exercises}
        plan = RunPlan(
            steps=tuple(steps),
            exercises=tuple(exercises),
            recording=recording or Recording(),
            kernels=kind,
            device="cpu",
            limits=Limits(submission=submission),
            records=records,
        )
        super().__init__(plan, see=lambda look: self.looks[look.exercise.name].append(look))


def execute(steps, exercises, recording=None, again=(), **options):
    """Run steps in the in-process kernel; returns the run and the kernels that it took."""
    kind, started = in_process()
    with Watched(steps, exercises, kind, recording, **options) as run:
        run.execute()
        run.look_again(again)
    return run, started


def values(run, name, place=-1):
    """Return the numbers of a look, whatever is no number as it is."""
    return {
        key: value.value if isinstance(value, NumberValue) else value
        for key, value in run.looks[name][place].values.items()
    }


def test_an_exercise_is_looked_at_after_its_cell_and_below():
    steps = [answer("x = 1", "a"), own("x = 2", "a"), own("y = 0", "a"), answer("x = 3", "b")]
    run, started = execute(steps, [exercise("a", "x"), exercise("b", "x")])
    assert [(look.moment, look.values["x"].value) for look in run.looks["a"]] == [
        ("own", 1),
        ("below", 2),
    ]
    assert values(run, "b") == {"x": 3}
    assert len(started) == 1
    assert started[0].closed
    assert run.versions["torch"] == torch.__version__


def test_a_last_look_sees_the_end():
    exercises = [exercise("a", "x")]
    steps = [answer("x = 1", "a"), own("pass"), own("x = 5")]
    run, _ = execute(steps, exercises, again=exercises)
    assert run.looks["a"][-1].moment == "end"
    assert values(run, "a") == {"x": 5}


def test_an_error_stops_neither_the_cell_after_it_nor_the_look():
    run, _ = execute(
        [answer("x = 1\nraise ValueError('no')", "a"), answer("y = 2", "b")],
        [exercise("a", "x"), exercise("b", "y", "z")],
    )
    assert values(run, "a") == {"x": 1}
    assert run.of("a").run.ending == "error"
    assert fault(run.of("a")).name == "ValueError"
    assert isinstance(values(run, "b")["z"], RaisedValue)
    assert fault(run.of("b")) is None
    assert run.of("c") is None


DRAW = "import torch\ntorch.manual_seed(0)\nfirst = torch.rand(1).item()"


def test_a_run_follows_the_random_numbers_of_the_one_before_it():
    exercises = [exercise("a", "first"), exercise("b", "second")]
    steps = [given(DRAW, "g"), answer("pass", "a"), answer("second = torch.rand(1).item()", "b")]
    recording = Recording()
    reference, _ = execute(steps, exercises, recording, records=True)
    wasteful = [*steps[:1], own("torch.rand(1000)", None), *steps[1:]]
    student, _ = execute(wasteful, exercises, recording)
    assert values(student, "b") == values(reference, "b")


def test_a_switch_left_thrown_costs_no_other_exercise():
    exercises = [exercise("a", "x"), exercise("b", "grad()")]
    steps = [
        given("import torch", "g"),
        answer("x = 1", "a"),
        answer("def grad(): return torch.is_grad_enabled()\nnow = torch.is_grad_enabled()", "b"),
    ]
    recording = Recording()
    execute(steps, exercises, recording, records=True)
    thrown = [steps[0], answer("torch.set_grad_enabled(False); x = 1", "a"), steps[2]]
    try:
        run, started = execute(thrown, exercises, recording)
        assert values(run, "b") == {"grad()": True}
        assert started[0].namespace["now"] is True
    finally:
        torch.set_grad_enabled(True)


HIDDEN = Check(expression="f(n)", hidden=True, given="n = torch.randint(0, 10**9, ()).item()")


def test_given_data_is_made_once_and_the_same_for_both():
    exercises = [exercise("a", HIDDEN)]
    recording = Recording()
    steps = [given("import torch", "g"), answer("def f(n): return n", "a")]
    reference, _ = execute(steps, exercises, recording, records=True)
    student, started = execute(steps, exercises, recording)
    assert values(student, "a") == values(reference, "a")
    assert "n" not in started[0].namespace


@pytest.mark.parametrize(
    ("code", "reason"), [("n = 1 / 0", "ZeroDivisionError"), ("n = print", "`n` is not data")]
)
def test_given_that_is_no_data_is_refused(code, reason):
    check = Check(expression="f(n)", given=code)
    with pytest.raises(GivenRaised, match=reason):
        execute([answer("def f(n): return n", "a")], [exercise("a", check)], records=True)


def test_a_submission_records_nothing():
    recording = Recording()
    execute([given("g = 1", "g"), answer("x = 1", "a")], [exercise("a", "x")], recording)
    assert recording == Recording()


def test_a_hung_cell_is_left_out_when_the_kernel_had_to_be_killed():
    steps = [given("g = 1", "g"), answer("a = 'HANG_AND_DIE'", "a"), answer("b = g + 1", "b")]
    run, started = execute(steps, [exercise("a", "a"), exercise("b", "b")])
    assert len(started) == 2
    assert started[1].cells == ["g = 1", "b = g + 1"]
    assert values(run, "b") == {"b": 2}
    assert run.of("a").run.ending == "timed out"
    assert any("fresh one" in str(note) for note in run.notes)


@pytest.mark.parametrize(
    ("call", "no_value", "kernels"),
    [
        # One for the cells, one that the call ended, and one after it.
        ("HANG_AND_DIE()", NoValue(reason="timed out", exceeded=Exceeded(seconds=30.0)), 3),
        # An end is believed the second time.
        ("DIE()", NoValue(reason="crashed"), 4),
    ],
)
def test_a_call_that_costs_a_kernel_costs_its_check_alone_and_is_not_asked_again(
    call, no_value, kernels
):
    checks = Check(expression=call), Check(expression="g()")
    exercises = [exercise("a", "x", *checks)]
    steps = [answer("x = 1\ndef g(): return 2", "a"), own("pass", "a")]
    run, started = execute(steps, exercises, again=exercises)
    expected = {"x": 1, call: no_value, "g()": 2}
    assert [values(run, "a", place) for place in range(3)] == [expected] * 3
    assert len(started) == kernels
    assert all(kernel.closed for kernel in started)


def test_a_dead_kernel_says_crashed():
    run, _ = execute([answer("x = 'DIE'", "a")], [exercise("a", "y")])
    assert run.of("a").run.ending == "crashed"
    assert isinstance(values(run, "a")["y"], RaisedValue)


def test_kernels_are_not_started_for_ever():
    steps = [answer("'DIE'", f"e{n}") for n in range(20)]
    run, started = execute(steps, [exercise(f"e{n}", "x") for n in range(20)])
    assert len(started) == MAX_KERNELS
    assert any("lost too often" in str(note) for note in run.notes)


def test_a_submission_has_a_time_of_its_own():
    steps = [answer(f"x = {n}", "a") for n in range(5)]
    run, _ = execute(steps, [exercise("a", "x")], submission=2.5)
    assert len(run.ran) == 3  # each takes a second
    assert any("2.5 s of CPU time for the whole notebook" in str(note) for note in run.notes)


def test_a_kernel_that_dies_while_it_replays_is_replaced_too():
    kind, started = in_process()
    doomed = iter([False, True, True])

    def start(device):
        kernel = kind.start(device)
        if next(doomed, False):
            kernel.run_cell = lambda source, limit, before, outputs: kernel.die()
        return kernel

    steps = [given("g = 1", "g"), answer("'DIE'", "a"), answer("b = g + 1", "b")]
    exercises = [exercise("a", "a"), exercise("b", "b")]
    with Watched(steps, exercises, replace(kind, start=start)) as run:
        run.execute()
    assert len(started) == 4
    assert values(run, "b")["b"].type == "NameError"  # what the given cell bound is gone


def test_a_forged_answer_is_no_value():
    kind, _ = in_process()

    def start(device):
        kernel = kind.start(device)
        honest = kernel.ask

        def ask(question, *, limit):
            if b"observe" in question.header:
                return Payload(header=b'{"values": {"0": "right"}}')
            return honest(question, limit=limit)

        kernel.ask = ask
        return kernel

    with Watched([answer("x = 1", "a")], [exercise("a", "x")], replace(kind, start=start)) as run:
        run.execute()
    assert values(run, "a") == {"x": NoValue(reason="unreadable")}
