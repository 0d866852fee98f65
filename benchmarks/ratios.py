"""How routes compare, and whether that is what was aimed at.

A ratio is taken within each round, on as many workers, and the median of the rounds counts: what
slowed one side by chance slowed the other too.
"""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.arguments import Settings
from benchmarks.catalogue import MEMORY
from benchmarks.rounds import Key, Measured

FLAT = 1.2  # how much more the last of many submissions may cost than one of a few
PRIVATE = 30.0  # MiB


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A bound; least: whether it is to be reached rather than not exceeded."""

    bound: float
    least: bool

    def met(self, value: float) -> bool:
        """Whether a value is on the right side of it."""
        return value >= self.bound if self.least else value <= self.bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One comparison.

    each: of what a submission costs once all is started, in the largest runs;
    whole: of all that as many submissions took, divided by their number.
    Both are None where there is nothing to compare; whole also where that would not make sense.
    """

    workload: str
    workers: int
    what: str
    each: float | None
    whole: float | None
    target: Target | None

    @property
    def verdict(self) -> str:
        """Whether the target was met, judged by `each`."""
        if self.target is None:
            return ""
        if self.each is None:
            return "not measured"
        return "met" if self.target.met(self.each) else "NOT met"


# Whose time is divided by whose, and what is aimed at.
_PAIRS = (
    ("nbgrader", "grader", Target(bound=25, least=True)),
    ("otter", "grader", None),
    ("nbclient", "grader", None),
    ("nbgrader", "once", None),
    ("grader", "once", None),
    ("grader", "floor", Target(bound=2.5, least=False)),
    ("nbgrader", "observe", Target(bound=40, least=True)),
    ("otter", "observe", Target(bound=75, least=True)),
    # No grader that runs the cells can be further ahead than these.
    ("nbgrader", "floor", None),
    ("otter", "floor", None),
)


def ratios(measured: Measured, settings: Settings) -> Iterator[Ratio]:
    """Yield every comparison, with or without a value."""
    for workload in settings.workloads:
        for workers in settings.workers:
            for slow, fast, target in _PAIRS:
                if slow not in settings.only or fast not in settings.only:
                    continue
                few = [
                    Key(workload, workers, settings.submissions[0], name) for name in (slow, fast)
                ]
                many = [_largest(measured, key) for key in few]
                yield Ratio(
                    workload=workload,
                    workers=workers,
                    what=f"{slow} / {fast}",
                    each=_paired(measured, many, "each"),
                    whole=_paired(measured, few, "share"),
                    target=target,
                )
    yield from _flat(measured, settings)
    for workload in settings.workloads if MEMORY in settings.only else ():
        yield from _private(measured, workload)


def _private(measured: Measured, workload: str) -> Iterator[Ratio]:
    held = measured.private.get(workload, [])
    for what, values, target in (
        ("largest process", [one.largest for one in held], Target(bound=PRIVATE, least=False)),
        ("all its processes", [one.together for one in held], None),
    ):
        yield Ratio(
            workload=workload,
            workers=1,
            what=f"private MiB, {what}",
            each=max(values, default=None),
            whole=None,
            target=target,
        )


def _flat(measured: Measured, settings: Settings) -> Iterator[Ratio]:
    few, many = settings.submissions[0], settings.submissions[-1]
    if few == many or not settings.workloads or "grader" not in settings.only:
        return
    for workers in settings.workers:
        workload = settings.workloads[-1]
        keys = [Key(workload, workers, number, "grader") for number in (many, few)]
        yield Ratio(
            workload=workload,
            workers=workers,
            what=f"grader, one of {many} / one of {few}",
            each=_paired(measured, keys, "each"),
            whole=None,
            target=Target(bound=FLAT, least=False),
        )


def _largest(measured: Measured, few: Key) -> Key:
    """Return what was timed with the most submissions, where a share of them tells most."""
    return max(
        (key for key in measured.timings if few == key._replace(number=few.number)), default=few
    )


def _paired(measured: Measured, keys: Sequence[Key], name: str) -> float | None:
    slow, fast = (measured.timings.get(key, ()) for key in keys)
    pairs = zip(slow, fast, strict=False)  # one may have failed in a later round
    found = [getattr(one, name) / getattr(other, name) for one, other in pairs]
    return statistics.median(found) if found else None
