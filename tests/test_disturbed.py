"""What one cell does to given data, or leaves behind, costs no exercise that comes after it."""

import pytest

from grader.formats import notebook
from grader.grade import grade
from grader.kernels.kernel import Limits
from grader.model.submission import Submission
from tests.conftest import kernels, notebook_of, reference_of, write_source

GIVEN = """import torch
torch.manual_seed(3)
queries, keys = torch.randn(4, 3), torch.randn(5, 3)
weights = torch.zeros(3)
def shifted(x): return x + queries.mean()"""
LATER = "noise = torch.randn(3)"
SOURCE = f"""
# %%
{GIVEN}

# %%
#| exercise: softmax
#| checks:
#|   - probs
#|   - expr: softmax(x)
#|     hidden: true
#|     given: x = torch.randn(2, 3)
#| blank: |
#|   ...
### BEGIN SOLUTION
def softmax(x):
    return torch.softmax(x, 1)
probs = softmax(queries)
### END SOLUTION

# %%
#| exercise: train
#| checks:
#|   - weights
weights += probs.sum(0)  # SOLUTION

# %%
{LATER}

# %%
#| exercise: attend
#| checks:
#|   - out
out = softmax(queries @ keys.T) @ keys  # SOLUTION

# %%
#| exercise: trained
#| checks:
#|   - score
score = queries @ weights + noise.sum()  # SOLUTION

# %%
#| exercise: total
#| checks:
#|   - total
#|   - twice(1)
#| blank: |
#|   ...
### BEGIN SOLUTION
total = shifted(torch.mean(queries)) + noise[0]
def twice(x): return x * 2
### END SOLUTION
"""
SOFTMAX = (
    "#| exercise: softmax\ndef softmax(x): return torch.softmax(x, 1)\nprobs = softmax(queries)"
)
TRAIN = "#| exercise: train\nweights += probs.sum(0)"
ATTEND = "#| exercise: attend\nout = softmax(queries @ keys.T) @ keys"
TRAINED = "#| exercise: trained\nscore = queries @ weights + noise.sum()"
TOTAL = """#| exercise: total
total = shifted(torch.mean(queries)) + noise[0]
def twice(x): return x * 2"""


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return reference_of(write_source(tmp_path_factory.mktemp("disturbed"), SOURCE, "disturbed"))


def graded(
    reference,
    *,
    first="pass",
    softmax=SOFTMAX,
    train=TRAIN,
    middle="pass",
    total=TOTAL,
    kind=None,
    limit=10.0,
):
    cells = [GIVEN, first, softmax, train, middle, LATER, ATTEND, TRAINED, total]
    read = notebook.read(notebook_of(cells))
    submission = Submission(student="s", source="x", notebook=read, digest="0" * 64)
    limits = Limits(cell=limit, submission=120.0)
    kind = kind or kernels()
    report = grade(submission, reference, factory=kind, limits=limits, language="en").report
    return {one.exercise: one.outcome for one in report.exercises}, report


ALL_RIGHT = dict.fromkeys(("softmax", "train", "attend", "trained", "total"), "right")


def test_nothing_is_said_where_nothing_is_disturbed(reference):
    outcomes, report = graded(reference)
    assert outcomes == ALL_RIGHT
    assert report.notes == ()


CHANGES = {
    "in place": "queries[0] = 0",
    "of a copy that is none": "q = queries.numpy(); q[0] = 0",
    "bound anew": "queries = torch.zeros(4, 3)",
    "of the wrong kind": "queries = [1, 2]",
    "taken away": "del queries",
    "a function": "def shifted(x): return 0",
    "a class": """
class Zero(torch.Tensor):
    def __torch_function__(self, function, types, arguments=(), named=None):
        return super().__torch_function__(function, types, arguments, named or {}) * 0
queries = queries.as_subclass(Zero)""",
    "all of it": "%reset -f",
    "more than one": "queries[0] = 0; keys *= 2; weights.requires_grad_()",
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("place", ["first", "middle"])
def test_given_data_that_a_cell_in_between_changes_cost_nothing(reference, name, place):
    outcomes, report = graded(reference, **{place: CHANGES[name]})
    assert outcomes == ALL_RIGHT
    changed = "shifted" if name == "a function" else "queries"
    cell = {"first": 2, "middle": 5}[place]
    notes = [note for note in report.notes if note.startswith(f"cell {cell} changes")]
    assert any(changed in note and "exercise total was run apart" in note for note in notes)


IN_PLACE = """#| exercise: softmax
def softmax(x):
    x -= x.max(1, keepdim=True).values
    x.exp_()
    x /= x.sum(1, keepdim=True)
    return x
probs = softmax(queries)"""


def test_what_an_answer_does_to_given_data_costs_no_other(reference):
    outcomes, report = graded(reference, softmax=IN_PLACE)
    assert outcomes == ALL_RIGHT
    about = "cell 3 changes `queries`, which given code made, so exercise attend was run apart"
    assert about in report.notes


def test_what_others_are_to_change_is_kept_where_given_data_are_made_again(reference):
    outcomes, _ = graded(reference, train=f"{TRAIN}\nqueries.zero_()")
    assert outcomes == ALL_RIGHT


TRAINED_ON = """
# %%
import torch
torch.manual_seed(1)
data = torch.rand(4, 3) + 1

# %%
net = torch.zeros(3)

# %%
#| exercise: scaled
#| checks:
#|   - part
### BEGIN SOLUTION
def scaled(x):
    return x / x.max()
part = scaled(data)
### END SOLUTION

# %%
#| exercise: fit
#| checks:
#|   - net
net += data.sum(0)  # SOLUTION

# %%
#| exercise: score
#| checks:
#|   - score
score = scaled(data @ net)  # SOLUTION
"""


def test_what_is_built_on_runs_apart_with_given_data_too(tmp_path):
    reference = reference_of(write_source(tmp_path, TRAINED_ON, "trained"))
    given = "import torch\ntorch.manual_seed(1)\ndata = torch.rand(4, 3) + 1"
    first = "#| exercise: scaled\ndef scaled(x): return x.div_(x.max())\npart = scaled(data)"
    fit = "#| exercise: fit\nnet += data.sum(0)"
    last = "#| exercise: score\nscore = scaled(data @ net)"
    read = notebook.read(notebook_of([given, "net = torch.zeros(3)", first, fit, last]))
    submission = Submission(student="s", source="x", notebook=read, digest="0" * 64)
    report = grade(submission, reference, factory=kernels(), limits=Limits(), language="en").report
    assert {one.outcome for one in report.exercises} == {"right"}, report.notes


OPTIMIZED = """#| exercise: total
step = torch.nn.Parameter(shifted(torch.mean(queries)).reshape(1) + 1)
optimizer = torch.optim.SGD([step], lr=1.0)
step.sum().backward()
optimizer.step()
for part in torch.utils.data.DataLoader(step.detach() + noise[0]):
    total = part[0]
def twice(x): return x * 2"""


@pytest.mark.parametrize(
    "patch",
    [
        "torch.optim.SGD.step = lambda self: None",
        "torch.optim.Optimizer.__init__ = lambda self, *_, **__: None",
        "torch.utils.data.DataLoader.__iter__ = lambda self: iter([])",
    ],
)
def test_a_class_of_a_part_of_torch_that_is_patched_costs_nothing(reference, patch):
    assert graded(reference, total=OPTIMIZED)[0] == ALL_RIGHT
    assert graded(reference, total=OPTIMIZED, middle=patch)[0] == ALL_RIGHT


@pytest.mark.parametrize("place", ["first", "middle"])
@pytest.mark.parametrize("mine", ["abs = 3", "from math import *\nfor abs in range(3): pass"])
def test_a_name_of_python_s_own_that_a_cell_hides_costs_nothing(reference, mine, place):
    total = TOTAL.replace("total = ", "total = abs(-1) * ")
    outcomes, report = graded(reference, total=total, **{place: mine})
    assert outcomes == ALL_RIGHT
    cell = {"first": 2, "middle": 5}[place]
    assert report.notes == (
        f"cell {cell} hides what Python itself has (`abs`), so exercise total was run apart",
    )


def test_a_name_of_python_s_own_that_an_answer_needs_is_taken_as_it_is(reference):
    total = TOTAL.replace("total = ", "total = abs * ")
    outcomes, report = graded(reference, total=total, middle="abs = 1")
    assert (outcomes, report.notes) == (ALL_RIGHT, ())


def test_a_wrong_answer_stays_wrong_apart(reference):
    outcomes, report = graded(reference, first="queries[0] = 0", total=TOTAL.replace("+", "-"))
    assert outcomes == {**ALL_RIGHT, "total": "partly right"}
    assert not any("exercise total" in note for note in report.notes)


def test_follow_through_goes_by_what_the_run_apart_started_from(reference):
    """A wrong first answer is carried into the run in which the given data are right."""
    wrong = SOFTMAX.replace("softmax(x, 1)", "softmax(x, 1) * 1.5")
    outcomes, _ = graded(reference, softmax=wrong, middle="queries.zero_()")
    assert outcomes["softmax"] == "wrong"
    assert outcomes["train"] == "right by follow-through"
    assert outcomes["trained"] == "right by follow-through"
    assert outcomes["total"] == "right"


LEFT = {
    "a thread that binds names": """
import threading
def spin():
    names = globals()
    while True:
        names["out"] = names["score"] = names["total"] = 0
threading.Thread(target=spin, daemon=True).start()
""",
    "a thread that Python does not list": """
import _thread
def spin(names):
    while True:
        names["out"] = names["score"] = names["total"] = 0
_thread.start_new_thread(spin, (globals(),))
""",
    "a timer": """
import signal
def ring(*_):
    raise RuntimeError("the timer")
signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
""",
    "an alarm": """
import signal
def ring(*_):
    raise RuntimeError("the alarm")
signal.signal(signal.SIGPROF, ring)
signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
""",
    "a trace hook": """
import sys, threading
def trace(frame, event, argument):
    if frame.f_code.co_name == "shifted" or "out = softmax" in str(frame.f_code.co_consts):
        raise SystemExit("traced")
    return trace
threading.settrace(trace)
sys.settrace(trace)
""",
    "a profile hook": """
import sys
def profile(frame, event, argument):
    if frame.f_globals is globals():
        raise KeyboardInterrupt
sys.setprofile(profile)
""",
    "an audit hook that raises": """
import sys
def heard(event, arguments):
    raise ValueError(event)
sys.addaudithook(heard)
""",
    "an audit hook that waits": """
import sys
def heard(event, arguments):
    globals().update(total=0, out=0, score=0)
sys.addaudithook(heard)
""",
    "a patched function": "torch.mean = torch.softmax = torch.sum",
    "a patched class": "torch.Tensor.__matmul__ = lambda self, other: 0\ntorch.Tensor.sum = None",
    "patched builtins": "__builtins__ = {}",
    "a hook of the shell": """
get_ipython().events.register("post_run_cell", lambda *_: globals().update(out=0, total=0))
""",
    "a transformer of cells": """
get_ipython().input_transformers_cleanup.append(
    lambda lines: [line.replace("softmax(", "abs(").replace("+ noise", "- noise") for line in lines]
)
""",
    "a mode": """
from torch.overrides import TorchFunctionMode
class Zero(TorchFunctionMode):
    def __torch_function__(self, function, types, arguments=(), named=None):
        return torch.Tensor.mul(function(*arguments, **named or {}), 0)
Zero().__enter__()
""",
    "warnings that are errors": "import warnings\nwarnings.simplefilter('error')",
    "a task": """
import asyncio
async def spin():
    while True:
        globals().update(out=0, total=0)
        await asyncio.sleep(0)
task = asyncio.create_task(spin())
""",
    "a hook of the collector": """
import gc
def collected(phase, info):
    globals().update(out=0, total=0)
gc.callbacks.append(collected)
gc.set_threshold(1)
""",
    "a process that spins": """
import os
if os.fork() == 0:
    while True: pass
""",
    "a process that ends its parent": """
import os, time
if os.fork() == 0:
    while not os.path.exists("/tmp/now"): time.sleep(0.001)
    os.kill(os.getppid(), 9)
open("/tmp/now", "w").close()
""",
    "no place to print": "import sys\nsys.stdout = None",
    "no room to recurse": "import sys\nsys.setrecursionlimit(60)",
    "no imports": """
import builtins, sys
class Finder:
    def find_spec(self, *arguments): raise SystemExit("no imports")
sys.meta_path.insert(0, Finder())
builtins.__import__ = None
""",
}


@pytest.mark.parametrize("name", LEFT)
def test_what_a_cell_in_between_leaves_costs_nothing(reference, name):
    outcomes, report = graded(reference, middle=LEFT[name])
    assert outcomes == ALL_RIGHT, report.notes


@pytest.mark.parametrize("name", LEFT)
def test_what_an_answer_leaves_costs_no_other(reference, name):
    outcomes, report = graded(reference, total=TOTAL, train=f"{TRAIN}\n{LEFT[name]}")
    del outcomes["train"], outcomes["trained"]  # which builds on it
    assert set(outcomes.values()) == {"right"}, report.notes


ENDS_EACH = {
    "a process": LEFT["a process that ends its parent"].replace("os.kill(", "{wait}; os.kill("),
    "a thread": """
import os, threading, time
def end():
    {wait}
    os._exit(1)
threading.Thread(target=end).start()
""",
}


@pytest.mark.parametrize("seconds", [0, 0.002, 0.004, 0.006, 0.008, 0.01, 0.02])
@pytest.mark.parametrize("kind", ENDS_EACH)
def test_what_ends_each_kernel_in_turn_costs_no_other(reference, kind, seconds):
    ends = ENDS_EACH[kind].replace("{wait}", f"time.sleep({seconds})")
    outcomes, report = graded(reference, total=TOTAL, train=f"{TRAIN}\n{ends}")
    del outcomes["train"], outcomes["trained"]  # which builds on it
    assert set(outcomes.values()) == {"right"}, report.notes
