"""The same cells in a warm and in a cold kernel, and the same seen of them.

What is no difference: addresses, times, folders, and lines around the one an error is in.
"""

import json
import re
import time

import pytest

from grader.formats import wire
from grader.kernels import client, cold, forked
from grader.kernels.kernel import AnswerTimedOut
from grader.kernels.meter import ASLEEP
from grader.kernels.output_budget import MAX_OUTPUT
from grader.model.submission import Step
from grader.model.values import Exceeded
from grader.running.outputs import Ran, fault, printed
from tests.conftest import colds, kernels
from tests.kernels.notebooks import NOTEBOOKS


def opened():
    if kernels().name != "warm":
        pytest.skip("there are no warm kernels here")
    both = kernels().start("cpu"), colds().start("cpu")
    for kernel in both:
        kernel.ask(wire.question("hello", seed=7), limit=30)
    yield both
    for kernel in both:
        kernel.close()


@pytest.fixture(scope="module")
def pair():
    """A warm and a cold kernel, alike as long as the same is done with both."""
    yield from opened()


@pytest.fixture
def own():
    yield from opened()


_SAME = [
    (r"\x1b\[[0-9;?]*[a-zA-Z]", ""),
    (r"0x[0-9a-f]{6,}", "0x"),
    (r"/tmp/grader-\w+/home|/home/student", "HOME"),
    (r"\d[\d.e+]* ([mnµμ]?s)\b", r"N \1"),
    (r"(?<= )[mnµμ]s\b", "s"),
    (r"(pid|seconds?|threads?)[ =]\d+", r"\1"),
]


def plain(held):
    match held:
        case str():
            for pattern, by in _SAME:
                held = re.sub(pattern, by, held)
            return held
        case dict():
            return {key: plain(inner) for key, inner in held.items()}
        case list():
            return [plain(inner) for inner in held]
    return held


def seen(run, *, loose=False):
    """Return what a reader sees of a cell.

    Between two other outputs, what was printed is in order for each stream alone: a cold kernel
    sends each in its own time. loose: in the whole cell.
    """
    streams, shown = {}, []

    def settle():
        shown.extend(("stream", name, plain(text)) for name, text in sorted(streams.items()))
        streams.clear()

    for output in run.outputs:
        if output["output_type"] == "stream":
            streams[output["name"]] = streams.get(output["name"], "") + output["text"]
            continue
        if not loose:
            settle()
        if output["output_type"] == "error":
            trace = plain("\n".join(output["traceback"]))
            frames = re.findall(
                r"Cell In\[\d+\], line \d+.*|(?<=HOME/)\w+\.py:\d+.*|^-+> .*", trace
            )
            shown.append(("error", output["ename"], plain(output["evalue"]), frames))
        else:
            data = plain(dict(output["data"]))
            shown.append((output["output_type"], data, dict(output["metadata"])))
    settle()
    return sorted(shown, key=str) if loose else shown


def check(pair, source, piece, *, loose=False):
    runs = [kernel.run_cell(source, limit=20) for kernel in pair]
    warm, other = [seen(run, loose=loose) for run in runs]
    assert warm == other, source
    ending = "error" if piece.startswith("!") else "done"
    assert [run.ending for run in runs] == [ending, ending], (source, warm)
    if ending == "error":
        assert piece[1:] in [shown[1] for shown in warm if shown[0] == "error"], (source, warm)
    elif piece:
        assert piece in json.dumps(warm, ensure_ascii=False), warm
    else:
        assert warm == [], source
    assert runs[0].count == runs[1].count


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_same_is_seen_of_the_same_cells(pair, name):
    for source, piece in NOTEBOOKS[name]:
        check(pair, source, piece)


def asked(pair, ask, **fields):
    """Return the answer that both give to a question, byte by byte."""
    warm, other = [kernel.ask(wire.question(ask, **fields), limit=20) for kernel in pair]
    assert (warm.header, warm.tensors) == (other.header, other.tensors)
    return wire.decode(warm)


def run_both(pair, source, limit=20.0):
    return [kernel.run_cell(source, limit=limit) for kernel in pair]


def printed_by(pair, source):
    return [printed(run.outputs) for run in run_both(pair, source)]


def observed(pair, *expressions):
    numbered = {str(place): text for place, text in enumerate(expressions)}
    return list(asked(pair, "observe", expressions=numbered, seed=0).values())


VALUES = """
import torch, numpy
from torch import nn
x = torch.arange(6.0).reshape(2, 3).requires_grad_()
(x * x).sum().backward()
torch.manual_seed(1)
net = nn.Sequential(nn.Linear(3, 2), nn.ReLU())
mixed = {"a": [1, 2.5, "text", None], "b": (numpy.arange(3), torch.ones(2, dtype=torch.int8))}
def fails(n):
    print("unseen")
    return n / 0
"""


def test_the_probe_sees_the_same(pair):
    run_both(pair, VALUES)
    names = ("x", "net", "mixed", "fails", "fails(1)", "missing", "torch.rand(3)", "net(x)")
    values = observed(pair, *names)
    assert values[0].grad.data.tolist() == [[0, 2, 4], [6, 8, 10]]
    assert (values[4].type, values[4].source) == ("ZeroDivisionError", "return n / 0")
    assert values[5].type == "NameError"
    given = asked(pair, "give", code="table = torch.randn(2)\nn = 3", seed=1)
    assert sorted(given) == ["n", "table"]
    asked(pair, "put", values=given)
    assert [value.value for value in observed(pair, "n + 1", "len(table)")] == [4, 2]
    assert (
        printed_by(pair, "print(n, sorted(k for k in globals() if 'probe' in k))") == ["3 []\n"] * 2
    )


def test_a_question_is_answered_in_the_working_folder(pair):
    run_both(pair, "import os; open('data.txt', 'w').close()")
    assert observed(pair, "os.path.exists('data.txt')")[0].value is True


def test_random_numbers_and_switches_go_from_one_to_the_other(pair):
    draw = "import random, numpy, torch; random.random(), float(numpy.random.rand()), torch.rand(2)"
    for source, target in (pair, pair[::-1]):
        source.run_cell("torch.manual_seed(5); torch.rand(9); random.seed(3)", limit=20)
        state = wire.decode(source.ask(wire.question("save"), limit=20))
        target.ask(wire.question("restore", values=state), limit=20)
        one, other = printed_by(pair, draw)
        assert one == other
    run_both(pair, "torch.set_default_dtype(torch.float64); torch.set_grad_enabled(False);")
    state = asked(pair, "save")
    run_both(pair, "torch.set_default_dtype(torch.float32); torch.set_grad_enabled(True);")
    before = "torch.get_default_dtype(), torch.is_grad_enabled()"
    assert printed_by(pair, before) == ["(torch.float32, True)\n"] * 2
    asked(pair, "restore", values=state)
    assert printed_by(pair, before) == ["(torch.float64, False)\n"] * 2
    run_both(pair, "torch.set_default_dtype(torch.float32); torch.set_grad_enabled(True);")


def test_a_question_that_hangs_is_interrupted(pair):
    run_both(pair, "kept = 4\ndef hang():\n    while True: pass")
    for kernel in pair:
        question = wire.question("observe", expressions={"0": "hang()"}, seed=0)
        with pytest.raises(AnswerTimedOut):
            kernel.ask(question, limit=0.5)
        assert kernel.alive
    assert observed(pair, "kept")[0].value == 4


def test_a_display_is_updated_by_a_later_cell(pair):
    runs = run_both(pair, "h = display('one', display_id=True)")
    run_both(pair, "h.update('two'); print('x')")
    assert seen(runs[0]) == seen(runs[1]) == [("display_data", {"text/plain": "'two'"}, {})]


def test_what_is_written_below_python_is_seen(pair):
    # From a cold kernel it comes in its own time, after what Python printed.
    for source, piece in [
        ("import os, subprocess, time\ntime.sleep(0.3)", ""),
        ("code = os.system('echo sys; echo oh >&2'); time.sleep(0.5)", "oh"),
        ("n = os.write(1, b'w1\\n'), os.write(2, b'w2\\n'); time.sleep(0.5)", "w2"),
        ("n = subprocess.run('echo sub; echo err >&2', shell=True); time.sleep(0.5)", "err"),
    ]:
        check(pair, source, piece, loose=True)


def test_a_warm_kernel_keeps_everything_in_order(pair):
    warm, _ = pair
    source = (
        "import os, sys\nprint('o1'); print('e1', file=sys.stderr); print('o2')\n"
        "code = os.system('echo mid'); print('o3'); display(1); print('o4')"
    )
    outputs = warm.run_cell(source, limit=20).outputs
    texts = [output.get("text") or output["data"]["text/plain"] for output in outputs]
    assert texts == ["o1\n", "e1\n", "o2\nmid\no3\n", "1", "o4\n"]
    pair[1].run_cell("pass", limit=20)  # so that both have run as many


@pytest.mark.parametrize("source", ["", "  \n "])
def test_an_empty_cell_does_nothing(pair, source):
    # Jupyter does not send it at all. A warm kernel does, and says the count of the cell before.
    before = printed_by(pair, "get_ipython().execution_count")
    assert [(run.ending, run.outputs) for run in run_both(pair, source)] == [("done", [])] * 2
    after = printed_by(pair, "get_ipython().execution_count")
    assert [int(new) - int(old) for new, old in zip(after, before, strict=True)] == [1, 1]


FAULTS = [
    ("def f(x):\n    return x / 0\ny = 1\nf(y)", 2, 4),
    ("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('v') from e", 4, 2),
    ("x = 1\n\nfor n in range(3):\n    if n == 2:\n        raise KeyError(n)", 5, 5),
    ("import json\njson.loads('{')", 2, 2),
    ("class Bad(Exception):\n    def __str__(self): raise OSError('in it')\nraise Bad", 2, 2),
]


@pytest.mark.parametrize(("source", "line", "statement"), FAULTS)
def test_an_error_is_said_to_be_in_the_same_line(pair, source, line, statement):
    faults = []
    for run in run_both(pair, source):
        faults.append(fault(Ran(step=Step(source=source, role="own"), run=run)))
    told = [(one.name, one.message, one.line, one.source, one.statement) for one in faults]
    assert told[0] == told[1]
    assert told[0][2::2] == (line, statement)


def test_long_output_is_cut_off(pair):
    outputs = [run.outputs for run in run_both(pair, "for n in range(200): print('x' * 9_999)")]
    for text in map(printed, outputs):
        assert text.endswith("output cut off here\n")
        assert MAX_OUTPUT * 0.9 < len(text) < MAX_OUTPUT + 100


def test_endless_output_is_stopped(own, monkeypatch):
    for module in (client, forked):
        monkeypatch.setattr(module, "STOP_OUTPUT", 2_000_000)
    runs = run_both(own, "kept = 5\nwhile True: print('x' * 9_999)")
    assert [run.ending for run in runs] == ["too much output"] * 2
    assert all("cut off here" in printed(run.outputs) for run in runs)
    assert own[0].alive  # a cold one may have to be killed


@pytest.mark.parametrize(
    "wait", ["while True: pass", "import time; time.sleep(60)", "await asyncio.sleep(60)"]
)
def test_a_cell_that_takes_too_long_is_interrupted(pair, wait):
    runs = run_both(pair, f"import asyncio\nkept = 6\nprint('so far')\n{wait}", limit=0.7)
    assert [run.ending for run in runs] == ["timed out"] * 2
    assert [kernel.alive for kernel in pair] == [True, True]
    assert [printed(run.outputs) for run in runs] == ["so far\n"] * 2
    names = {run.outputs[-1].get("ename") for run in runs}
    assert names <= {"KeyboardInterrupt", "CancelledError"}
    assert printed_by(pair, "kept + 1") == ["7\n"] * 2


def test_time_is_the_cells_own(own):
    """What it works counts, and what it sleeps, but not how long a machine keeps it waiting."""
    busy = run_both(own, "for n in range(10**9): pass", limit=0.5)
    assert {run.exceeded for run in busy} == {Exceeded(seconds=0.5)}
    assert all(0.5 < run.spent.cpu < 3 for run in busy)
    asleep = run_both(own, "import time; time.sleep(600)", limit=0.5)
    assert {run.exceeded for run in asleep} == {Exceeded(seconds=0.5 * ASLEEP, slept=True)}
    assert all(run.spent.cpu < 0.5 < run.spent.asleep for run in asleep)
    # It sleeps for longer than it may work, and that is all right.
    short = run_both(own, "import time; time.sleep(1)", limit=0.5)
    assert [(run.ending, run.exceeded) for run in short] == [("done", None)] * 2


def test_what_a_child_works_is_its_parents(own):
    work = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"
    runs = run_both(own, work, limit=0.5)
    assert {run.exceeded for run in runs} == {Exceeded(seconds=0.5)}


@pytest.mark.parametrize(
    "recursion",
    [
        "def f(n): return f(n + 1)\nf(0)",
        "import sys\nsys.setrecursionlimit(50_000)\ndef f(n): return f(n + 1)\nf(0)",
        "def f(n):\n try:\n  f(n + 1)\n except Exception:\n  raise ValueError\nf(0)",
    ],
)
def test_an_endless_recursion_is_an_error_and_soon_told(own, recursion):
    """Its traceback is not what its time is spent on."""
    runs = run_both(own, recursion, limit=4.0)
    assert [run.ending for run in runs] == ["error"] * 2
    assert {run.outputs[-1]["ename"] for run in runs} <= {"RecursionError", "ValueError"}


def test_what_swallows_the_interrupt_is_killed(own, monkeypatch):
    monkeypatch.setattr(cold, "GRACE", 0.5)
    monkeypatch.setattr(forked, "GRACE", 0.5)
    assert printed_by(own, "import os; print(os.listdir())") == ["[]\n"] * 2
    deaf = "import signal\nsignal.signal(signal.SIGINT, lambda *_: None)\n"
    runs = run_both(own, f"{deaf}print('so far')\nwhile True: pass", limit=1.0)
    assert [run.ending for run in runs] == ["timed out"] * 2
    assert [kernel.alive for kernel in own] == [False, False]
    assert printed(runs[0].outputs) == printed(runs[1].outputs) == "so far\n"


def test_the_end_of_the_process_is_a_crash(own):
    runs = run_both(own, "import os; os._exit(0)")
    assert [run.ending for run in runs] == ["crashed"] * 2
    assert [kernel.alive for kernel in own] == [False, False]


VARIABLES = (
    *("CLICOLOR", "CLICOLOR_FORCE", "CUDA_VISIBLE_DEVICES", "FORCE_COLOR", "GIT_PAGER", "HOME"),
    *("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "MKL_NUM_THREADS", "MPLBACKEND", "MPLCONFIGDIR"),
    *(
        "OMP_NUM_THREADS",
        "OMP_WAIT_POLICY",
        "OPENBLAS_NUM_THREADS",
        "PAGER",
        "PATH",
        "PYTHONHASHSEED",
        "TERM",
    ),
    *("PIP_DISABLE_PIP_VERSION_CHECK", "PIP_RETRIES"),
    *("TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "CUDA_HOME", "FOO"),
)
OF_IPYKERNEL = {"JPY_PARENT_PID", "PYDEVD_USE_FRAME_EVAL"}  # its own business


def test_the_environment_is_next_to_empty(pair):
    warm, other = printed_by(pair, "import os; print(*sorted(os.environ))")
    assert set(other.split()) - set(warm.split()) <= OF_IPYKERNEL
    assert set(warm.split()) <= {*VARIABLES, "KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK"}


def test_where_they_differ(pair):
    # A task goes on while cells run; in Jupyter also between them, as long as nothing runs.
    run_both(pair, "import asyncio, sys, time\ntask = asyncio.create_task(asyncio.sleep(0.05))")
    time.sleep(0.5)
    assert printed_by(pair, "task.done()") == ["False\n", "True\n"]
    # A warm kernel's output is a file like any other.
    assert printed_by(pair, "hasattr(sys.stdout, 'buffer')") == ["True\n", "False\n"]
    # No ipykernel is loaded, so there is nothing to connect to.
    assert printed_by(pair, "'ipykernel' in sys.modules") == ["False\n", "True\n"]
    for magic in ("connect_info", "subshell", "qtconsole"):
        run = pair[0].run_cell(f"%{magic}", limit=20)
        assert (run.ending, run.outputs) == ("done", [])
        pair[1].run_cell("pass", limit=20)


def left(pair):
    """Return what both kernels say a cell has changed of given data, and left behind."""
    found = []
    for kernel in pair:
        answer = wire.decode(kernel.ask(wire.question("left"), limit=20))
        found.append([[item.value for item in answer[name].items] for name in ("changed", "left")])
    assert found[0] == found[1]
    return found[0]


def test_what_a_cell_changes_of_given_data_is_seen(pair):
    run_both(
        pair, "import torch\nrow, lists = torch.zeros(3), [1, [2]]\ndef double(x): return 2 * x"
    )
    asked(pair, "watch", names=["row", "lists", "double", "later"])
    left(pair)
    for source, names in [
        ("row + 1, double(row), lists", []),
        ("row.add_(0)", []),
        ("row[0] = 5; lists[1].append(3)", ["row", "lists"]),
        ("row = row.clone()", []),
        ("def double(x): return 3 * x\nlater = 1", ["double", "later"]),
        ("del row", ["row"]),
    ]:
        run_both(pair, source)
        assert left(pair) == [names, []], source
    asked(pair, "watch", names=[])


REMAINS = [
    ("import threading\nthread = threading.Timer(600, print)\nthread.start()", ["thread"]),
    ("thread.cancel(); thread.join()", []),
    ("import subprocess\nchild = subprocess.Popen(['sleep', '600'])", ["process"]),
    ("child.kill(); code = child.wait()", []),
    ("async def wait(): await asyncio.sleep(600)", []),
    ("import asyncio\ntask = asyncio.create_task(wait())", ["task"]),
    ("task.cancel();", []),
    ("import sys\nsys.addaudithook(lambda *_: None)", ["audit hook"]),
    (
        "class Finder:\n    def find_spec(self, *_): pass\nsys.meta_path.append(Finder())",
        ["import hook"],
    ),
    ("get_ipython().events.register('pre_run_cell', lambda *_: None)", ["shell hook"]),
    ("import torch\nold, torch.mean = torch.mean, torch.sum", ["patch"]),
    ("torch.mean = old", ["patch"]),
    ("import math\nmath.mine = 3", []),
    ("torch.Tensor.__matmul__ = lambda *_: 0", ["patch"]),
    ("mode = torch.autograd.set_grad_enabled(False)", []),
    ("cast = torch.autocast('cpu').__enter__()", ["mode"]),
]


def test_what_a_cell_leaves_behind_is_named_by_its_kind(own):
    asked(own, "watch", names=[])  # as a run does with each fresh kernel
    for source, kinds in REMAINS:
        run_both(own, source)
        assert left(own) == [[], kinds], source


ENDED = [
    (
        "import signal\nn = signal.signal(signal.SIGALRM, print); n = signal.alarm(600)",
        "signal.getsignal(signal.SIGALRM) is print, signal.alarm(0)",
        "(False, 0)",
    ),
    (
        "n = signal.setitimer(signal.ITIMER_VIRTUAL, 600)",
        "signal.getitimer(signal.ITIMER_VIRTUAL)[0]",
        "0.0",
    ),
    ("import sys, threading\nsys.setprofile(lambda *_: None)", "sys.getprofile() is None", "True"),
    ("threading.settrace(print)", "threading.gettrace() is None", "True"),
    (
        "import gc\ngc.callbacks.append(abs); gc.disable()",
        "abs in gc.callbacks, gc.isenabled()",
        "(False, True)",
    ),
    (
        "n = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])",
        "signal.SIGTERM in signal.pthread_sigmask(signal.SIG_BLOCK, [])",
        "False",
    ),
    ("sys.setrecursionlimit(100)", "sys.getrecursionlimit() > 500", "True"),
]


def test_what_can_be_ended_is_ended_where_a_cell_ends(own):
    asked(own, "watch", names=[])
    for source, after, shown in ENDED:
        run_both(own, source)
        assert left(own) == [[], []], source
        assert printed_by(own, after) == [f"{shown}\n"] * 2, source
