"""Commands, with what they and all that they started cost."""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.footprint import PAUSE, Sample, sample
from benchmarks.process import started
from benchmarks.workload import CHECKOUT

_DRIVER = CHECKOUT / "benchmarks/drivers/metered.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered:
    """What commands cost that were run at once: seconds of CPU, and when they began and ended.

    how: how the CPU was counted; output: what they printed.
    """

    cpu: float
    began: float
    ended: float
    how: str
    samples: tuple[Sample, ...]
    output: str

    @property
    def wall(self) -> float:
        """Seconds on the clock."""
        return self.ended - self.began


def metered(
    commands: Sequence[Sequence[str]],
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    watch: bool = False,
) -> Metered:
    """Run commands in a folder, all at once, and return what they cost.

    watch: whether their memory is looked at, which takes some CPU beside them. Raises Skipped with
    the last of what they said where one fails.
    """
    asked, told = folder / ".asked.json", folder / ".told.json"
    about = {"commands": commands, "environment": dict(environment or {})}
    asked.write_text(json.dumps(about), encoding="utf-8")
    samples = []
    command = [sys.executable, "-P", str(_DRIVER), str(asked), str(told)]
    with started(command, folder) as driver:
        while watch and driver.poll() is None:
            samples.append(sample(driver.pid))
            time.sleep(PAUSE)
    output = (folder / ".output-0").read_text("utf-8", "replace")
    found = json.loads(told.read_text(encoding="utf-8"))
    return Metered(**found, samples=tuple(samples), output=output)
