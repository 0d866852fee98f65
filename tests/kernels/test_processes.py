"""Processes as proc(5) tells of them, and as psutil does where there is no such thing."""

import os
import subprocess
import sys

import pytest

from grader.kernels import processes, usage
from grader.kernels.meter import Meter
from tests.kernels.test_meter import looked_at_until_it_ends

PARENT = """
import os, time
if os.fork() == 0:
    time.sleep(600)
hoard = bytearray(os.urandom(2**20)) * 50
print(flush=True)
time.sleep(600)
"""


@pytest.fixture(params=[True, False], ids=["proc", "psutil alone"])
def proc(request, monkeypatch):
    for module in (processes, usage):
        monkeypatch.setattr(module, "has_proc", lambda: request.param)


@pytest.fixture
def started():
    running = []

    def start(code):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        running.append(process)
        process.stdout.readline()
        return process

    yield start
    for process in running:
        processes.kill_below(process.pid)
        process.kill()
        process.wait()
        process.stdout.close()


def test_who_descends_and_what_it_holds(proc, started):
    process = started(PARENT)
    (child,) = processes.below(process.pid)
    assert processes.tree(process.pid) == [process.pid, child]
    assert processes.alive([process.pid, child]) == [process.pid, child]
    assert usage.resident([process.pid]) > 50 * 2**20
    assert usage.proportional([process.pid]) > 50 * 2**20
    assert usage.activity(process.pid).cpu >= 0
    processes.kill([child])
    processes.kill_below(process.pid)
    assert processes.below(process.pid) == []
    assert processes.existing([child]) == [child]  # nobody has reaped it
    process.kill()
    process.wait()
    assert processes.alive([process.pid]) == processes.existing([process.pid]) == []
    assert not usage.activity(process.pid).awake
    assert usage.resident([process.pid]) == 0
    processes.kill([process.pid])


def test_work_is_counted(proc, started):
    meter = Meter(started("print(flush=True)\nwhile True: pass").pid, 0.2)
    looked_at_until_it_ends(meter)
    assert meter.spent.cpu > 0.2


def test_nobody_is_stopped(proc):
    assert not processes.go_on(os.getpid())
