"""References in memory: those of the process that this one was forked from, and what was asked for.

A process that serves many commands keeps the latest; in others there are none.
"""

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from grader.kernels.kernel import KernelFactory
from grader.reference import Reference

MOST = 16  # some are a few MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a reference is known by.

    source, digest: of the assignment; seed: what it draws from, its offset among it; cache: where
    other processes look for it.
    """

    source: Path
    digest: str
    device: str
    seed: int
    cache: Path


class Memory:
    """The latest references of a process, and which were asked for."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._known = OrderedDict[Asked, Reference]()

    def recalled(self, asked: Asked, factory: KernelFactory) -> Reference | None:
        """Return a reference for these kernels; None where there is none."""
        self.asked.append(asked)
        found = self._known.get(asked)
        return found if found is not None and found.factory is factory else None

    def knows(self, asked: Asked) -> bool:
        """Whether there is such a reference, which is the latest from now."""
        if asked in self._known:
            self._known.move_to_end(asked)
        return asked in self._known

    def keep(self, asked: Asked, reference: Reference) -> None:
        """Keep a reference as the latest, and let go of the oldest of too many."""
        self._known[asked] = reference
        self._known.move_to_end(asked)
        if len(self._known) > MOST:
            self._known.popitem(last=False)


memory = Memory()
