"""Where the time goes: `python where.py TOLD ARGUMENT...` runs the grader and times its parts.

ARGUMENTS are those of `grader`, with `--jobs 1`, so that all is in one process. TOLD gets seconds
on the clock, each in one place alone: by phase of the work, and by part of that. A phase within a
phase counts for the outer one, so that the second run, say, is told as a whole; but what is in the
first run alone and has a phase of its own is not in it.
"""

import functools
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any

START, FIRST, REST = "start", "first run", "rest"
# What a function belongs to, by its module and name.
PHASES: Mapping[str, tuple[str, ...]] = {
    START: ("grader.engines.choose:open_engine", "grader.engines.references:References.get"),
    "reading": (
        "grader.commands.intake:Intake.received",
        "grader.formats.notebook:read",
        "grader.intake.identify_assignment:identify_assignment",
        "grader.intake.align:align",
    ),
    FIRST: ("grader.marked_run:mark_run",),
    "runs apart": ("grader.marked_run:_run_apart",),
    "follow-through": ("grader.marked_run:_follow",),
    "solutions in place": ("grader.substituted:Substitution.run",),
    "other data": ("grader.on_other_data:confirmed",),
    "known mistakes": ("grader.reference:Reference.variant",),
    "explaining": ("grader.explaining.diagnose:diagnose",),
    "writing": (
        "grader.feedback:feedback",
        "grader.reporting.html:report",
        "grader.running.executed:write",
        "grader.course.run:GradingRun.keep",
        "grader.course.views:Views.write",
        "grader.commands.held:Held.refresh",
    ),
}
PARTS: Mapping[str, tuple[str, ...]] = {
    "own cells": ("grader.running.ready_kernel:ReadyKernel.run",),
    "kernels": (
        "grader.running.ready_kernel:ReadyKernel.fresh",
        "grader.running.run:Run.__exit__",
    ),
    "names": ("grader.running.asking:Asker.put",),
    "calls": ("grader.running.run:Run._call",),
    "last look": ("grader.running.run:Run.look_again",),
    "copies": ("grader.running.waiting_looks:WaitingLooks._fork",),
    "disturbances": ("grader.running.disturbances:Disturbances.after",),
    "snapshots": ("grader.running.snapshots:Snapshots._at",),
    "judging": ("grader.marking.checks:judge",),
}
_EACH = "grader.engines.batch:Batch.finish"


class Timers:
    """A stack of what is at work; time counts for its top alone.

    spent: seconds by phase and part; clock: what gives them.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.spent: dict[tuple[str, str], float] = defaultdict(float)
        self._clock, self._last = clock, clock()
        self._stack = [(REST, "")]

    def enter(self, *, phase: str = "", part: str = "") -> None:
        """Begin a phase, or a part, unless one is at work already."""
        outer, within = self._stack[-1]
        if phase and (outer == REST or (outer == FIRST and phase != FIRST)):
            outer, within = phase, ""
        self._charge()
        self._stack.append((outer, within or part))

    def leave(self) -> None:
        """End what began last."""
        self._charge()
        self._stack.pop()

    def _charge(self) -> None:
        now = self._clock()
        self.spent[self._stack[-1]] += now - self._last
        self._last = now


def found(name: str) -> tuple[Any, str]:
    """Return the module or class that a function is in, and its name there."""
    module, _, path = name.partition(":")
    holder, _, own = path.rpartition(".")
    home = import_module(module)
    return (attrgetter(holder)(home) if holder else home), own


def replace(name: str, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Put a wrapped function in its place, and wherever else it was imported to."""
    home, own = found(name)
    function = getattr(home, own)
    wrapped = functools.wraps(function)(wrap(function))
    setattr(home, own, wrapped)
    for module in [one for key, one in sys.modules.items() if key.startswith("grader")]:
        for key, value in list(vars(module).items()):
            if value is function:
                setattr(module, key, wrapped)


def timed(timers: Timers, **what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what wraps a function so that its time counts for a phase or a part."""

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:
            timers.enter(**what)
            try:
                return function(*arguments, **named)
            finally:
                timers.leave()

        return called

    return wrap


def main() -> None:
    """Run the grader, and write where the time went."""
    told, sys.argv[1:] = Path(sys.argv[1]), sys.argv[2:]
    timers = Timers()
    timers.enter(phase=START)
    for names in (*PHASES.values(), *PARTS.values()):
        for name in names:
            found(name)
    cli = import_module("grader.cli")
    for phase, names in PHASES.items():
        for name in names:
            replace(name, timed(timers, phase=phase))
    for part, names in PARTS.items():
        for name in names:
            replace(name, timed(timers, part=part))
    each: dict[str, float] = {}

    def noted(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(batch: Any, handin: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(batch, handin, **named)
            finally:
                each[handin.student] = time.perf_counter() - began

        return called

    replace(_EACH, noted)
    timers.leave()
    try:
        cli.main()
    finally:
        timers.enter()
        spent = [[*key, seconds] for key, seconds in timers.spent.items()]
        told.write_text(json.dumps({"spent": spent, "each": each}), encoding="utf-8")


if __name__ == "__main__":
    main()
