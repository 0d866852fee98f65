"""What a request takes, measured on real processes."""

import os
import signal
import subprocess
import sys
import time
from itertools import count

import pytest

from grader.errors import TooBusy
from grader.kernels import meter, processes, usage
from grader.kernels.meter import ASLEEP, Budget, Meter, Spent, TakesTooLong

SPIN = "print(flush=True)\nwhile True: pass"
SLEEP = "import time\nprint(flush=True)\ntime.sleep(600)"
# Its child works while it waits.
WAIT = f"""
import os, time
if os.fork() == 0:
    {SPIN.replace(chr(10), chr(10) + "    ")}
os.wait()
"""
# Its children are gone before anybody looks, and their time is in its own.
SHORT = """
import subprocess, sys
print(flush=True)
while True:
    subprocess.run([sys.executable, "-S", "-c", "sum(range(200_000))"])
"""


@pytest.fixture
def started():
    """Start a program, and return its process once it has said that it runs."""
    running = []

    def start(code):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        running.append(process)
        process.stdout.readline()
        return process.pid

    yield start
    for process in running:
        processes.kill_below(process.pid)
        process.kill()
        process.wait()
        process.stdout.close()


def keep_looking(watched, every=0.02):
    while True:
        watched.look()
        time.sleep(every)


def looked_at_until_it_ends(watched):
    with pytest.raises(TakesTooLong) as caught:
        keep_looking(watched)
    return caught.value.exceeded


@pytest.mark.parametrize("code", [SPIN, WAIT, SHORT])
def test_work_is_counted_wherever_it_is_done(started, code):
    watched = Meter(started(code), 0.3)
    exceeded = looked_at_until_it_ends(watched)
    assert (exceeded.seconds, exceeded.slept) == (0.3, False)
    assert watched.spent.cpu > 0.3


def test_sleep_has_a_limit_of_its_own(started):
    watched = Meter(started(SLEEP), 0.1)
    exceeded = looked_at_until_it_ends(watched)
    assert (exceeded.seconds, exceeded.slept) == (pytest.approx(0.1 * ASLEEP), True)
    assert watched.spent.cpu < 0.1 * ASLEEP < watched.spent.asleep


def test_what_was_done_before_is_not_counted(started):
    pid = started(SPIN)
    looked_at_until_it_ends(Meter(pid, 0.2))
    assert Meter(pid, 0.2).spent.cpu < 0.2


def test_who_is_stopped_goes_on_and_loses_nothing(started):
    pid = started(SPIN)
    os.kill(pid, signal.SIGSTOP)
    watched = Meter(pid, 0.2)
    assert not looked_at_until_it_ends(watched).slept


def test_a_look_that_comes_late_counts_little(started, monkeypatch):
    """Whoever looks may have been stopped, and then nobody knows what there was to do."""
    watched = Meter(started(SLEEP), 10.0)
    now = time.monotonic()
    monkeypatch.setattr(meter.time, "monotonic", lambda: now + 3_600)
    watched.look()
    assert watched.spent.asleep <= meter.STEP


def test_a_machine_that_lets_nobody_work_is_to_blame(started, monkeypatch):
    pid = started(SPIN)
    watched = Meter(pid, 1.0)
    monkeypatch.setattr(usage, "cpu_of", lambda pid: 0.0)  # it gets no processor
    activity = usage.Activity(cpu=0.0, awake=True)
    monkeypatch.setattr(usage, "activity", lambda pid: activity)
    clock = count(time.monotonic(), meter.STEP)
    monkeypatch.setattr(meter.time, "monotonic", lambda: next(clock))
    with pytest.raises(TooBusy, match="too busy"):
        keep_looking(watched, every=0.0)


def test_who_looks_late_time_and_again_blames_no_small_limit(started, monkeypatch):
    """What is left of a budget may be next to nothing, and is no reason to begin all anew."""
    watched = Meter(started(SPIN), 0.05)
    monkeypatch.setattr(usage, "cpu_of", lambda pid: 0.0)
    activity = usage.Activity(cpu=0.0, awake=True)
    monkeypatch.setattr(usage, "activity", lambda pid: activity)
    clock = count(time.monotonic(), meter.STEP)
    monkeypatch.setattr(meter.time, "monotonic", lambda: next(clock))
    for _ in range(20):
        watched.look()


def test_who_has_worked_until_a_look_has_not_slept(started, monkeypatch):
    """It may have answered long ago, where who looks comes late."""
    watched = Meter(started(SLEEP), 0.1)
    awake = iter([True, False, True, False])
    monkeypatch.setattr(usage, "activity", lambda pid: usage.Activity(cpu=0.0, awake=next(awake)))
    clock = count(time.monotonic(), meter.STEP)
    monkeypatch.setattr(meter.time, "monotonic", lambda: next(clock))
    for _ in range(4):
        watched.look()
    assert watched.spent.asleep == 0


def test_a_process_that_is_gone_takes_nothing():
    watched = Meter(2**22 - 1, 1.0)
    watched.look()
    assert watched.spent.cpu == 0


def test_a_budget_is_of_work_and_of_sleep():
    assert Budget(10.0).left == 10
    assert Budget(10.0, Spent(cpu=4.0)).left == 6
    assert Budget(10.0, Spent(cpu=4.0, asleep=ASLEEP * 9.0)).left == pytest.approx(1)
    assert Budget(10.0, Spent(cpu=10.0)).left <= 0
