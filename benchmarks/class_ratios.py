"""How a class compares with the other ways, and with what is aimed at."""

import statistics
from collections.abc import Iterator

from benchmarks.arguments import Settings
from benchmarks.catalogue import SEEN
from benchmarks.class_measure import ALL, BLANK, EXERCISE, ONE, TORCH, TYPICAL, OfClass
from benchmarks.ratios import Ratio, Target

# Whose core-seconds are divided by whose, how often the second is run for it, what is aimed at.
_PAIRS = (
    ("nbclient", "grader", 1, Target(bound=4, least=True)),
    ("nbclient", "once", 1, None),
    ("grader", "floor", 2, Target(bound=1.5, least=False)),
    ("nbclient", SEEN, 1, None),
    (SEEN, "floor", 2, None),
    ("once", "floor", 1, None),
    ("grader", "once", 1, None),
)
_FIRST = Target(bound=2.5, least=False)
_HELD = Target(bound=700, least=False)
_VERIFIED = {
    ALL: Target(bound=45, least=False),
    f"{ONE}, {EXERCISE} alone": Target(bound=5, least=False),
}


def ratios(found: OfClass, settings: Settings) -> Iterator[Ratio]:
    """Yield every comparison that something was measured for."""
    workers = max(settings.workers)
    for slow, fast, times, target in _PAIRS:
        pairs = zip(found.taken.get(slow, ()), found.taken.get(fast, ()), strict=False)
        values = [one.cpu_each / (times * other.cpu_each) for one, other in pairs]
        what = f"core-seconds, {slow} / {f'{times} × ' if times > 1 else ''}{fast}"
        if values:
            yield _ratio(workers, what, statistics.median(values), target)
    for name in (BLANK, TYPICAL):
        waits = [*zip(found.firsts.get(name, ()), found.firsts.get(TORCH, ()), strict=False)]
        for part, what, target in ((0, "seconds", _FIRST), (1, "core-seconds", None)):
            if values := [one[part] / other[part] for one, other in waits]:
                what = f"{what}, {name} notebook / {TORCH}"
                yield _ratio(1, what, statistics.median(values), target)
    if held := [one.worker for one in found.taken.get("grader", ())]:
        yield _ratio(workers, "PSS of a worker at last, MiB", statistics.median(held), _HELD)
    for name, cost in found.verified.items():
        yield _ratio(1, f"verify {name}, seconds", cost.wall, _VERIFIED.get(name))


def _ratio(workers: int, what: str, value: float, target: Target | None) -> Ratio:
    return Ratio(
        workload="class", workers=workers, what=what, each=value, whole=None, target=target
    )
