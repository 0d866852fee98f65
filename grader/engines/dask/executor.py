"""An executor on the workers of a Dask cluster, which share nothing but its scheduler.

Each hand-in is given to one worker by name. So what becomes of it once that is lost is decided
here, and not by Dask, which would hand it to the next worker, and end that one as well.
"""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import uuid4

from grader.engines.dask import parcel, remote
from grader.engines.dask.cluster import Cluster
from grader.engines.dask.crew import Crew
from grader.engines.dask.member import Member
from grader.engines.executor import Finished, Lost
from grader.engines.job import Job
from grader.engines.kept import Kept
from grader.engines.pipe import unpacked
from grader.model.submission import Handin
from grader.source_cache import load

EACH = 2  # hand-ins that a worker has: one that it grades, and the next, so that it need not wait
MOST = 256  # that the scheduler has at once
_GOODBYE = 10.0  # seconds


class DaskExecutor:
    """An executor that has each worker of a cluster grade, one hand-in at a time.

    cluster: ends with it; tell: says which workers are lost, or get nothing. Raises UsageError
    where none can grade.
    """

    def __init__(
        self, job: Job, cluster: Cluster, *, tell: Callable[[str], object] = lambda line: None
    ) -> None:
        self._cluster, self._id = cluster, uuid4().hex
        self._kept = Kept(job.out)
        self._found: deque[Finished | Lost] = deque()
        self._crew = Crew(job, cluster, lost=self._lose, tell=tell)
        try:
            assignments = [load(path, job.cache) for path in job.sources]
            self._crew.gather(parcel.of_job(job, assignments, id=self._id))
        except BaseException:
            self.close()
            raise

    @property
    def isolation(self) -> str:
        """What keeps student code in, where that is least."""
        return self._crew.isolation

    def secured(self, handins: Sequence[Handin]) -> Sequence[Handin]:
        """Return what was handed in, as Executor says: a worker may be on this machine."""
        return self._kept.keep(handins, isolation=self.isolation)

    def room(self) -> int:
        """Return how many more hand-ins the workers take; waits for one where none is there.

        Raises KernelFailed where none comes.
        """
        while True:
            ready = self._crew.ready()
            under_way = sum(len(one.under_way) for one in ready)
            if ready or self._found:
                return min(EACH * len(ready), MOST) - under_way
            self._crew.turn()

    def submit(self, number: int, handin: Handin, *, lost: str) -> None:
        """Give a hand-in to the worker that has least to do."""
        member = min(self._crew.ready(), key=lambda one: len(one.under_way))
        with self._kept.restored(handin) as whole:
            data = parcel.of_handin(whole, job=self._id, lost=lost)
        member.under_way[number] = self._crew.ask(
            member, remote.grade, data, then=partial(self._take, member, number)
        )

    def result(self) -> Finished | Lost:
        """Wait for what the next worker found. Raises KernelFailed where there is none left."""
        while not self._found:
            self._crew.turn()
        return self._found.popleft()

    def close(self) -> None:
        """End what grades on each worker, and leave the cluster."""
        for member in self._crew.ready():
            self._lose(member)
        if addresses := [*self._crew.members]:
            # A worker may hang by now, which nobody need wait for.
            ending = threading.Thread(target=self._release, args=[addresses], daemon=True)
            ending.start()
            ending.join(_GOODBYE)
        self._cluster.close()
        self._kept.close()

    def _release(self, addresses: list[str]) -> None:
        with suppress(OSError, TimeoutError):  # who is gone by now has ended it already
            self._cluster.client.run(remote.release, self._id, workers=addresses, on_error="ignore")

    def _take(self, member: Member, number: int, answer: Mapping[str, Any]) -> None:
        """Deal with what a worker says of a hand-in that it has."""
        if member.under_way.pop(number, None) is None:
            return  # it was handed out again
        if "done" in answer:
            try:
                self._found.append(Finished(number=number, done=unpacked(answer["done"])))
                return
            except (KeyError, TypeError, ValueError) as error:
                answer = {"trouble": f"its answer cannot be read: {error}"}
        self._found.append(Lost(number=number, is_suspect=bool(answer.get("lost"))))
        if "trouble" in answer:
            self._crew.refuse(member, str(answer["trouble"]))
        elif "unknown" in answer:
            self._crew.open(member)

    def _lose(self, member: Member) -> None:
        """Have what a worker had handed out again; the first may be why it ended."""
        self._cluster.client.cancel([*member.under_way.values()])
        for place, number in enumerate(member.under_way):
            self._found.append(Lost(number=number, is_suspect=place == 0))
        member.under_way.clear()
