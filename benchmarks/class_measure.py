"""Everything that is measured with a class: its routes in turns, and what one person waits for."""

import json
import os
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.arguments import Settings
from benchmarks.catalogue import FIRST, VERIFY, WHERE
from benchmarks.class_routes import CLASS_ROUTES, Class, Taken, reports
from benchmarks.metered import Metered, metered
from benchmarks.mixed_class import NUMBER, HandIn, hand_ins, write
from benchmarks.process import Skipped, run
from benchmarks.routes.driven import DRIVERS
from benchmarks.routes.tensorgrader import program
from benchmarks.workload import CHECKOUT

SOURCES = CHECKOUT / "reference"
TORCH, BLANK, TYPICAL = "import torch", "blank", "typical"
ONE, ALL = "tensors", "all four"  # the assignment whose first reports are timed; all of them
EXERCISE, ONLY = "from-lists", "--exercise"
_TURNS = 3  # of what takes seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Seconds on the clock by phase and part, of one process; each: by student."""

    spent: Mapping[tuple[str, str], float]
    each: Mapping[str, float]


@dataclass(slots=True)
class OfClass:
    """What a class gave.

    taken: by route, one for each round; firsts: what a first report takes, and importing torch:
    seconds until it is there, and core-seconds until all has ended; verified: by what; skipped: by
    name, why it is missing; loads: as in Measured.
    """

    hand_ins: list[HandIn] = field(default_factory=list)
    taken: dict[str, list[Taken]] = field(default_factory=lambda: defaultdict(list))
    where: Where | None = None
    firsts: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    verified: dict[str, Metered] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    loads: list[float] = field(default_factory=list)


def measure(settings: Settings, folder: Path, found: OfClass) -> None:
    """Measure what the settings ask for, and add it to what was found. folder: to work in."""
    found.hand_ins += write(folder / "class", settings.hand_ins, settings.seed)
    every = Class(
        folder=folder / "class",
        sources=SOURCES,
        secret=folder / "secret.txt",
        cache=folder / "cache",
    )
    routes = [one for one in CLASS_ROUTES if one.name in settings.only]
    for turn in range(settings.class_rounds):
        for route in reversed(routes) if turn % 2 else routes:
            if route.name not in found.skipped:
                _say(found, f"class, round {turn + 1}: {route.name}")
                with _place(folder) as place, _skipping(found, route.name):
                    taken = route.take(every, max(settings.workers), place)
                    found.taken[route.name].append(taken)
    for name, part in ((WHERE, _where), (FIRST, _first), (VERIFY, _verify)):
        if name in settings.only:
            _say(found, f"class: {name}")
            with _place(folder) as place, _skipping(found, name):
                part(every, settings, place, found)
    found.loads.append(os.getloadavg()[0])


def _where(every: Class, settings: Settings, folder: Path, found: OfClass) -> None:
    (folder / "reference").symlink_to(every.sources)
    told = folder / "where.json"
    grading = every.grade("--jobs", "1")[1:]
    command = [sys.executable, "-P", str(DRIVERS / "where.py"), str(told), *grading]
    shutil.rmtree(every.cache, ignore_errors=True)
    metered([command], folder, environment=every.environment)
    read = json.loads(told.read_text(encoding="utf-8"))
    spent = {(phase, part): seconds for phase, part, seconds in read["spent"]}
    found.where = Where(spent=spent, each=read["each"])


def _first(every: Class, settings: Settings, folder: Path, found: OfClass) -> None:
    """Time the first report of one notebook, where its assignment was graded before."""
    (folder / "reference").symlink_to(every.sources)
    shutil.copy(CHECKOUT / "assignments" / "en" / f"{ONE}.ipynb", folder / f"{BLANK}.ipynb")
    mistaken = (one for one in hand_ins(NUMBER, settings.seed) if one.kind == "mistaken")
    text = next(one.text for one in mistaken if one.assignment == ONE)
    (folder / f"{TYPICAL}.ipynb").write_text(text, encoding="utf-8")

    def first(name: str) -> tuple[float, float]:
        command = every.grade(path=folder / f"{name}.ipynb")
        cost = metered([command], folder, environment=every.environment)
        (ended,) = reports(folder / "out")
        shutil.rmtree(folder / "out")
        return ended - cost.began, cost.cpu

    for name in (BLANK, TYPICAL):
        first(name)
    for _ in range(_TURNS):
        torch = metered([[sys.executable, "-c", "import torch"]], folder)
        found.firsts[TORCH].append((torch.wall, torch.cpu))
        for name in (BLANK, TYPICAL):
            found.firsts[name].append(first(name))


def _verify(every: Class, settings: Settings, folder: Path, found: OfClass) -> None:
    (folder / "reference").symlink_to(every.sources)
    told = run([program(), "verify", "--help"], folder).output
    asked = {ALL: [], ONE: [ONE]}
    if ONLY in told:
        asked[f"{ONE}, {EXERCISE} alone"] = [ONE, ONLY, EXERCISE]
    for name, arguments in asked.items():  # all of them first: then each was seen before
        command = [program(), "verify", *arguments]
        found.verified[name] = metered([command], folder, environment=every.environment)


@contextmanager
def _place(folder: Path) -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(dir=folder))
    yield place
    shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _skipping(found: OfClass, name: str) -> Iterator[None]:
    """Keep the reason where something cannot go on; the others do."""
    try:
        yield
    except Skipped as reason:
        found.skipped[name] = str(reason)
    except (OSError, ValueError, LookupError) as error:  # it wrote other files than it should
        found.skipped[name] = f"{type(error).__name__}: {error}"


def _say(found: OfClass, text: str) -> None:
    found.loads.append(os.getloadavg()[0])
    print(text, file=sys.stderr, flush=True)
