"""Warm kernels: what they may cost, what holds where less than full isolation is to be had."""

import signal
import sys
import time

import pytest

from grader.errors import KernelFailed, UsageError
from grader.formats import wire
from grader.kernels import cold, processes, template_process, warm
from grader.kernels.choose import open_factory
from grader.kernels.kernel import TookTooMuch
from grader.kernels.sandbox import Bounds
from grader.kernels.warm import Template
from grader.student_side.confine import MEASURES
from tests.conftest import kernels, shown

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="warm kernels need Linux")

NAMESPACES = tuple(name for name in MEASURES if "namespace" in name)
SMALL_BOUNDS = Bounds(memory=300 * 2**20, disk=2**20, processes=40)


@pytest.fixture
def kernel():
    made = kernels().start("cpu")
    yield made
    made.close()


@pytest.fixture(scope="module")
def tight():
    template = Template(SMALL_BOUNDS)
    yield template
    template.close()


def test_a_submission_sees_nothing_of_the_grader(kernel):
    cell = "import os\nprint(os.listdir('.'), os.getuid(), os.getpid(), sorted(os.listdir('/')))"
    text = shown(kernel, cell)
    if kernels().isolation.level != "full":
        pytest.skip(f"isolation is {kernels().isolation}")
    assert text.startswith("[] 1000 1 ")
    assert shown(kernel, "print(os.path.exists('reference'), os.listdir('/home'))") == (
        "False ['student']\n"
    )


def test_to_seed_writes_no_stack_out(kernel):
    cell = (
        "import torch, traceback\nasked = []\n"
        "traceback.format_stack = lambda *_, **__: asked.append(1) or []\n"
        "torch.manual_seed(3)\nprint(torch.rand(1).item() == first, torch.initial_seed(), asked)"
    )
    kernel.run_cell("import torch\ntorch.manual_seed(3)\nfirst = torch.rand(1).item()", limit=20)
    assert shown(kernel, cell) == "True 3 []\n"


def test_what_takes_too_much_memory_is_stopped(tight):
    kernel = tight.fork("cpu")
    assert shown(kernel, "print(len(bytearray(100 * 2**20)))") == f"{100 * 2**20}\n"
    run = kernel.run_cell("x = bytearray(400 * 2**20)", limit=20)
    assert run.outputs[-1]["ename"] == "MemoryError"
    assert shown(kernel, "print('x' in dir())") == "False\n"
    kernel.close()


def test_many_processes_together_are_stopped_too(tight):
    kernel = tight.fork("cpu")
    cell = """
import os, time
for _ in range(8):
    if os.fork() == 0:
        hoard = bytearray(os.urandom(2**20)) * 90
        time.sleep(60)
        os._exit(0)
time.sleep(60)
"""
    run = kernel.run_cell(cell, limit=20)
    assert run.ending == "too much memory"
    assert not kernel.alive
    kernel.close()


def test_a_call_that_takes_too_much_memory_is_no_crash(tight):
    kernel = tight.fork("cpu")
    cell = """
import os, time
def hoard():
    for _ in range(8):
        if os.fork() == 0:
            held = bytearray(os.urandom(2**20)) * 90
            time.sleep(60)
            os._exit(0)
    time.sleep(60)
"""
    assert kernel.run_cell(cell, limit=20).ending == "done"
    with pytest.raises(TookTooMuch, match="too much memory"):
        kernel.ask(wire.question("observe", expressions={"0": "hoard()"}, seed=0), limit=20)
    assert not kernel.alive
    kernel.close()


def test_disk_files_and_processes_have_an_end(tight):
    kernel = tight.fork("cpu")
    for cell, error in [
        ("open('/tmp/big', 'wb').write(bytes(2**22))", "OSError"),
        ("import os\nfor n in range(9):\n    open(f'{n}', 'wb').write(bytes(2**19))", "OSError"),
        ("import os\nopen_files = [os.open('/dev/null', 0) for _ in range(2000)]", "OSError"),
        ("for fd in open_files if 'open_files' in dir() else (): os.close(fd)\n1 / 0", "Zero"),
    ]:
        run = kernel.run_cell(cell, limit=20)
        assert run.outputs[-1]["ename"].startswith(error), run
    kernel.close()


def test_nothing_that_was_started_lives_on(kernel):
    cell = """
import os, signal, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
"""
    assert kernel.run_cell(cell, limit=10).ending == "done"
    pid = kernel.pid
    assert processes.below(pid)
    kernel.close()
    following = kernels().start("cpu")
    assert processes.below(pid) == []
    following.close()


def test_a_template_that_was_killed_is_started_anew():
    template = Template(Bounds())
    try:
        lost = template.fork("cpu")
        processes.kill([*processes.below(template._popen.pid), template._popen.pid])
        with pytest.raises(KernelFailed, match="forked from has ended"):  # not the student's fault
            lost.ask(wire.question("hello", seed=0), limit=5)
        lost.close()
        kernel = template.fork("cpu")
        assert shown(kernel, "print('here')") == "here\n"
        kernel.close()
    finally:
        template.close()


def kill_as_it_starts(monkeypatch, times):
    """Have the next templates killed before they answer."""
    left, usual = [None] * times, template_process.command

    def command(*arguments):
        if not left:
            return usual(*arguments)
        left.pop()
        return [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]

    monkeypatch.setattr(template_process, "command", command)
    return left


def test_a_template_that_is_killed_as_it_starts_starts_again_no_less_isolated(monkeypatch):
    usual = kernels().isolation
    kill_as_it_starts(monkeypatch, times=2)
    template = Template(Bounds())
    try:
        assert template.isolation == usual
    finally:
        template.close()


def test_kernels_are_to_be_had_again_once_a_template_can_start(monkeypatch):
    template = Template(Bounds())
    try:
        left = kill_as_it_starts(monkeypatch, times=1_000)
        with pytest.raises(KernelFailed, match="did not start"):
            template.renew()
        with pytest.raises(KernelFailed, match="did not start"):
            template.fork("cpu")
        left.clear()
        kernel = template.fork("cpu")
        assert shown(kernel, "print('here')") == "here\n"
        kernel.close()
    finally:
        template.close()


def test_the_end_of_a_template_is_the_end_of_its_kernels():
    template = Template(Bounds())
    kernel = template.fork("cpu")
    top = template._popen.pid
    found = processes.below(top)
    template.close()
    assert found
    assert processes.alive(found) == []
    kernel.close()


@pytest.mark.parametrize(
    "without",
    [
        NAMESPACES,
        ("pid namespace",),
        ("user namespace", "another user"),
        ("network namespace",),
        ("Landlock", "system call filter"),
        ("own /proc",),
        MEASURES,
    ],
    ids=lambda names: "+".join(names) if len(names) < 4 else f"{len(names)} of them",
)
def test_with_less_isolation_it_says_so_and_still_runs(without):
    measures = tuple(name for name in MEASURES if name not in without)
    template = Template(Bounds(), measures)
    try:
        missing = template.isolation.missing
        assert set(without) - {"another user"} <= set(missing)
        assert template.isolation.level == ("none" if without == MEASURES else "partial")
        kernel = template.fork("cpu")
        daemon = (
            "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
            "        time.sleep(600)\n    os._exit(0)\nprint('started')"
        )
        assert shown(kernel, daemon) == "started\n"
        assert shown(kernel, "open('file', 'w').write('x'); print(os.listdir('.'))") == "['file']\n"
        copy = kernel.fork()
        assert shown(copy, "print(1 + 1)") == "2\n"
        template_pid = template._popen.pid
        kernel.close()
        after = template.fork("cpu")
        names = shown(after, "import os\nprint(os.listdir('.'))")
        assert names == "[]\n"
        after.close()
        left = processes.below(template_pid)
        assert len(left) <= 2 + ("pid namespace" not in without), left
    finally:
        template.close()


def test_a_kernel_that_is_killed_is_lost_at_once_though_a_copy_of_it_waits():
    template = Template(Bounds(), tuple(name for name in MEASURES if name not in NAMESPACES))
    try:
        kernel = template.fork("cpu")
        shown(kernel, "import os")
        copies = [kernel.fork() for _ in range(2)]
        assert all(copies)
        run = kernel.run_cell("os.kill(os.getpid(), 9)", limit=10)
        assert run.ending == "crashed"
        assert run.spent.asleep < 5  # and not three times the limit
        kernel.close()
        started = time.monotonic()
        template.fork("cpu").close()  # which waits for all that ended
        assert time.monotonic() - started < warm.END  # each that is left would take as long
    finally:
        template.close()


def test_a_copy_of_a_stranger_is_refused(kernel):
    # A process that is no child of the kernel is not for the grader to stop and to kill.
    for number in (1, 2, 4194304):
        cell = f"import grader.student_side.warm as warm\nwarm._fork = lambda: {number}"
        kernel.run_cell(cell, limit=10)
        assert kernel.fork() is None
        assert shown(kernel, "print(1)") == "1\n"


def test_kernels_for_one_device_are_not_for_the_other():
    with pytest.raises(KernelFailed, match="for cpu, not for cuda"):
        kernels().start("cuda")


def test_less_than_full_isolation_can_be_refused(monkeypatch):
    monkeypatch.setattr(cold, "MEASURES", MEASURES[:-1])
    with pytest.raises(UsageError, match=r"missing: system call filter.*doctor"):
        open_factory("cold", "cpu", full=True)


def test_signals_reach_only_their_own(kernel):
    before = signal.getsignal(signal.SIGINT)
    run = kernel.run_cell("import time\ntime.sleep(30)", limit=0.3)
    assert run.ending == "timed out"
    assert kernel.alive
    assert signal.getsignal(signal.SIGINT) is before
    assert shown(kernel, "print('still here')") == "still here\n"
