"""Kernels that stand still before some steps of a run, so that others begin there.

A kernel's copies end with it, so that none of those that stand still is ever let go of alone: where
they stand is chosen once, by what the steps between them take.
"""

from collections.abc import Callable, Collection, Sequence
from itertools import accumulate, combinations

from grader.kernels.kernel import Kernel

COPY = 0.01  # seconds that a step costs at least, in places that nothing else tells apart
_MOST_PLACES = 24  # of which all choices are looked at


class Checkpoints:
    """A run of some steps, to be had before each of them.

    begin: opens a kernel in which nothing has run; step: runs a step, by its number. places: before
    which steps kernels stand, once somebody has come there.
    """

    def __init__(
        self,
        *,
        begin: Callable[[], Kernel],
        step: Callable[[Kernel, int], object],
        places: Collection[int],
    ) -> None:
        self._begin, self._step, self._places = begin, step, places
        self._standing: dict[int, Kernel] = {}
        self._moving: Kernel | None = None  # it goes on with who asks for later places
        self._reached = 0

    def at(self, place: int) -> Kernel:
        """Return a kernel of its own in the state before a step. Raises KernelDied."""
        start = self._before(place)
        if self._moving is None or not start <= self._reached <= place:
            if self._moving is not None:
                self._moving.close()
                self._moving = None
            self._moving, self._reached = self._copy(start), start
        kernel = self._moving
        while self._reached < place:
            self._step(kernel, self._reached)
            self._reached += 1
        if (copy := kernel.fork()) is not None:
            return copy
        self._moving = None  # it cannot be forked, so it is given away
        return kernel

    def close(self) -> None:
        """End all kernels; what is needed later is made anew."""
        for kernel in (*([self._moving] if self._moving else []), *self._standing.values()):
            kernel.close()
        self._standing.clear()
        self._moving = None

    def _before(self, place: int) -> int:
        """Return the last place up to this one where a kernel stands or should; 0 for none."""
        return max((one for one in self._places if one <= place), default=0)

    def _copy(self, place: int) -> Kernel:
        """Return a copy of the kernel that stands before a step, which goes there if need be."""
        if place not in self._places:
            return self._begin()
        if place not in self._standing:
            before = self._before(place - 1)
            kernel = self._copy(before) if place else self._begin()
            for number in range(before, place):
                self._step(kernel, number)
            self._standing[place] = kernel
        kernel = self._standing[place]
        if (copy := kernel.fork()) is not None:
            return copy
        return self._standing.pop(place)


def spread(seconds: Sequence[float], asked: Sequence[int], most: int) -> frozenset[int]:
    """Return where kernels had best stand, for steps that take these seconds.

    asked: the places that are asked for, in their order and equally often; most: how many stand.
    """
    asked = asked[:_MOST_PLACES]
    until = [0.0, *accumulate(max(one, COPY) for one in seconds)]

    def repeated(places: Collection[int]) -> float:
        starts = (max((p for p in places if p <= one), default=0) for one in asked)
        return sum(until[one] - until[start] for one, start in zip(asked, starts, strict=True))

    return min(map(frozenset, combinations(asked, min(most, len(asked)))), key=repeated)
