"""A batch in several worker processes, each with references and kernels of its own.

Marks do not depend on how many there are: all that one student handed in goes to one worker, in
order, and nothing else that one submission does reaches another.
"""

import contextlib
import json
import os
import queue
import re
import subprocess
import sys
import threading
from collections import defaultdict, deque
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from pydantic import TypeAdapter

from grader.errors import KernelFailed, UsageError
from grader.kept import Kept
from grader.kernels import processes
from grader.model.result import Report
from grader.model.submission import Handin
from grader.reporting import folder, record
from grader.retry import TRIES, retried

MEMORY = 3 * 2**30  # bytes that a worker may need, with the submission that it runs
WORTH = 4  # submissions, for which a further worker's start pays

_Done = tuple[int, Report, Path]
_Group = list[tuple[int, Handin]]
_Results = queue.SimpleQueue[_Done | Exception]
HANDIN = TypeAdapter(Handin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a worker is told: as in Batch, as plain data.

    sources: paths; kernel: its name, or None for what is best here; full: whether less than full
    isolation is refused; limits in CPU seconds; kept: the descriptor of what hand-ins are copied
    to.
    """

    sources: list[str]
    out: str
    device: str
    kernel: str | None
    full: bool
    cell_limit: float
    limit: float
    chosen: bool
    language: str | None
    offsets: dict[str, int] = field(default_factory=dict)
    overrides: str | None = None
    kept: int | None = None


def default_jobs(handins: int) -> int:
    """Return how many workers pay, by cores, memory, and how much there is to do."""
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    memory = cores
    with contextlib.suppress(ValueError, OSError, AttributeError):
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES") // MEMORY
    return max(1, min(cores, memory, handins // WORTH))


class Workers:
    """Worker processes for a job, until they are closed.

    isolation: what holds in them. Raises GraderError where they cannot start.
    """

    def __init__(self, job: Job, number: int) -> None:
        self._kept = Kept(Path(job.out))
        self._job = job = replace(job, kept=self._kept.open())
        self._workers = [_Worker(job) for _ in range(number)]
        try:
            holds = [worker.ready() for worker in self._workers]
        except BaseException:
            self.close()
            raise
        self.isolation = holds[0]

    def grade(self, handins: Sequence[Handin]) -> Generator[Report]:
        """Grade what was handed in, and yield each report once its files are written.

        The overviews are written at the end, also where the caller stops before.
        Raises GraderError or OSError where a worker is gone and no other can start in its place.
        """
        handins = self._kept.keep(handins, isolation=self.isolation)
        results: _Results = queue.SimpleQueue()
        waiting = deque(_groups(handins))
        for worker in self._workers:
            worker.begin(waiting, results)
        done: list[_Done] = []
        try:
            while len(done) < len(handins):
                answer = results.get()
                if isinstance(answer, Exception):
                    raise answer
                done.append(answer)
                yield answer[1]
        finally:
            waiting.clear()
            ordered = sorted(done, key=lambda one: one[0])
            pairs = [(report, place) for _, report, place in ordered]
            folder.write_overviews(Path(self._job.out), pairs)

    def close(self) -> None:
        """End every worker, and what it runs."""
        for worker in self._workers:
            worker.end()
        self._kept.close()


class _Worker:
    """One process, and the thread's work that feeds it."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._ended = False
        self._thread: threading.Thread | None = None
        self._start()

    def ready(self) -> str:
        """Wait until the process can grade; returns its isolation.

        Raises UsageError, and KernelFailed where it ends or has troubles time and again.
        """

        def told() -> str:
            answer = received(self._process.stdout)
            if "problem" in answer:
                raise UsageError(str(answer["problem"]))
            if "trouble" in answer:
                raise KernelFailed(str(answer["trouble"]))
            if not answer and not self._ended:
                raise KernelFailed("a worker process ended as it started")
            return str(answer.get("isolation", ""))

        return retried(told, renew=self._restart)

    def begin(self, waiting: deque[_Group], results: _Results) -> None:
        """Feed the process from a thread of its own."""
        self._thread = threading.Thread(target=self._work, args=(waiting, results), daemon=True)
        self._thread.start()

    def _work(self, waiting: deque[_Group], results: _Results) -> None:
        """Grade until nothing is left, or hand on the error that ends it."""
        try:
            self._grade(waiting, results)
        except Exception as error:  # noqa: BLE001 - raised where the results are awaited
            results.put(error)

    def _grade(self, waiting: deque[_Group], results: _Results) -> None:
        """Take one group of hand-ins after another until none is left."""
        while not self._ended:
            try:
                group = waiting.popleft()
            except IndexError:
                return
            for number, handin in group:
                answer = self._ask(handin)
                if self._ended:
                    return
                results.put((number, record.load(answer["report"]), Path(answer["place"])))

    def end(self) -> None:
        """End the process, and with it the template and the kernel of its own."""
        self._ended = True
        self._kill()
        if self._thread is not None:
            self._thread.join()
            self._kill()  # it may have started another

    def _ask(self, handin: Handin) -> dict[str, Any]:
        request = HANDIN.dump_python(handin, mode="json")
        for lost in (*[""] * TRIES, "the process that graded it ended each time"):
            send(self._process.stdin, {"handin": request, "lost": lost})
            if (answer := received(self._process.stdout)) or self._ended:
                return answer
            self._restart()
            self.ready()
        raise KernelFailed(f"{handin.shown}: the process that grades it ended each time")

    def _kill(self) -> None:
        processes.kill_below(self._process.pid)
        self._stop()

    def _stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def _restart(self) -> None:
        self._stop()
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            # Not with the working folder on the path: it may be a student's, with a torch.py.
            [sys.executable, "-P", "-m", "grader.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[self._job.kept] if self._job.kept is not None else (),
            start_new_session=True,  # an interrupt from the terminal is for the one that asked
        )
        send(self._process.stdin, asdict(self._job))


def _groups(handins: Sequence[Handin]) -> list[_Group]:
    """Return the hand-ins by student, for names that may become the same folder."""
    groups: dict[str, _Group] = defaultdict(list)
    for number, handin in enumerate(handins):
        student = re.sub(r"( \(\d+\))+$", "", folder.safe(handin.student))
        groups[student.casefold()].append((number, handin))
    return list(groups.values())


def send(stream: IO[bytes] | None, message: dict[str, Any]) -> None:
    """Send a message, to a worker or from it; nothing happens where the other side is gone."""
    assert stream is not None
    with contextlib.suppress(BrokenPipeError, ValueError):  # the answer will be missing, too
        stream.write(json.dumps(message, default=str).encode() + b"\n")  # paths are text
        stream.flush()


def received(stream: IO[bytes] | None) -> dict[str, Any]:
    """Return the next message; an empty one at the end."""
    assert stream is not None
    try:
        line = stream.readline()
    except ValueError:  # closed by who ended the process
        return {}
    return dict(json.loads(line)) if line.endswith(b"\n") else {}
