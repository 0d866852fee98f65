from dataclasses import replace

import pytest

from grader.kernels.kernel import KernelFactory
from grader.kernels.sandbox import NOTHING
from tests.kernels.in_process import InProcessKernel
from tests.running.test_run import Watched, answer, exercise, given, own

TWO = [exercise("one", "one(2)"), exercise("two", "two(2)")]
ONE_AND_TWO = [
    given("import math", "a"),
    answer("def one(x):\n    return x + 1\nprint(one(0))", "one"),
    own("y = [one(1)]\ny.append(2)", "one"),
    answer("def two(x):\n    return math.sqrt(x * 2)\ntable = two(1)", "two"),
    own("z = [two(1)]", "two"),
]


class Forking(InProcessKernel):
    """A kernel in this process whose copies have names of their own, and what is behind them."""

    def __init__(self, made):
        super().__init__("cpu")
        self.made = made
        made.append(self)

    def fork(self):
        copy = Forking(self.made)
        copy.namespace.update(self.namespace)
        return copy


def execute(steps, exercises, *, once_asked=False):
    """Run steps; returns the looks and all kernels, the notebook's own first."""
    made = []
    kind = KernelFactory(name="forking", isolation=NOTHING, start=lambda device: Forking(made))
    with Watched(steps, exercises, kind) as run:
        run._plan = replace(run._plan, once_asked=once_asked)
        run.execute()
    return run.looks, made


def answers(looks, name):
    return [next(iter(look.values.values())) for look in looks[name]]


def test_looks_share_a_copy_where_no_cell_between_them_can_change_their_calls():
    looks, made = execute(ONE_AND_TWO, TWO)
    assert len(made) == 2
    assert [one.value for one in answers(looks, "one")] == [3, 3]
    assert [one.value for one in answers(looks, "two")] == [2.0, 2.0]


@pytest.mark.parametrize(
    "between", ["one = None", "globals()['one'] = None", "import math as x, os", "math.pi = 3"]
)
def test_a_cell_that_may_change_a_call_runs_after_the_copy(between):
    steps = [*ONE_AND_TWO[:3], given(between, "b"), *ONE_AND_TWO[3:]]
    looks, made = execute(steps, TWO)
    assert len(made) > 2
    assert [one.value for one in answers(looks, "one")] == [3, 3]


def test_a_call_that_changes_a_value_has_a_copy_apart_from_those_that_reach_it():
    steps = [
        answer("seen = []\ndef one(x):\n    seen.append(x)\n    return len(seen)", "one"),
        own("x = [1]\nx.append(2)"),
        answer("def two(x):\n    return len(seen)\nx = [3]", "two"),
    ]
    _, made = execute(steps, TWO)
    assert len(made) == 3


def test_calls_need_no_copy_of_a_kernel_that_nobody_asks_again():
    looks, made = execute(ONE_AND_TWO, TWO, once_asked=True)
    assert len(made) == 1
    assert [one.value for one in answers(looks, "two")] == [2.0, 2.0]


def test_where_a_call_ends_the_last_copy_another_is_taken():
    exercises = [exercise("one", "one('DIE')", "one(2)"), TWO[1]]
    looks, made = execute(ONE_AND_TWO, exercises)
    kernel, *copies = made
    assert kernel.cells == [step.source for step in ONE_AND_TWO]
    assert not any(copy.cells for copy in copies)
    assert [one.values["one(2)"].value for one in looks["one"]] == [3, 3]
    assert [one.value for one in answers(looks, "two")] == [2.0, 2.0]
