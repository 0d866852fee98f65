"""Several worker processes on this machine, each with references and kernels of its own.

Who hands out work does not load torch.
"""

import contextlib
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from grader.engines.executor import Finished, Lost
from grader.engines.job import Job
from grader.engines.kept import Kept
from grader.engines.pipe import unpacked
from grader.engines.worker_process import WorkerProcess
from grader.errors import GraderError, NeedsReview
from grader.model.submission import Handin

_Task = tuple[int, Handin, str]  # the number of a hand-in, and why it is not to be graded


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gone:
    """A worker has ended, and no other can start in its place. error: why."""

    worker: WorkerProcess
    error: GraderError | OSError


class Workers:
    """An executor of worker processes, each of which is replaced where it ends.

    A place in which none can start any more is given up, as long as another works.
    isolation: what holds in them; tell: says which are given up. Raises UsageError where the job
    cannot be done, and GraderError or OSError where none can start.
    """

    def __init__(
        self, job: Job, number: int, *, tell: Callable[[str], object] = lambda line: None
    ) -> None:
        self._job, self._tell = job, tell
        self._kept = Kept(job.out)
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._found: queue.SimpleQueue[Finished | Lost | _Gone | Exception] = queue.SimpleQueue()
        self._under_way = 0
        self._workers: list[WorkerProcess] = []
        self._threads: list[threading.Thread] = []
        try:
            self.isolation = self._start(number)
        except BaseException:
            self.close()
            raise

    def secured(self, handins: Sequence[Handin]) -> Sequence[Handin]:
        """Return what was handed in, as Executor says."""
        return self._kept.keep(handins, isolation=self.isolation)

    def room(self) -> int:
        """Return how many workers have nothing to do."""
        return len(self._workers) - self._under_way

    def submit(self, number: int, handin: Handin, *, lost: str) -> None:
        """Take a hand-in."""
        self._under_way += 1
        self._tasks.put((number, handin, lost))

    def result(self) -> Finished | Lost:
        """Wait for what the next worker found.

        Raises GraderError or OSError where no worker is left, or none can write what it graded.
        """
        while True:
            match self._found.get():
                case Finished() | Lost() as one:
                    self._under_way -= 1
                    return one
                case _Gone(worker=worker, error=lost):
                    self._give_up(worker, lost)
                case error:
                    raise error

    def close(self) -> None:
        """End every worker, and what it runs."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._tasks.get_nowait()
        for worker in self._workers:
            self._tasks.put(None)
            worker.end()
        for thread in self._threads:
            thread.join()
        for worker in self._workers:
            worker.end()  # its thread may have started another
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
                self._say_gone(error)
                break
        holds = []
        for worker in list(self._workers):
            try:
                holds.append(worker.ready())
            except (NeedsReview, OSError) as error:
                self._give_up(worker, error)
        for worker in self._workers:
            self._threads.append(threading.Thread(target=self._feed, args=[worker], daemon=True))
            self._threads[-1].start()
        return holds[0]

    def _feed(self, worker: WorkerProcess) -> None:
        """Have a worker grade until nothing will come, or hand on the error that ends it."""
        try:
            while (task := self._tasks.get()) is not None:
                number, handin, lost = task
                is_suspect = False
                try:
                    answer = worker.ask(handin, lost=lost)
                    if worker.has_ended:
                        return
                    if is_suspect := not answer:
                        worker.replace()
                except (GraderError, OSError) as error:
                    self._found.put(Lost(number=number, is_suspect=is_suspect))
                    self._found.put(_Gone(worker=worker, error=error))
                    return
                if is_suspect:
                    self._found.put(Lost(number=number, is_suspect=True))
                else:
                    self._found.put(Finished(number=number, done=unpacked(answer)))
        except Exception as error:  # noqa: BLE001 - raised where the results are awaited
            self._found.put(error)

    def _give_up(self, worker: WorkerProcess, error: GraderError | OSError) -> None:
        """Go on without a worker. Raises its error where it was the last."""
        worker.end()
        self._workers.remove(worker)
        if not self._workers:
            raise error
        self._say_gone(error)

    def _say_gone(self, error: GraderError | OSError) -> None:
        number = len(self._workers)
        go = "1 other goes on" if number == 1 else f"{number} others go on"
        self._tell(f"a worker process cannot start, {go}: {error}")
