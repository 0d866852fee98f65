"""The workers of a Dask cluster that grade: who is met, refused, and lost."""

import json
import queue
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pkgutil import resolve_name
from typing import Any

from distributed import Future

from grader.engines.dask import facts, remote
from grader.engines.dask.cluster import Cluster
from grader.engines.dask.member import Member
from grader.engines.job import Job
from grader.errors import KernelFailed, UsageError

SILENCE = 30.0  # seconds without a heartbeat, after which a worker counts as lost
NOBODY = 120.0  # seconds that a run waits for a worker, where it has none
GPU = {"GPU": 1}  # what a worker with a card declares, as Dask's guide has it
_LOOK = 1.0  # seconds between two looks at who is there
_NAMED = 3  # workers that a line names with their reasons
_KNOCK = f"{remote.__name__}:HERE"
# How Dask's scheduler begins where it cannot import what workers are to do.
_SCHEDULERS = "Error during deserialization of the task graph"

Take = Callable[[Mapping[str, Any]], None]


class Crew:
    """All workers that there are; those that are ready have a process that grades.

    members: by address; isolation: what holds where least does; lost: is called with each that is
    lost, or refused after it had been ready; tell: with a line on it. What comes from workers is
    dealt with in `turn`, in the thread that calls it.
    """

    def __init__(
        self,
        job: Job,
        cluster: Cluster,
        *,
        lost: Callable[[Member], object],
        tell: Callable[[str], object],
    ) -> None:
        self._job, self._cluster, self._lost, self._tell = job, cluster, lost, tell
        self._own = facts.begun()
        self._parcel = b""
        self.members: dict[str, Member] = {}
        self._silent: dict[str, float] = {}  # those that hang, and when they were last heard
        self._refused: list[str] = []
        self._come: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._looked = time.monotonic() - _LOOK
        self._alone = 0.0
        self.isolation = ""

    def ready(self) -> list[Member]:
        """Return the workers that can grade."""
        return [one for one in self.members.values() if one.state == "ready"]

    def gather(self, parcel: bytes) -> None:
        """Wait until each worker that is there is ready, or refused.

        parcel: the job. Raises UsageError where none is ready in the end.
        """
        self._parcel = parcel
        while True:
            self.turn()
            if any(one.state in ("met", "opening") for one in self.members.values()):
                continue
            if self.ready():
                return
            if self._refused:
                raise UsageError(f"no worker can grade: {_some(self._refused)}")

    def turn(self) -> None:
        """See who is there, once a second, and deal with what comes next.

        Raises KernelFailed where the scheduler is gone, or no worker is there for long.
        """
        if (passed := time.monotonic() - self._looked) >= _LOOK:
            self._looked += passed
            self._look(min(passed, 2 * _LOOK))  # who looks may have been stopped
        with suppress(queue.Empty):
            self._come.get(timeout=_LOOK)()

    def ask(
        self, member: Member, what: Callable[..., bytes], *told: bytes | str, then: Take
    ) -> Future[bytes]:
        """Have a worker do something, and deal with its answer in a later turn.

        then: is called with the answer, in which `trouble` says what failed; not at all where the
        worker is lost before.
        """
        resources = None if self._job.device == "cpu" else GPU
        future = self._cluster.submit(what, *told, worker=member.address, resources=resources)
        come = partial(self._take, member, then)
        future.add_done_callback(lambda done: self._come.put(partial(come, done)))
        return future

    def open(self, member: Member) -> None:
        """Have a worker start the process that grades."""
        member.state = "opening"
        self.ask(member, remote.open_job, self._parcel, then=partial(self._opened, member))

    def refuse(self, member: Member, why: str) -> None:
        """Give a worker nothing any more."""
        if member.state == "ready":
            self._lost(member)
        member.state, why = "refused", " ".join(why.split())
        self._refused.append(f"{member}: {why}")
        self._tell(f"the worker {member} gets nothing: {why}")

    def _take(self, member: Member, then: Take, future: Future[bytes]) -> None:
        if self.members.get(member.address) is member and future.status != "cancelled":
            then(_read(future))

    def _look(self, passed: float) -> None:
        """See who has come, gone, or is silent. passed: seconds since the last look."""
        there = self._cluster.workers()
        for member in [one for one in self.members.values() if one.address not in there]:
            self._lose(member, "it is gone")
        for address, about in there.items():
            if (known := self.members.get(address)) is not None:
                self._listen(known, about["last_seen"], passed)
            elif self._silent.get(address) != about["last_seen"]:
                self._meet(address, about)
        if any(one.state != "refused" for one in self.members.values()):
            self._alone = 0.0
            return
        if not self._alone:
            self._tell(f"no worker can grade; waiting for one for up to {NOBODY:.0f} s")
        self._alone += passed
        if self._alone > NOBODY:
            more = f": {_some(self._refused)}" if self._refused else ""
            raise KernelFailed(f"no worker is left{more}")

    def _listen(self, member: Member, heard: float, passed: float) -> None:
        member.silence = 0.0 if heard != member.heard else member.silence + passed
        member.heard = heard
        if member.silence > SILENCE:
            self._silent[member.address] = heard
            self._lose(member, f"it has been silent for {SILENCE:.0f} s")

    def _meet(self, address: str, about: dict[str, Any]) -> None:
        member = Member(address=address, name=str(about["name"]), heard=about["last_seen"])
        self.members[address] = member
        if self._job.device != "cpu" and not about["resources"].get("GPU"):
            self.refuse(member, "it has no card; with one, it is started with --resources GPU=1")
            return
        # By its name, for a Dask worker ends at a function that it does not have.
        self.ask(member, resolve_name, _KNOCK, then=partial(self._knocked, member))

    def _knocked(self, member: Member, answer: Mapping[str, Any]) -> None:
        if "trouble" in answer:
            self.refuse(
                member,
                "it has no such tensorgrader as here: install it there, and start the worker again"
                f" ({answer['trouble']})",
            )
        else:
            self.ask(member, remote.greet, then=partial(self._greeted, member))

    def _greeted(self, member: Member, answer: Mapping[str, Any]) -> None:
        if (why := str(answer.get("trouble", ""))).startswith(_SCHEDULERS):
            raise UsageError(
                "the scheduler has no such tensorgrader as here, and passes nothing on: install it"
                " there, and start the scheduler and its workers again"
            )
        if why := why or facts.differs(answer, self._own):
            self.refuse(member, why)
        else:
            self.open(member)

    def _opened(self, member: Member, answer: Mapping[str, Any]) -> None:
        if "trouble" in answer:
            self.refuse(member, answer["trouble"])
        elif answer["isolation"].startswith("none"):
            self.refuse(member, "nothing keeps student code in there; `grader doctor` says why")
        else:
            member.state = "ready"
            # The longest names most that is missing.
            self.isolation = max(self.isolation, str(answer["isolation"]), key=len)

    def _lose(self, member: Member, why: str) -> None:
        del self.members[member.address]
        if member.state != "refused":
            self._lost(member)
            self._tell(f"the worker {member} is lost, and others go on: {why}")


def _some(lines: Sequence[str]) -> str:
    more = f"; and {len(lines) - _NAMED} more" if len(lines) > _NAMED else ""
    return "; ".join(lines[-_NAMED:]) + more


def _read(future: Future[bytes]) -> dict[str, Any]:
    """Return what a worker has answered, or that it could not."""
    try:
        if future.status == "finished":
            return dict(json.loads(future.result()))
        return {"trouble": str(future.exception())}
    except (TypeError, ValueError) as error:  # it is no data
        return {"trouble": f"its answer cannot be read: {error}"}
