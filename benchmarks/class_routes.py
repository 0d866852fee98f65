"""The ways that a class of hand-ins is taken through, each with what it cost."""

import shutil
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.catalogue import SEEN
from benchmarks.footprint import MIB, growth
from benchmarks.metered import Metered, metered
from benchmarks.process import Skipped
from benchmarks.routes.driven import driver, imports, shares
from benchmarks.routes.tensorgrader import program


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One run of a class; ends: when each hand-in was done, in ascending order.

    workers: how many hand-ins were at work at once.
    """

    cost: Metered
    ends: tuple[float, ...]
    workers: int

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
        """The MiB that the largest worker held at last: the median of the last tenth.

        One worker alone is the process that was asked.
        """
        late = self.cost.samples[-max(1, len(self.cost.samples) // 10) :]
        held = [one.largest if self.workers > 1 else one.pss for one in late]
        return statistics.median(held or [0]) / MIB

    @property
    def growth(self) -> float | None:
        """The MiB by which all of them grew with each hand-in, once all is loaded."""
        grown = growth(self.cost.samples, self.ends)
        return None if grown is None else grown / MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """Hand-ins in a folder.

    sources: the folder of the assignments that they answer; secret: the file that other data
    follow from, the same for all; cache: where the grader keeps what it knows of assignments.
    """

    folder: Path
    sources: Path
    secret: Path
    cache: Path

    @property
    def paths(self) -> list[Path]:
        """The notebooks, in order."""
        return sorted(self.folder.glob("*.ipynb"))

    @property
    def environment(self) -> dict[str, str]:
        """What a grader gets beside the environment of all routes."""
        return {"XDG_CACHE_HOME": str(self.cache)}

    def grade(self, *options: str, path: Path | None = None) -> list[str]:
        """Return the command that grades into `out`, from a folder that has the sources.

        path: of what is graded, in place of all hand-ins.
        """
        always = ["--kernel", "warm", "--out", "out", "--secret", str(self.secret)]
        return [program(), "grade", str(path or self.folder), *always, *options]


# From a class, how many workers, and an empty folder; raises Skipped.
Take = Callable[[Class, int, Path], Taken]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRoute:
    """A way to take a class; about: a line for the reader."""

    name: str
    about: str
    take: Take


def reports(out: Path) -> list[float]:
    """Return when each hand-in was done, in ascending order: when its result was written."""
    return sorted(path.stat().st_mtime for path in (out / "results").rglob("result.json"))


def _fresh(every: Class, workers: int, folder: Path) -> Taken:
    shutil.rmtree(every.cache, ignore_errors=True)
    return _graded(every, workers, folder)


def _seen(every: Class, workers: int, folder: Path) -> Taken:
    if not every.cache.exists():
        raise Skipped("nothing is kept of assignments, by `grader` in the same run, to begin with")
    return _graded(every, workers, folder)


def _once(every: Class, workers: int, folder: Path) -> Taken:
    alone = replace(every, cache=folder / "cache")
    return _graded(alone, workers, folder, "--other-data", "off")


def _graded(every: Class, workers: int, folder: Path, *options: str) -> Taken:
    (folder / "reference").symlink_to(every.sources)
    command = every.grade("--jobs", str(workers), *options)
    cost = metered([command], folder, environment=every.environment, watch=True)
    return _taken(every, workers, cost, reports(folder / "out"))


def _nbclient(every: Class, workers: int, folder: Path) -> Taken:
    return _driven("fresh", every, workers, folder)


def _floor(every: Class, workers: int, folder: Path) -> Taken:
    return _driven("floor", every, workers, folder, *imports(every.paths, folder))


def _driven(name: str, every: Class, workers: int, folder: Path, *before: str | Path) -> Taken:
    commands = [driver(name, *before, "--errors", *share) for share in shares(every.paths, workers)]
    cost = metered(commands, folder, watch=True)
    return _taken(every, workers, cost, sorted(map(float, cost.output.split())))


def _taken(every: Class, workers: int, cost: Metered, ends: Sequence[float]) -> Taken:
    if len(ends) != (number := len(every.paths)):
        raise Skipped(f"{len(ends)} of {number} hand-ins were done")
    return Taken(cost=cost, ends=tuple(ends), workers=workers)


CLASS_ROUTES = (
    ClassRoute(
        name="grader",
        about="this grader end to end, nothing kept from before",
        take=_fresh,
    ),
    ClassRoute(
        name=SEEN,
        about="the same again, with what the grader keeps of assignments",
        take=_seen,
    ),
    ClassRoute(
        name="once",
        about="the same with `--other-data off`: each hand-in once, as other graders run it",
        take=_once,
    ),
    ClassRoute(
        name="nbclient",
        about="nbclient, a fresh ipykernel for each, errors allowed; nothing is graded",
        take=_nbclient,
    ),
    ClassRoute(
        name="floor",
        about="torch loaded once, a fork for each that runs its cells once and ignores errors",
        take=_floor,
    ),
)
