"""Copies of a warm kernel: what one does is seen by no other."""

import os
import time
from contextlib import suppress
from pathlib import Path

import pytest

from grader.formats import wire
from grader.kernels import forked
from grader.kernels.kernel import AnswerTimedOut, KernelDied
from grader.running.outputs import printed
from tests.conftest import kernels, shown


@pytest.fixture
def kernel():
    if kernels().name != "warm":
        pytest.skip("there are no warm kernels here")
    made = kernels().start("cpu")
    made.ask(wire.question("hello", seed=7), limit=30)
    yield made
    made.close()


def observed(kernel, expression, limit=20.0):
    question = wire.question("observe", expressions={"0": expression}, seed=0)
    return wire.decode(kernel.ask(question, limit=limit))["0"].value


def test_what_a_copy_and_its_original_do_is_their_own(kernel):
    shown(kernel, "import os, sys\nx, held = 1, [1]\nopen('before', 'w').close()")
    copy = kernel.fork()
    shown(
        copy, "x = 2; held.append(2); os.environ['A'] = 'copy'; sys.path.append('c')\nos.chdir('/')"
    )
    assert shown(kernel, "print(x, held, os.environ.get('A'), 'c' in sys.path)") == (
        "1 [1] None False\n"
    )
    assert (
        shown(kernel, "os.getcwd() == os.environ['HOME'], os.listdir()") == "(True, ['before'])\n"
    )
    shown(kernel, "x = 3; held.clear()")
    assert shown(copy, "print(x, held)") == "2 [1, 2]\n"
    assert (observed(kernel, "x"), observed(copy, "x")) == (3, 2)


def test_a_copy_goes_on_where_the_original_stood(kernel):
    shown(kernel, "print('one')")
    shown(kernel, "100 + 1")
    copy = kernel.fork()
    run, other = copy.run_cell("_ + 1", limit=20), kernel.run_cell("_ + 1", limit=20)
    assert (
        (run.count, printed(run.outputs)) == (other.count, printed(other.outputs)) == (3, "102\n")
    )


def test_a_copy_of_a_copy(kernel):
    shown(kernel, "names = ['kernel']")
    copy = kernel.fork()
    shown(copy, "names.append('copy')")
    third = copy.fork()
    shown(third, "names.append('third')")
    copy.close()
    assert not copy.alive
    assert shown(kernel, "names") == "['kernel']\n"


def test_a_copy_of_a_copy_outlives_what_the_first_does_next(kernel):
    copy = kernel.fork()
    third = copy.fork()
    shown(copy, "x = 'copy'")
    shown(kernel, "x = 'kernel'")
    assert shown(third, "'x' in globals()") == "False\n"
    shown(third, "x = 'third'")
    assert [shown(one, "print(x)") for one in (kernel, copy, third)] == [
        "kernel\n",
        "copy\n",
        "third\n",
    ]


def test_data_is_put_into_a_copy_and_other_code_is_run_there(kernel):
    shown(kernel, "import torch\ndef double(t): return t * scale\nscale = 2")
    copy = kernel.fork()
    given = wire.decode(
        kernel.ask(
            wire.question("give", code="hidden = torch.ones(2)\nscale = 5", seed=1), limit=20
        )
    )
    copy.ask(wire.question("put", values=given), limit=20)
    assert shown(copy, "print(double(hidden).tolist())") == "[5.0, 5.0]\n"
    assert shown(kernel, "print('hidden' in globals(), scale)") == "False 2\n"
    assert "hidden" not in shown(kernel.fork(), "print(sorted(globals()))")


STUBBORN = """
kept = 1
def stubborn():
    while True:
        try:
            while True: sum(range(100))
        except KeyboardInterrupt:
            pass
"""


def test_a_copy_that_hangs_is_killed_and_the_original_lives(kernel, monkeypatch):
    monkeypatch.setattr(forked, "GRACE", 0.5)
    shown(kernel, STUBBORN)
    copy, other = kernel.fork(), kernel.fork()
    with pytest.raises(AnswerTimedOut):
        observed(copy, "stubborn()", limit=0.5)
    assert (copy.alive, kernel.alive, other.alive) == (False, True, True)
    with pytest.raises(KernelDied):
        observed(copy, "kept")
    assert other.run_cell("stubborn()", limit=0.5).ending == "timed out"
    assert (other.alive, kernel.alive) == (False, True)
    assert observed(kernel, "kept") == 1
    assert observed(kernel.fork(), "kept") == 1


def test_a_copy_that_ends_takes_nothing_with_it(kernel):
    shown(kernel, "import os\nkept = 1")
    copy = kernel.fork()
    with pytest.raises(KernelDied):
        observed(copy, "os._exit(0)")
    assert not copy.alive
    with pytest.raises(KernelDied):
        copy.run_cell("pass", limit=5)
    assert observed(kernel, "kept") == 1


def test_many_copies(kernel):
    shown(kernel, "n = 0")
    copies = []
    for number in range(40):
        shown(kernel, f"n = {number}")
        copies.append(kernel.fork())
    assert [observed(copy, "n") for copy in copies] == list(range(40))
    assert shown(copies[3], "n += 100; n") == "103\n"
    assert observed(kernel, "n") == 39


DRAW = "print(float(numpy.random.rand()), torch.rand(2).tolist())"


def test_random_numbers_are_the_same_in_copies(kernel):
    shown(kernel, "import numpy, torch\ntorch.rand(3); numpy.random.rand();")
    first, second = kernel.fork(), kernel.fork()
    drawn = shown(first, DRAW)
    assert shown(second, DRAW) == drawn
    assert shown(kernel, DRAW) == drawn
    assert shown(kernel, DRAW) != drawn


def test_pythons_random_numbers_are_the_same_in_copies(kernel):
    shown(kernel, "import random; random.random();")
    copy = kernel.fork()
    assert shown(copy, "random.random()") == shown(kernel, "random.random()")


def test_torch_computes_in_a_copy_and_a_task_can_be_awaited(kernel):
    shown(
        kernel,
        "import torch\nx = torch.ones(300, 300, requires_grad=True)\n(x @ x).sum().backward()",
    )
    copy = kernel.fork()
    assert shown(copy, "(x @ x).sum().backward()\nprint(x.grad[0, 0].item())") == "1200.0\n"
    assert shown(copy, "import asyncio\nawait asyncio.sleep(0.01)\nprint('on')") == "on\n"
    assert shown(copy, "torch.get_num_threads()") == "1\n"


STARTED = """
import os, subprocess, time
home = os.environ["HOME"]
shell = subprocess.Popen(["sleep", "600"])
if (child := os.fork()) == 0:
    os.setsid()
    while True:
        time.sleep(0.02)
        with open(home + "/beat", "a") as file: file.write(".")
while not os.path.exists(home + "/beat"): time.sleep(0.01)
"""


def stands_still(copy):
    """Whether nobody writes to the file of the beats any more."""
    size = observed(copy, "os.path.getsize(home + '/beat')")
    time.sleep(0.2)
    return observed(copy, "os.path.getsize(home + '/beat')") == size > 0


def test_once_sealed_what_the_student_started_is_dead(kernel):
    assert shown(kernel, STARTED) == ""
    copy = kernel.fork()
    kernel.seal()
    assert stands_still(copy)
    assert copy.run_cell("x = 5", limit=20).ending == "done"
    assert observed(copy, "x") == 5
    assert observed(kernel, "shell.wait()") == -9
    assert observed(kernel, "child > 0")
    later = kernel.fork()
    assert observed(later, "1 + 1") == 2
    assert kernel.run_cell("y = 6", limit=20).ending == "done"
    assert observed(kernel, "y") == 6


BEATING = """
import os, threading, time
home = os.environ["HOME"]
def beat():
    while True:
        time.sleep(0.01)
        with open(home + "/beat", "a") as file: file.write(".")
threading.Thread(target=beat, daemon=True).start()
while not os.path.exists(home + "/beat"): time.sleep(0.01)
"""


def test_a_thread_of_the_student_stands_still_once_sealed(kernel):
    assert shown(kernel, BEATING) == ""
    copy = kernel.fork()
    kernel.seal()
    assert stands_still(copy)


def test_the_end_of_the_original_is_the_end_of_its_copies(kernel):
    copy = kernel.fork()
    pid = copy.pid
    third = copy.fork()
    os.kill(pid, 0)
    kernel.close()
    assert (copy.alive, third.alive) == (False, False)
    for one in (copy, third):
        with pytest.raises(KernelDied):
            observed(one, "1")


def test_a_sealed_kernel_can_be_copied_and_asked(kernel):
    shown(kernel, "x = 1")
    kernel.seal()
    copy = kernel.fork()
    assert observed(copy, "x") == observed(kernel, "x") == 1


def test_a_copy_stands_still_until_it_is_asked(kernel):
    shown(kernel, "import time\nkept = 1")
    copies = [kernel.fork() for _ in range(3)]
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and {state(copy) for copy in copies} != {"T"}:
        time.sleep(0.01)
    assert {state(copy) for copy in copies} == {"T"}
    assert observed(copies[1], "kept") == 1
    assert {state(copies[0]), state(copies[2])} == {"T"}


def state(kernel):
    return Path(f"/proc/{kernel.pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_copies_that_have_ended_leave_nothing(kernel):
    for _ in range(20):
        copy = kernel.fork()
        assert observed(copy, "1 + 1") == 2
        copy.close()
    # One that has ended is reaped as the next is made; the last may still be at it.
    assert len(children(kernel.pid)) <= 3


def test_copies_of_copies_leave_nothing_either(kernel):
    """When a copy ends, those of it become children of the first process, which waits for none."""
    shown(kernel, "kept = 1")
    paused = kernel.fork()
    kernel.seal()
    for _ in range(30):
        copy = paused.fork()
        inner = copy.fork()
        assert observed(inner, "kept") == 1
        inner.close()
        copy.close()
    assert len(children(kernel.pid)) <= 2 * forked.MADE
    assert len(children(paused.pid)) <= 3
    assert state(kernel) == "T"


def children(pid):
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_a_copy_that_cannot_be_made_is_nobodys_fault(kernel):
    fill = """
import os, time
held = []
try:
    while True:
        if (pid := os.fork()) == 0:
            time.sleep(600)
        held.append(pid)
except OSError:
    pass
len(held)
"""
    shown(kernel, fill)
    assert kernel.fork() is None
    assert kernel.alive
    shown(
        kernel, "import signal\nfor pid in held: os.kill(pid, signal.SIGKILL); os.waitpid(pid, 0)"
    )
    assert observed(kernel.fork(), "len(held) > 10") is True


def test_descriptors_that_a_kernel_sends_are_not_taken(kernel):
    sends = """
import array, os, socket
def send():
    channel = socket.socket(fileno=os.dup(3))
    fds = array.array("i", [0] * 200)
    try:
        channel.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
    except OSError:
        pass
os.register_at_fork(before=send)
"""
    before = len(list(Path("/proc/self/fd").iterdir()))
    shown(kernel, sends)
    for _ in range(3):
        with suppress(KernelDied):
            kernel.fork()
    assert len(list(Path("/proc/self/fd").iterdir())) < before + 20
