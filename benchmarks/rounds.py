"""Taking turns: every route once, then every route again, so that all see the same busy machine."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from benchmarks import memory
from benchmarks.arguments import Settings
from benchmarks.catalogue import KINDS, MEMORY
from benchmarks.memory import Held
from benchmarks.process import Skipped
from benchmarks.route import Route, Timing
from benchmarks.routes import tensorgrader
from benchmarks.workload import Workload

WATCHED = 4  # submissions whose memory is looked at


class Key(NamedTuple):
    """What was timed."""

    workload: str
    workers: int
    number: int
    route: str


@dataclass(slots=True)
class Measured:
    """What a run of the benchmarks gave.

    timings: one a round; skipped: by workload and route, why it is missing.
    private: by workload, the memory of each submission; loads: the machine's load average of one
    minute, before each round and at the end.
    """

    timings: dict[Key, list[Timing]] = field(default_factory=dict)
    skipped: dict[tuple[str, str], str] = field(default_factory=dict)
    private: dict[str, list[Held]] = field(default_factory=dict)
    loads: list[float] = field(default_factory=list)


def measure(settings: Settings, folder: Path, measured: Measured) -> None:
    """Time what the settings ask for, and add it to what was measured. folder: to work in."""
    routes = dict(_prepared(settings, folder, measured))
    plan = [key for key in _plan(settings) if (key.workload, key.route) in routes]
    for turn in range(settings.rounds):
        measured.loads.append(os.getloadavg()[0])
        # Not always the same one first, and not always after the same other.
        for place, key in enumerate(reversed(plan) if turn % 2 else plan, start=1):
            route = routes[key.workload, key.route]
            if (key.workload, key.route) not in measured.skipped:
                _say(f"round {turn + 1}, {place} of {len(plan)}: {' '.join(map(str, key))}")
                _time(route, key, folder, measured)
    if MEMORY in settings.only:
        for name in settings.workloads:
            _look_at_memory(name, settings, folder, measured)
    measured.loads.append(os.getloadavg()[0])


def _prepared(
    settings: Settings, folder: Path, measured: Measured
) -> Iterator[tuple[tuple[str, str], Route]]:
    for name in settings.workloads:
        for kind in KINDS:
            if kind.name in settings.only:
                _say(f"preparing: {name} {kind.name}")
                with _skipping(measured, name, kind.name):
                    route = kind.prepare(Workload.named(name), _new(folder), settings.cache)
                    yield (name, kind.name), route


def _plan(settings: Settings) -> Iterator[Key]:
    for place, number in enumerate(settings.submissions):
        for workload in settings.workloads[-1:] if place else settings.workloads:
            for workers in settings.workers:
                for kind in KINDS:
                    if kind.name in settings.only and (kind.large or not place):
                        yield Key(workload, workers, number, kind.name)


def _time(route: Route, key: Key, folder: Path, measured: Measured) -> None:
    place = _new(folder)
    with _skipping(measured, key.workload, key.route):
        timing = route.run(key.number, key.workers, place)
        measured.timings.setdefault(key, []).append(timing)
    shutil.rmtree(place, ignore_errors=True)


def _look_at_memory(name: str, settings: Settings, folder: Path, measured: Measured) -> None:
    _say(f"memory: {name}")
    with _skipping(measured, name, MEMORY):
        route = tensorgrader.prepare(Workload.named(name), _new(folder), settings.cache)
        measured.private[name] = memory.private(route, WATCHED, _new(folder))


@contextmanager
def _skipping(measured: Measured, workload: str, route: str) -> Iterator[None]:
    """Keep the reason where a route cannot go on; the others do."""
    try:
        yield
    except Skipped as reason:
        measured.skipped[workload, route] = str(reason)
    except (OSError, ValueError, LookupError) as error:  # it wrote other files than it should
        measured.skipped[workload, route] = f"{type(error).__name__}: {error}"


def _new(folder: Path) -> Path:
    """Return a new folder in a folder."""
    return Path(tempfile.mkdtemp(dir=folder))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
