"""The ways that a class of hand-ins is taken through, each with what it cost."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.footprint import MIB, growth
from benchmarks.metered import Metered, metered
from benchmarks.process import Skipped
from benchmarks.routes.driven import driver, shares
from benchmarks.routes.tensorgrader import program

CACHE = "XDG_CACHE_HOME"  # where a grader may keep what it knows of assignments


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One run of a class; ends: when each hand-in was done, in ascending order."""

    cost: Metered
    ends: tuple[float, ...]

    @property
    def cpu_each(self) -> float:
        """Core-seconds for each hand-in, of all that it took."""
        return self.cost.cpu / len(self.ends)

    @property
    def wall_each(self) -> float:
        """Seconds on the clock for each hand-in, of all that it took."""
        return self.cost.wall / len(self.ends)

    @property
    def first(self) -> float:
        """Seconds until the first hand-in was done."""
        return self.ends[0] - self.cost.began

    @property
    def processes(self) -> int:
        """The most processes that were seen at a moment."""
        return max((one.processes for one in self.cost.samples), default=0)

    @property
    def pss(self) -> float:
        """The most MiB that all of them held at a moment."""
        return max((one.pss for one in self.cost.samples), default=0) / MIB

    @property
    def worker(self) -> float:
        """The MiB that the largest worker held at last: the median of the last tenth."""
        late = self.cost.samples[-max(1, len(self.cost.samples) // 10) :]
        return statistics.median([one.largest for one in late] or [0]) / MIB

    @property
    def growth(self) -> float | None:
        """The MiB by which all of them grew with each hand-in, once all is loaded."""
        grown = growth(self.cost.samples, self.ends)
        return None if grown is None else grown / MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """Hand-ins in a folder; sources: the folder of the assignments that they answer."""

    folder: Path
    sources: Path

    @property
    def paths(self) -> list[Path]:
        """The notebooks, in order."""
        return sorted(self.folder.glob("*.ipynb"))


# From a class, how many workers, an empty folder, and the environment; raises Skipped.
Take = Callable[[Class, int, Path, Mapping[str, str]], Taken]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRoute:
    """A way to take a class; about: a line for the reader."""

    name: str
    about: str
    take: Take


def grade_command(hand_ins: Path, *options: str) -> list[str]:
    """Return the command that grades hand-ins into `out`, where the folder has the sources."""
    return [program(), "grade", str(hand_ins), "--kernel", "warm", "--out", "out", *options]


def reports(out: Path) -> list[float]:
    """Return when each hand-in was done, in ascending order: when its result was written."""
    return sorted(path.stat().st_mtime for path in (out / "results").rglob("result.json"))


def _graded(*options: str) -> Take:
    def take(every: Class, workers: int, folder: Path, environment: Mapping[str, str]) -> Taken:
        (folder / "reference").symlink_to(every.sources)
        command = grade_command(every.folder, "--jobs", str(workers), *options)
        cost = metered([command], folder, environment=environment, watch=True)
        return _taken(cost, reports(folder / "out"), len(every.paths))

    return take


def _driven(name: str) -> Take:
    def take(every: Class, workers: int, folder: Path, environment: Mapping[str, str]) -> Taken:
        commands = [
            driver(name, Path("--errors"), *share) for share in shares(every.paths, workers)
        ]
        cost = metered(commands, folder, environment=environment, watch=True)
        return _taken(cost, sorted(map(float, cost.output.split())), len(every.paths))

    return take


def _taken(cost: Metered, ends: Sequence[float], number: int) -> Taken:
    if len(ends) != number:
        raise Skipped(f"{len(ends)} of {number} hand-ins were done")
    return Taken(cost=cost, ends=tuple(ends))


GRADED = (
    ClassRoute(
        name="grader",
        about="this grader end to end, nothing kept from before",
        take=_graded(),
    ),
    ClassRoute(
        name="once",
        about="the same with `--other-data off`: each hand-in once, as other graders run it",
        take=_graded("--other-data", "off"),
    ),
)
CLASS_ROUTES = (
    *GRADED,
    ClassRoute(
        name="nbclient",
        about="nbclient, a fresh ipykernel for each, errors allowed; nothing is graded",
        take=_driven("fresh"),
    ),
    ClassRoute(
        name="floor",
        about="torch loaded once, a fork for each that runs its cells once and ignores errors",
        take=_driven("floor"),
    ),
)
