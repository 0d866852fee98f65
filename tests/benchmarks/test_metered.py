"""What was killed and never waited for counts, too; memory is told by its growth."""

import sys

import pytest

from benchmarks.footprint import Sample, growth
from benchmarks.metered import metered
from benchmarks.process import Skipped

BURNT = 0.5  # seconds
# A child works, is killed, and nobody waits for it.
LEAVING = f"""
import os, signal, time
read, write = os.pipe()
child = os.fork()
if child == 0:
    while time.process_time() < {BURNT}:
        pass
    os.write(write, b"done")
    signal.pause()
os.read(read, 4)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.kill(child, signal.SIGKILL)
print("left")
"""


@pytest.mark.kernel
def test_what_nobody_waits_for_counts(tmp_path):
    cost = metered([[sys.executable, "-c", LEAVING]], tmp_path)
    if "waited for" in cost.how:
        pytest.skip(cost.how)
    assert cost.cpu >= BURNT
    assert cost.output == "left\n"
    assert cost.wall > 0


@pytest.mark.kernel
def test_commands_run_at_once_and_get_the_environment(tmp_path):
    code = "import os; print(os.environ['ASKED'], flush=True)"
    commands = [[sys.executable, "-c", code]] * 2
    cost = metered(commands, tmp_path, environment={"ASKED": "yes"}, watch=True)
    assert cost.output == "yes\nyes\n"


@pytest.mark.kernel
def test_a_command_that_fails_is_skipped_with_its_reason(tmp_path):
    with pytest.raises(Skipped, match="no such thing"):
        metered([[sys.executable, "-c", "raise SystemExit('no such thing')"]], tmp_path)


def test_growth_is_that_of_the_second_half():
    ends = [float(second) for second in range(1, 31)]
    samples = [Sample(at, 1, 100 if at < 16 else 100 + 5 * int(at), 0) for at in ends]
    assert growth(samples, ends) == pytest.approx(5)


def test_of_a_few_submissions_no_growth_is_told():
    ends = [float(second) for second in range(1, 31)]
    samples = [Sample(at, 1, int(at), 0) for at in ends]
    assert growth(samples[:2], ends) is None
    assert growth(samples, ends[:8]) is None
