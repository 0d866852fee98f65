"""The process that does one step, and tells what that took."""

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.scaled.steps import STEPS, Course


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a step took: seconds on the clock, those of a CPU, MiB at most; told: what it made."""

    step: str
    seconds: float
    cpu: float
    mib: float
    told: str


def main() -> None:
    """Do the step that the argument tells of, and print what it took."""
    asked = json.loads(sys.argv[1])
    course = Course(
        folder=Path(asked["folder"]),
        samples=Path(asked["samples"]),
        number=asked["number"],
        files=asked["files"],
    )
    print(json.dumps(asdict(_done(asked["name"], course))))


def _done(name: str, course: Course) -> Measured:
    began = time.perf_counter()
    told = STEPS[name](course)
    status = Path("/proc/self/status").read_text()
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return Measured(
        step=name,
        seconds=time.perf_counter() - began,
        cpu=time.process_time(),
        mib=int(lines["VmHWM"].split()[0]) / 1024,
        told=told,
    )


if __name__ == "__main__":
    main()
