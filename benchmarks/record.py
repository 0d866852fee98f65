"""What a run gave, as data for another program."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.arguments import Settings
from benchmarks.ratios import Ratio
from benchmarks.rounds import Measured


def write(
    path: Path,
    measured: Measured,
    compared: Sequence[Ratio],
    settings: Settings,
    machine: dict[str, str],
) -> None:
    """Write every timing, in seconds, and what was made of them."""
    whole: dict[str, Any] = {
        "machine": machine,
        "settings": {**asdict(settings), "cache": str(settings.cache), "json": str(path)},
        "loads": measured.loads,
        "timings": [
            {**key._asdict(), "round": turn, **asdict(one), "each": one.each}
            for key, timings in measured.timings.items()
            for turn, one in enumerate(timings, start=1)
        ],
        "private_mib": measured.private,
        "ratios": [{**asdict(one), "verdict": one.verdict} for one in compared],
        "skipped": [
            {"workload": workload, "route": route, "reason": reason}
            for (workload, route), reason in measured.skipped.items()
        ],
    }
    path.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
