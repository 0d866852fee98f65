"""Which cells change nothing that was there, and so need no copy of the kernel before them."""

import pytest

from grader.kernels.forked import ForkedKernel
from grader.kernels.kernel import Limits
from grader.model.assignment import Check, Exercise
from grader.model.submission import Step
from grader.running.plan import RunPlan
from grader.running.recording import Recording
from grader.running.run import Run
from grader.syntax.definitions import attribute_target, defined, first_name
from tests.conftest import kernels


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("", set()),
        ("# a note", set()),
        ("#| exercise: a\ndef f(x):\n    return g(x)", {"f"}),
        ("def f(x, *y, z=None, **k) -> None: pass\ndef g(x: torch.Tensor): ...", {"f", "g"}),
        ("def f(x=[]): ...", None),
        ("def f(x=print(1)): ...", None),
        ("def f(x: print(1)): ...", None),
        ("def f(*x: print(1)): ...", None),
        ("def f(*, x=g()): ...", None),
        ("def f() -> g(): ...", None),
        ("@cache\ndef f(): ...", None),
        ("class A: ...", None),
        ("'text'", None),
        ("import os", None),
        ("x = 1", None),
        ("%time\ndef f(): ...", None),
        ("def f(:", None),
        ("\0", None),
    ],
)
def test_what_only_defines(source, names):
    assert defined(source) == names


def exercise(name, expression, hidden=False):
    check = Check(expression=expression, hidden=hidden)
    return Exercise(name=name, title={"": name}, points=1, checks=(check,))


ONE, TWO = exercise("one", "one(2)"), exercise("two", "two(2)")


@pytest.mark.kernel
@pytest.mark.parametrize(
    ("between", "second", "copies", "seen"),
    [
        ("# nothing", "def two(x): return one(x) * k", 1, [20, 200]),
        ("def help(x): return x", "def two(x): return help(x)", 1, [20, 2]),
        # What the first function is made of, or may look for, changes below it.
        ("k = 100", "def two(x): return x", 2, [20, 2]),
        ("def one(x): return 7", "def two(x): return x", 2, [20, 2]),
        ("import os", "def two(x): return one(x)", 2, [20, 20]),
        ("", "def two(x): return x\nk = 5", 2, [20, 2]),
        ("", "def two(x=one(1)): return x", 2, [20, 2]),
        ("def later(x): return 7", "def two(x): return x", 1, [20, 2]),
    ],
)
def test_looks_share_a_copy_where_nobody_can_tell(between, second, copies, seen, monkeypatch):
    if kernels().name != "warm":
        pytest.skip("there are no warm kernels here")
    forks = []
    fork = ForkedKernel.fork
    monkeypatch.setattr(ForkedKernel, "fork", lambda self: forks.append(1) or fork(self))
    looks = {}
    steps = (
        Step(source="k = 10  # not for later", role="given", released="a"),
        Step(source="def one(x): return x * k", role="exercise", released="b", exercise="one"),
        Step(source=between, role="own"),
        Step(source=second, role="exercise", released="c", exercise="two"),
        Step(source="k = 0", role="own"),
    )
    plan = RunPlan(
        steps=steps,
        exercises=(ONE, TWO),
        recording=Recording(),
        kernels=kernels(),
        device="cpu",
        limits=Limits(),
    )
    with Run(plan, see=lambda look: looks.update(look.values)) as run:
        run.execute()
    assert [looks["one(2)"].value, looks["two(2)"].value] == seen
    assert len(forks) == copies


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import a\n\n\ndef f():\n    pass\n\n\nx = 1", "f"),
        ("print(1)\nx = y = 1", "x"),
        ("class Net:\n    pass", "Net"),
        ("print(1)", ""),
        ("x = (", ""),
    ],
)
def test_the_first_name_of_code_is_what_it_defines_or_assigns_first(source, name):
    assert first_name(source) == name


@pytest.mark.parametrize(
    ("source", "target"),
    [("self.a = 1", "self.a"), ("x = 1", ""), ("self.a = 1\nself.b = 2", ""), ("self.a = (", "")],
)
def test_an_attribute_that_code_assigns_is_its_target(source, target):
    assert attribute_target(source) == target
