"""One worker process, seen from who hands out work."""

import contextlib
import subprocess
import sys
from typing import Any

from grader.engines import answers
from grader.engines.job import Job
from grader.engines.pipe import HANDIN, JOB, send
from grader.errors import KernelFailed, UsageError
from grader.kernels import processes
from grader.model.submission import Handin
from grader.retry import retried


class WorkerProcess:
    """A process that grades, and another in its place where it ends.

    kept: the descriptor of what hand-ins are copied to; has_ended: whether it was told to end.
    Raises OSError where none can start.
    """

    def __init__(self, job: Job, *, kept: int | None = None) -> None:
        self._job, self._kept = job, kept
        self.has_ended = False
        self._start()

    def ready(self) -> str:
        """Wait until the process can grade; returns its isolation.

        Raises UsageError, and NeedsReview where it ends or has troubles time and again.
        """

        def told() -> str:
            answer = self._answers.next()
            if "problem" in answer:
                raise UsageError(str(answer["problem"]))
            if "trouble" in answer:
                raise KernelFailed(str(answer["trouble"]))
            if not answer and not self.has_ended:
                raise KernelFailed("a worker process ended as it started")
            return str(answer.get("isolation", ""))

        return retried(told, renew=self._restart)

    def ask(self, handin: Handin, *, lost: str) -> dict[str, Any]:
        """Have a hand-in graded; returns the answer, which is empty where the process ends at it.

        Raises what `ready` does, where it had ended before and none can start in its place.
        """
        if self._process.poll() is not None and not self.has_ended:
            self.replace()
        request = {"handin": HANDIN.dump_python(handin, mode="json"), "lost": lost}
        send(self._process.stdin, request)
        return self._answers.next()

    def replace(self) -> None:
        """Start another in its place, and wait until it can grade; raises what `ready` does."""
        self._restart()
        self.ready()

    def end(self) -> None:
        """End the process, and with it the template and the kernel of its own."""
        self.has_ended = True
        self._kill()

    def _kill(self) -> None:
        if self._process.poll() is None:  # else its number may be another's by now
            processes.kill_below(self._process.pid)
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def _restart(self) -> None:
        self._kill()
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
        assert self._process.stdout is not None
        self._answers = answers.Answers(self._process.stdout)
        told = {"job": JOB.dump_python(self._job, mode="json"), "kept": self._kept}
        send(self._process.stdin, told | {"signs_every": answers.EVERY})
