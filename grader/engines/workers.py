"""A batch in several worker processes, each with references and kernels of its own.

Marks do not depend on how many there are: all that one student handed in goes to one worker, in
order, and nothing else that one submission does reaches another. Who hands out work does not load
torch.
"""

import contextlib
import queue
import re
from collections import defaultdict, deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

from grader.engines.engine import Finished
from grader.engines.job import Job
from grader.engines.kept import Kept
from grader.engines.worker_process import Group, Lost, Results, Waiting, WorkerProcess
from grader.errors import GraderError, NeedsReview
from grader.model.submission import Handin
from grader.reporting import folder


class Workers:
    """An engine of worker processes, each of which is replaced where it ends.

    A place in which none can start any more is given up, as long as another works.
    isolation: what holds in them; tell: says which are given up. Raises UsageError where the job
    cannot be done, and GraderError or OSError where none can start.
    """

    def __init__(
        self, job: Job, number: int, *, tell: Callable[[str], object] = lambda line: None
    ) -> None:
        self._job, self._tell = job, tell
        self._kept = Kept(job.out)
        self._waiting: Waiting = queue.SimpleQueue()
        self._workers: list[WorkerProcess] = []
        try:
            self.isolation = self._start(number)
        except BaseException:
            self.close()
            raise

    def grade(self, handins: Sequence[Handin]) -> Generator[Finished]:
        """Grade what was handed in, as Engine says.

        Raises GraderError or OSError where no worker is left, or none can write what it graded.
        """
        handins = self._kept.keep(handins, isolation=self.isolation)
        yield from self._finished(handins)

    def close(self) -> None:
        """End every worker, and what it runs."""
        self._send_home()
        for worker in self._workers:
            worker.end()
        self._kept.close()

    def _start(self, number: int) -> str:
        """Start workers, all at once; returns what isolation holds in those that can grade."""
        kept = self._kept.open()
        for place in range(number):
            job, places = self._job, self._job.places
            if places:  # each has one of its own, for as long as it works
                job = replace(job, places=(places[place % len(places)],))
            try:
                self._workers.append(WorkerProcess(job, kept=kept))
            except OSError as error:
                if not self._workers:
                    raise
                self._say_lost(error)
                break
        holds = []
        for worker in list(self._workers):
            try:
                holds.append(worker.ready())
            except (NeedsReview, OSError) as error:
                self._give_up(worker, error)
        return holds[0]

    def _finished(self, handins: Sequence[Handin]) -> Generator[Finished]:
        results: Results = queue.SimpleQueue()
        self._waiting = queue.SimpleQueue()
        for group in _groups(handins):
            self._waiting.put(group)
        for worker in self._workers:
            worker.begin(self._waiting, results)
        left = len(handins)
        try:
            while left:
                match results.get():
                    case Finished() as one:
                        left -= 1
                        yield one
                    case Lost(worker=worker, error=lost):
                        self._give_up(worker, lost)
                    case error:
                        raise error
        finally:
            self._send_home()

    def _give_up(self, worker: WorkerProcess, error: GraderError | OSError) -> None:
        """Go on without a worker. Raises its error where it was the last."""
        worker.end()
        self._workers.remove(worker)
        if not self._workers:
            raise error
        self._say_lost(error)

    def _say_lost(self, error: GraderError | OSError) -> None:
        number = len(self._workers)
        go = "1 other goes on" if number == 1 else f"{number} others go on"
        self._tell(f"grader: a worker process cannot start, {go}: {error}")

    def _send_home(self) -> None:
        """Let the threads of the workers end once what they hold is done."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()
        for _ in self._workers:
            self._waiting.put(None)


def _groups(handins: Sequence[Handin]) -> list[Group]:
    """Return the hand-ins by student, for names that may become the same folder."""
    groups: dict[str, Group] = defaultdict(deque)
    for number, handin in enumerate(handins):
        student = re.sub(r"( \(\d+\))+$", "", folder.safe(handin.student))
        groups[student.casefold()].append((number, handin))
    return list(groups.values())
