"""What a submission can make the grader itself do: wait, and hold memory."""

import json
import signal
import subprocess
import sys
import time
import tracemalloc
from contextlib import contextmanager

import pytest

from grader.errors import BadAnswer, KernelFailed
from grader.formats import notebook, wire
from grader.grade import grade
from grader.kernels import warm as warm_module
from grader.kernels.forked import ForkedKernel
from grader.kernels.kernel import AnswerTimedOut, KernelDied, Limits
from grader.kernels.meter import PATIENCE
from grader.model.submission import NotebookCell, Step, Submission
from grader.model.values import Payload
from grader.running.outputs import Ran, fault
from tests.attacks.holding import ATTACKS
from tests.conftest import kernels, notebook_of

pytestmark = pytest.mark.skipif(
    kernels().isolation.level != "full", reason="isolation is not full here"
)
# One call that writes it takes the grader a minute to read, a frame of 13 bytes at a time.
_FLOOD = """
import os, struct, sys, threading, time
empty = struct.Struct(">IBII").pack(0, 11, 0, 0) * 10_000_000
warm, main = get_ipython().send.__self__, threading.main_thread().ident
def waits():
    frame = sys._current_frames()[main]
    return "read" in (frame.f_code.co_name, frame.f_back.f_code.co_name)
def flood():
    while not waits():
        time.sleep(0.0005)
    while True:
        os.writev(warm.channel.fileno(), [empty] * 15)
def start():
    threading.Thread(target=flood, daemon=True).start()
"""


class Hangs(Exception):
    """The grader waits longer than any of its limits allows."""


@contextmanager
def within(seconds):
    def ring(*_):
        raise Hangs

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture
def kernel():
    kernel = kernels().start("cpu")
    kernel.ask(wire.question("hello", seed=0), limit=10)
    yield kernel
    kernel.close()


def asked(kernel):
    """Ask something; that there is no answer is right, too."""
    question = wire.question("observe", expressions={"0": "1"}, seed=0)
    try:
        kernel.ask(question, limit=1)
    except (KernelDied, AnswerTimedOut):
        assert not kernel.alive


def test_a_flood_while_a_cell_runs_is_stopped_in_time(kernel):
    code = _FLOOD + "while True: os.write(3, empty)"
    with within(PATIENCE * 3):
        assert kernel.run_cell(code, limit=1).ending in ("timed out", "too much output", "crashed")


def test_a_flood_between_two_requests_is_stopped_in_time(kernel):
    assert kernel.run_cell(_FLOOD + "start()", limit=5).ending == "done"
    time.sleep(0.3)  # the flood begins once the kernel waits
    with within(PATIENCE * 3):
        asked(kernel)


def test_a_flood_from_a_copy_is_stopped_in_time(kernel):
    hook = """
def copied():
    global main
    main = threading.get_ident()
    start()
os.register_at_fork(after_in_child=copied)
"""
    assert kernel.run_cell(_FLOOD + hook, limit=5).ending == "done"
    copy = kernel.fork()
    time.sleep(0.3)  # in a real run the other cells come before a copy is asked
    with within(PATIENCE * 3):
        asked(copy)


def test_displays_that_are_updated_stay_within_what_is_kept(kernel):
    code = """
emit = get_ipython().emit
for _ in range(200):
    emit("display", data={"text/plain": ""}, metadata={}, id="a")
emit("update", data={"text/plain": "x" * 200_000}, metadata={}, id="a")
"""
    outputs = kernel.run_cell(code, limit=5).outputs
    written = notebook.write([(NotebookCell(kind="code", source="", id="a"), outputs, 1)])
    assert len(written) < 2_000_000


def test_grading_takes_a_bounded_amount_of_memory():
    told = subprocess.run(
        [sys.executable, "-m", "tests.attacks.holding"], capture_output=True, text=True, check=True
    ).stdout
    peaks = dict(line.split() for line in told.splitlines())
    assert set(peaks) == set(ATTACKS)
    assert {name for name, peak in peaks.items() if int(peak) > 600 * 2**20} == set()


def test_too_much_output_of_a_whole_notebook_costs_no_marks(small, small_answers):
    loud = ["print('x' * 990_000)"] * 25
    cells = small_answers()
    found = grade(
        Submission(
            student="someone",
            source="file",
            notebook=notebook.read(notebook_of([*cells[:2], *loud, *cells[2:]])),
            digest="0",
        ),
        small,
        factory=kernels(),
        limits=Limits(),
        language="en",
    )
    assert found.report.score == 6
    assert len(found.executed) < 21 * 10**6
    assert "output cut off here" in found.executed


ONES, PAIRS = [1] * 50_000, {f"_{n}": 1 for n in range(20_000)}
_FLOATS = {"k": "floats", "type": "list", "v": "0 " * 100_000 + "0"}
BAD = {  # of which each fault would be put into words
    "items": {"k": "sequence", "type": "list", "items": ONES},
    "entries": {"k": "mapping", "type": "dict", "module": False, "entries": PAIRS},
    "keys": {"k": "text", "type": "str", "v": "", **PAIRS},
    "parts": {"k": "number", "type": "complex", "of": "complex", "v": ONES},
    "numbers": {"k": "sequence", "type": "list", "items": [_FLOATS] * 3},
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_answer_costs_little_memory(name):
    header = json.dumps({"values": {"0": BAD[name]}}).encode()
    tracemalloc.start()
    try:
        with pytest.raises(BadAnswer):
            wire.decode(Payload(header=header))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * 2**20  # the answer has 600 kB at most


def test_a_reply_that_should_be_a_number_is_not_read_where_it_is_more(kernel):
    forge = """
import os
warm = get_ipython().send.__self__
reply = warm._reply
warm._reply = lambda header, body=b"": reply(b"[" + b"[]," * 2_000_000 + b"[]]")
"""
    tracemalloc.start()
    try:
        kernel.run_cell(forge, limit=5)
        assert kernel.fork() is None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 * 2**20  # a reply has 6 MB, and is taken in by pieces


def test_what_a_copy_says_at_its_start_is_not_kept(kernel):
    forge = """
import os
warm = get_ipython().send.__self__
reply, top = warm._reply, os.getpid()
warm._reply = lambda header, body=b"": reply(
    header if os.getpid() == top else b"x" * 20_000_000, body)
"""
    assert kernel.run_cell(forge, limit=5).ending == "done"
    tracemalloc.start()
    try:
        copies = [kernel.fork() for _ in range(3)]
        for copy in copies:
            copy.run_cell("1", limit=5)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 20 * 2**20


def test_what_an_error_says_takes_no_time_to_tidy(kernel):
    said = " (<ipython-input" * 60_000
    code = f"get_ipython().emit('error', ename='', evalue={said[:16]!r} * 60_000, traceback=[])"
    run = kernel.run_cell(code, limit=20)
    with within(PATIENCE):
        told = fault(Ran(step=Step(role="own", source="x"), run=run))
    assert told.message == said[:2_000]


def test_more_values_than_the_probe_sends_are_refused():
    text = {"k": "text", "type": "str", "v": ""}
    tree = {"k": "sequence", "type": "list", "items": [text] * 250_000}
    with pytest.raises(BadAnswer):
        wire.decode(Payload(header=json.dumps({"values": {"0": tree}}).encode()))


def test_a_kernel_that_is_confined_less_than_the_first_is_not_used(monkeypatch):
    class Loose(ForkedKernel):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            told = json.loads(self.greeting)
            told["measures"]["Landlock"] = "Cannot allocate memory"
            self.greeting = json.dumps(told).encode()

    monkeypatch.setattr(warm_module, "ForkedKernel", Loose)
    kernel = None
    try:
        with pytest.raises(KernelFailed):
            kernel = kernels().start("cpu")
    finally:
        if kernel is not None:
            kernel.close()
