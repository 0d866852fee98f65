"""How long a course of a hundred thousand results takes, and how much memory, step by step.

`python -m benchmarks.scale` grades a class of a few hand-ins, makes so many results of what was
found in these, and takes them through the gradebook, tables, statistics, similarity, the index and
exports. Each step is a process of its own, so that the memory that it holds at most is that step's.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.gradebook import TOP, run_measured
from benchmarks.mixed_class import write
from benchmarks.scaled.results import ASSIGNMENTS
from benchmarks.scaled.step import Measured
from benchmarks.scaled.steps import STEPS, Course

MOST = 2048.0  # MiB that no step may hold


def main() -> None:
    """Measure, and print a line for each step."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--results", type=int, nargs="+", default=[100_000])
    parser.add_argument("--only", nargs="+", choices=list(STEPS), help="these steps alone")
    parser.add_argument("--samples", type=Path, help="the results of a class, graded before")
    parser.add_argument("--hand-ins", type=int, default=24, help="of that class, where it is made")
    parser.add_argument("--files", type=int, default=1_000, help="hand-ins with files, at most")
    parser.add_argument("--keep", type=Path, help="a folder that stays, to go on with --only")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        top = asked.keep or Path(name)
        samples = asked.samples or _graded(top, asked.hand_ins)
        for number in asked.results:
            files = min(asked.files, number)
            course = Course(folder=top / f"{number}", number=number, samples=samples, files=files)
            is_small = _print(measured(course, asked.only or list(STEPS)), course)
            if not is_small:
                sys.exit(f"a step holds more than {MOST:.0f} MiB")


def measured(course: Course, steps: list[str]) -> Iterator[Measured]:
    """Yield what each step takes, in a process of its own."""
    course.folder.mkdir(parents=True, exist_ok=True)
    for name in steps:
        told: dict[str, object] = {"name": name, "number": course.number, "files": course.files}
        told |= {"folder": str(course.folder), "samples": str(course.samples)}
        done = subprocess.run(  # noqa: S603 - this module itself
            [sys.executable, "-m", "benchmarks.scaled.step", json.dumps(told)],
            cwd=TOP,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        yield Measured(**json.loads(done.stdout.splitlines()[-1]))


def _print(found: Iterator[Measured], course: Course) -> bool:
    """Print what was measured; returns whether no step holds too much."""
    number = course.number
    students = -(-number // len(ASSIGNMENTS))
    print(f"\n{number:,} results: {students:,} students, {len(ASSIGNMENTS)} assignments")
    every = []
    for one in found:
        every.append(one)
        load = os.getloadavg()[0]
        print(
            f"{one.step:24} {one.seconds:8.1f} s {one.cpu:8.1f} s CPU {one.mib:7.0f} MiB"
            f"  load {load:4.1f}  {one.told}",
            flush=True,
        )
    seconds, cpu = sum(one.seconds for one in every), sum(one.cpu for one in every)
    most = max(one.mib for one in every)
    print(f"{'all':24} {seconds:8.1f} s {cpu:8.1f} s CPU {most:7.0f} MiB at most")
    return most <= MOST


def _graded(top: Path, number: int) -> Path:
    """Grade a class, of which results are made; returns the folder."""
    out = top / "samples"
    if not out.exists():
        write(top / "in", number)
        run_measured(["grade", str(top / "in"), "-o", str(out)])
    return out


if __name__ == "__main__":
    main()
