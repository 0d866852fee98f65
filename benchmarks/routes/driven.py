"""Routes that are a program of our own: each worker is one process, which is given its share."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.process import run, run_all
from benchmarks.route import Kind, Route, Timing, timing
from benchmarks.workload import CHECKOUT, Workload, copies, notebook

DRIVERS = CHECKOUT / "benchmarks/drivers"
MODULES = Path("modules.txt")  # in a route's folder


def driver(name: str, *arguments: str | Path) -> list[str]:
    """Return the command that starts a driver; its folder is not where it imports from."""
    return [sys.executable, "-P", str(DRIVERS / f"{name}.py"), *map(str, arguments)]


def shares(paths: Sequence[Path], workers: int) -> list[Sequence[Path]]:
    """Deal paths out to workers, as evenly as can be."""
    return [paths[place::workers] for place in range(workers)]


@dataclass(frozen=True, slots=True)
class Driven:
    """Runs a driver on copies of a notebook.

    arguments: what it gets before them; learn: finds out in a folder what must be known of
    notebooks, which is not timed, and returns more of these.
    """

    name: str
    text: str
    arguments: tuple[Path, ...] = ()
    learn: Callable[[Sequence[Path], Path], tuple[str | Path, ...]] = lambda *_: ()

    def run(self, number: int, workers: int, folder: Path) -> Timing:
        """Run the drivers side by side."""
        paths = copies(self.text, folder / "submissions", number)
        arguments = (*self.learn(paths[:1], folder), *self.arguments)
        commands = [driver(self.name, *arguments, *share) for share in shares(paths, workers)]
        every = run_all(commands, folder, at_once=workers)
        ends = [[float(line) for line in one.output.split()] for one in every]
        return timing(every, ends, number=number)


def imports(paths: Sequence[Path], folder: Path) -> tuple[str | Path, ...]:
    """Have the floor learn what notebooks import; return what makes it load that, and run."""
    run(driver("floor", "list", MODULES, *paths), folder)
    return "run", MODULES


def _cells(workload: Workload) -> str:
    return notebook([{"source": cell.source} for cell in workload.cells])


def _nbclient(workload: Workload, folder: Path, cache: Path) -> Route:
    return Driven("fresh", _cells(workload))


def _floor(workload: Workload, folder: Path, cache: Path) -> Route:
    return Driven("floor", _cells(workload), learn=imports)


def _observe(workload: Workload, folder: Path, cache: Path) -> Route:
    return Driven("observe", workload.submission, (workload.write_source(folder),))


OBSERVE = Kind(
    name="observe",
    about="the grader's execute and observe alone",
    large=True,
    prepare=_observe,
)
NBCLIENT = Kind(
    name="nbclient",
    about="nbclient, a fresh ipykernel for each",
    large=False,
    prepare=_nbclient,
)
FLOOR = Kind(
    name="floor",
    about="torch loaded once, a fork for each that only runs the cells",
    large=True,
    prepare=_floor,
)
