"""One worker process, seen from who hands out work, and the thread that feeds it."""

import contextlib
import queue
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

from grader.engines.engine import Finished
from grader.engines.job import Job
from grader.engines.pipe import HANDIN, JOB, received, send, unpacked
from grader.errors import GraderError, KernelFailed, UsageError
from grader.kernels import processes
from grader.model.submission import Handin
from grader.retry import TRIES, retried

Group = deque[tuple[int, Handin]]  # what goes to one worker, with its numbers, in order


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A worker is gone, and no other can start in its place. error: why."""

    worker: "WorkerProcess"
    error: GraderError | OSError


Waiting = queue.SimpleQueue[Group | None]  # None: nothing will come any more
Results = queue.SimpleQueue[Finished | Lost | Exception]


class _CannotReplace(Exception):
    def __init__(self, error: GraderError | OSError) -> None:
        self.error = error


class WorkerProcess:
    """A process that grades, and another in its place where it ends.

    kept: the descriptor of what hand-ins are copied to. Raises OSError where none can start.
    """

    def __init__(self, job: Job, *, kept: int | None) -> None:
        self._job, self._kept = job, kept
        self._ended = False
        self._thread: threading.Thread | None = None
        self._start()

    def ready(self) -> str:
        """Wait until the process can grade; returns its isolation.

        Raises UsageError, and NeedsReview where it ends or has troubles time and again.
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

    def begin(self, waiting: Waiting, results: Results) -> None:
        """Feed the process from a thread of its own."""
        self._thread = threading.Thread(target=self._work, args=(waiting, results), daemon=True)
        self._thread.start()

    def end(self) -> None:
        """End the process, and with it the template and the kernel of its own.

        Its thread ends where it waits for no more: see Waiting.
        """
        self._ended = True
        self._kill()
        if self._thread is not None:
            self._thread.join()
            self._kill()  # it may have started another

    def _work(self, waiting: Waiting, results: Results) -> None:
        """Grade until nothing will come, or hand on the error that ends it."""
        try:
            while (group := waiting.get()) is not None and not self._ended:
                try:
                    self._grade(group, results)
                except _CannotReplace as lost:
                    waiting.put(group)
                    results.put(Lost(worker=self, error=lost.error))
                    return
        except Exception as error:  # noqa: BLE001 - raised where the results are awaited
            results.put(error)

    def _grade(self, group: Group, results: Results) -> None:
        """Grade one hand-in of a group after another; what is not done stays in it."""
        while group:
            number, handin = group[0]
            answer = self._ask(handin)
            if self._ended:
                return
            results.put(Finished(number=number, done=unpacked(answer)))
            group.popleft()

    def _ask(self, handin: Handin) -> dict[str, Any]:
        request = HANDIN.dump_python(handin, mode="json")
        for lost in (*[""] * TRIES, "the process that graded it ended each time"):
            send(self._process.stdin, {"handin": request, "lost": lost})
            if (answer := received(self._process.stdout)) or self._ended:
                return answer
            self._replace()
        raise KernelFailed(f"{handin.shown}: the process that grades it ended each time")

    def _replace(self) -> None:
        try:
            self._restart()
            self.ready()
        except (GraderError, OSError) as error:
            raise _CannotReplace(error) from error

    def _kill(self) -> None:
        if self._process.poll() is None:  # else its number may be another's by now
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
            [sys.executable, "-P", "-m", "grader.engines.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[self._kept] if self._kept is not None else (),
            start_new_session=True,  # an interrupt from the terminal is for the one that asked
        )
        told = {"job": JOB.dump_python(self._job, mode="json"), "kept": self._kept}
        send(self._process.stdin, told)
