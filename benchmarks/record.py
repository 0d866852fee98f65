"""What a run gave, as data for another program."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.arguments import Settings
from benchmarks.class_measure import OfClass
from benchmarks.metered import Metered
from benchmarks.ratios import Ratio
from benchmarks.rounds import Measured


def write(
    path: Path,
    measured: Measured,
    of_class: OfClass,
    compared: Sequence[Ratio],
    settings: Settings,
    machine: dict[str, str],
) -> None:
    """Write every timing, in seconds, and what was made of them."""
    whole: dict[str, Any] = {
        "machine": machine,
        "settings": {**asdict(settings), "cache": str(settings.cache), "json": str(path)},
        "loads": [*of_class.loads, *measured.loads],
        "class": _class(of_class) if settings.has_class else None,
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


def _class(found: OfClass) -> dict[str, Any]:
    where = found.where
    return {
        "hand_ins": [
            {key: value for key, value in asdict(one).items() if key != "text"}
            for one in found.hand_ins
        ],
        "taken": {
            route: [
                {**_cost(one.cost), "ends": [end - one.cost.began for end in one.ends]}
                for one in rounds
            ]
            for route, rounds in found.taken.items()
        },
        "where": [[*key, seconds] for key, seconds in where.spent.items()] if where else None,
        "each": dict(where.each) if where else None,
        "firsts": dict(found.firsts),
        "verified": {name: _cost(cost) for name, cost in found.verified.items()},
        "skipped": found.skipped,
    }


def _cost(cost: Metered) -> dict[str, Any]:
    samples = [one._replace(at=one.at - cost.began) for one in cost.samples]
    return {
        "cpu": cost.cpu,
        "wall": cost.wall,
        "how": cost.how,
        "samples": [one._asdict() for one in samples],
    }
