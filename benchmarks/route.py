"""What a route is: one way to get through a pile of submissions, and how long it took."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.process import Ended, Skipped
from benchmarks.workload import Workload


@dataclass(frozen=True, slots=True)
class Stream:
    """When submissions that wait for each other were done, in seconds from the run's start.

    ends: in ascending order; lanes: how many were at work at once, from the same moment on.
    """

    ends: tuple[float, ...]
    lanes: int = 1

    @property
    def each(self) -> float:
        """Seconds from one submission's end to the next, while all lanes are at work."""
        return (self.ends[-1] - self.ends[self.lanes - 1]) / (len(self.ends) - self.lanes)

    @property
    def start(self) -> float:
        """Seconds before the first submission: the intercept of the line through the ends."""
        return max(0.0, self.ends[self.lanes - 1] - self.lanes * self.each)


@dataclass(frozen=True, slots=True)
class Timing:
    """One run: how long all of it took, in seconds, and the streams that went on side by side."""

    wall: float
    streams: tuple[Stream, ...]

    @property
    def each(self) -> float:
        """Seconds from one submission's end to the next, while all streams flow."""
        return 1 / sum(1 / stream.each for stream in self.streams)

    @property
    def start(self) -> float:
        """Seconds before the first submission of the stream that began last."""
        return max(stream.start for stream in self.streams)

    @property
    def share(self) -> float:
        """Seconds for each submission, of all that it took."""
        return self.wall / sum(len(stream.ends) for stream in self.streams)


class Route(Protocol):
    """One way to grade a workload, ready to be run again and again."""

    def run(self, number: int, workers: int, folder: Path) -> Timing:
        """Take so many submissions through it, in an empty folder. Raises Skipped."""
        ...


# From a workload, a folder of its own to keep, and the cache; raises Skipped.
Prepare = Callable[[Workload, Path, Path], Route]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A route before it has a workload.

    about: a line for the reader; large: whether it is cheap enough for hundreds of submissions.
    """

    name: str
    about: str
    large: bool
    prepare: Prepare


def timing(
    runs: Sequence[Ended], ends: Sequence[Sequence[float]], *, number: int, lanes: int = 1
) -> Timing:
    """Return a timing from processes and from the moments when submissions were done, by stream.

    Raises Skipped where there are not as many as there should be.
    """
    if (found := sum(map(len, ends))) != number:
        raise Skipped(f"{found} of {number} submissions were done")
    began = min(run.began for run in runs)
    streams = (Stream(tuple(sorted(end - began for end in one)), lanes) for one in ends)
    return Timing(max(run.ended for run in runs) - began, tuple(streams))
