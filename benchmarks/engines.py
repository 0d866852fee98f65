"""What engines add to each hand-in: worker processes, and the workers of a Dask cluster.

`python -m benchmarks.engines` has each of them deal with files that are no notebooks, which cost
next to nothing, in turns, and counts what all their processes take of the CPU meanwhile. What
grading in this process takes is taken off.
"""

import argparse
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.footprint import descendants
from grader.engines.dask.cluster import Cluster
from grader.engines.dask.executor import DaskExecutor
from grader.engines.engine import Engine
from grader.engines.executor import Executor
from grader.engines.job import Job
from grader.engines.opening import open_batch
from grader.engines.this_process import ThisProcess
from grader.engines.workers import Workers
from grader.model.submission import Handin

SOURCE = Path(__file__).parent.parent / "reference" / "gradient_descent.py"
THIS, WORKER, DASK = "this process", "1 worker process", "Dask, local:1"
EXECUTORS: dict[str, Callable[[Job], Executor]] = {
    THIS: lambda job: ThisProcess(open_batch(job)),
    WORKER: lambda job: Workers(job, 1),
    DASK: lambda job: DaskExecutor(job, Cluster("local:1")),
}
_FIRST = 20  # hand-ins that do not count: the first load modules
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Milliseconds for a hand-in: of all processes on a CPU, and on the clock."""

    cpu: float
    clock: float


def main() -> None:
    """Measure in turns, and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines", description=__doc__)
    parser.add_argument("--hand-ins", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    found: dict[str, list[Spent]] = {name: [] for name in EXECUTORS}
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        handins = handed_in(Path(name), _FIRST + asked.hand_ins)
        for number in range(asked.rounds):
            for kind in EXECUTORS:
                job = Job(sources=(SOURCE,), out=Path(name) / f"{number} {kind}")
                found[kind].append(spent(EXECUTORS[kind](job), handins))
    print(f"{asked.hand_ins} hand-ins, {asked.rounds} rounds, load {os.getloadavg()[0]:.1f}")
    for kind, every in found.items():
        cpu, clock = (
            [one.cpu for one in every],
            [one.clock for one in every],
        )
        over = [one.cpu - own.cpu for one, own in zip(every, found[THIS], strict=True)]
        print(
            f"{kind:18} {statistics.median(cpu):6.2f} ms CPU {statistics.median(clock):7.2f} ms on"
            f" the clock each; {statistics.median(over):+.2f} ms CPU"
        )


def handed_in(folder: Path, number: int) -> Sequence[Handin]:
    """Write so many files that are no notebooks, each of another student."""
    made = []
    for place in range(number):
        path = folder / f"student_{place}.ipynb"
        path.write_text("no notebook")
        made.append(Handin(path=path, student=f"student_{place}", shown=path.name))
    return made


def spent(executor: Executor, handins: Sequence[Handin]) -> Spent:
    """Return what grading takes by an executor, which is ready, and ends with it."""
    with closing(Engine(executor)) as engine:
        for _ in engine.grade(handins[:_FIRST]):
            pass
        cpu, began = _cpu(), time.perf_counter()
        counted = sum(1 for _ in engine.grade(handins[_FIRST:]))
        cpu, clock = _cpu() - cpu, time.perf_counter() - began
    return Spent(cpu=1000 * cpu / counted, clock=1000 * clock / counted)


def _cpu() -> float:
    """Return the seconds that this process and those below it have had of a CPU so far."""
    total = 0.0
    for pid in (os.getpid(), *descendants(os.getpid())):
        with suppress(OSError):  # it has ended; who waited for it has its time
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15])) / _TICK
    return total


if __name__ == "__main__":
    main()
