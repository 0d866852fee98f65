"""Time counts in one place alone, and all that is timed is there."""

import sys
from types import ModuleType

import pytest

from benchmarks.drivers import where
from benchmarks.drivers.where import FIRST, PARTS, PHASES, REST, Timers

NAMES = [name for names in (*PHASES.values(), *PARTS.values()) for name in names]


@pytest.mark.parametrize("name", [*NAMES, where._EACH])
def test_what_is_timed_is_there(name):
    home, own = where.found(name)
    assert callable(vars(home)[own])


@pytest.fixture
def clock():
    """A clock that goes on by one each time it is read."""
    now = iter(range(1000))
    return lambda: float(next(now))


def test_time_counts_for_the_top_alone(clock):
    timers = Timers(clock)
    timers.enter(phase=FIRST)
    timers.enter(part="calls")
    timers.enter(part="names")  # is part of the call
    timers.leave()
    timers.leave()
    timers.leave()
    timers.enter(phase="writing")
    timers.leave()
    assert timers.spent == {(REST, ""): 2, (FIRST, ""): 2, (FIRST, "calls"): 3, ("writing", ""): 1}


def test_a_phase_is_told_as_a_whole_but_the_first_run_is_not(clock):
    timers = Timers(clock)
    timers.enter(phase="other data")
    timers.enter(phase=FIRST)
    timers.enter(phase="follow-through")
    for _ in range(3):
        timers.leave()
    timers.enter(phase=FIRST)
    timers.enter(part="calls")
    timers.enter(phase="follow-through")
    timers.enter(part="own cells")
    for _ in range(4):
        timers.leave()
    assert timers.spent == {
        (REST, ""): 2,
        ("other data", ""): 5,
        (FIRST, ""): 2,
        (FIRST, "calls"): 2,
        ("follow-through", ""): 2,
        ("follow-through", "own cells"): 1,
    }


def test_a_function_is_timed_wherever_it_was_imported_to(clock, monkeypatch):
    home, other = ModuleType("grader_home"), ModuleType("grader_other")
    home.work = other.work = lambda: "done"
    for one in (home, other):
        monkeypatch.setitem(sys.modules, one.__name__, one)
    timers = Timers(clock)
    where.replace("grader_home:work", where.timed(timers, phase="writing"))
    assert home.work() == other.work() == "done"
    assert timers.spent["writing", ""] == 2
