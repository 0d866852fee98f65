"""One worker of a Dask cluster, as who hands out work knows it."""

from dataclasses import dataclass, field
from typing import Literal

from distributed import Future


@dataclass(slots=True, kw_only=True, eq=False)
class Member:
    """A worker of a cluster.

    state: "met" until it is known what it has, "opening" until it can grade; under_way: the
    hand-ins that it has, by number, in order; heard: when the scheduler has last heard of it, and
    silence: the seconds since that changed, as far as they were waited.
    """

    address: str
    name: str
    state: Literal["met", "opening", "ready", "refused"] = "met"
    under_way: dict[int, Future[bytes]] = field(default_factory=dict)
    heard: float = 0.0
    silence: float = 0.0

    def __str__(self) -> str:
        """Return its address, and its name where it has one of its own."""
        return self.address if self.name in ("", self.address) else f"{self.name} at {self.address}"
