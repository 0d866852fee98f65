"""What a student's helpers use, and with them whoever calls them."""

from bisect import bisect
from collections import defaultdict
from collections.abc import Mapping

from grader.syntax.found import Body

_Place = tuple[int, str]


class CallGraph:
    """The functions and classes of cells, by the cells' places, with all that they call.

    A name means the helper of its own cell; else the nearest one before, else the first below.
    """

    def __init__(self, bodies: Mapping[int, Mapping[str, Body]]) -> None:
        self._homes: dict[str, list[int]] = defaultdict(list)
        for place in sorted(bodies):
            for name in bodies[place]:
                self._homes[name].append(place)
        self._bodies = {
            (p, name): body for p, found in bodies.items() for name, body in found.items()
        }
        self._uses: dict[_Place, dict[str, str]] = defaultdict(dict)
        self._spread()

    def used_by(self, name: str, place: int) -> Mapping[str, str]:
        """Return what a helper uses that another cell reads, by what forbids it."""
        meant = self._meant(name, place)
        return self._uses[meant] if meant is not None and meant[0] != place else {}

    def _meant(self, name: str, place: int) -> _Place | None:
        homes = self._homes.get(name)
        if homes is None:
            return None
        before = bisect(homes, place)
        return homes[max(before - 1, 0)], name

    def _spread(self) -> None:
        """Add to each helper what those use that it calls."""
        callers: dict[_Place, list[_Place]] = defaultdict(list)
        for caller, body in self._bodies.items():
            for name in body.reads:
                if (called := self._meant(name, caller[0])) is not None:
                    callers[called].append(caller)
        found = [
            (banned, name, p)
            for p, body in self._bodies.items()
            for banned, name in body.uses.items()
        ]
        for banned, name, place in sorted(found, key=lambda use: -len(use[1])):
            left = [place]
            while left:
                helper = left.pop()
                if banned not in self._uses[helper]:
                    self._uses[helper][banned] = name
                    left.extend(callers[helper])
