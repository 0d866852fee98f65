"""What a worker process answers, and whether it lives.

A process that somebody has stopped, or that hangs in the system, answers nothing and does not end
either. So it gives a sign of life between answers, however long a hand-in takes.
"""

import queue
import threading
import time
from typing import IO, Any

from grader.engines.pipe import received, send

EVERY = 5.0  # seconds between signs of life
SILENCE = 60.0  # seconds without one, after which a process counts as hanging
_STEP = 1.0  # seconds between two looks
_SIGN = {"alive": True}


class Answers:
    """The messages of one process, which a thread takes from its pipe."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._come: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._take, daemon=True).start()

    def next(self) -> dict[str, Any]:
        """Wait for an answer; an empty one where the process has ended, or hangs."""
        silence, seen = 0.0, time.monotonic()
        while silence < SILENCE:
            try:
                message = self._come.get(timeout=_STEP)
            except queue.Empty:
                now = time.monotonic()
                silence += min(now - seen, 2 * _STEP)  # who waits may have been stopped, too
                seen = now
                continue
            if message != _SIGN:
                return message
            silence, seen = 0.0, time.monotonic()
        return {}

    def _take(self) -> None:
        with self._stream:
            while message := received(self._stream):
                self._come.put(message)
        self._come.put({})


def give_signs(stream: IO[bytes], *, every: float) -> None:
    """Give signs of life on a stream from a thread of its own, until the process ends.

    every: seconds.
    """

    def beat() -> None:
        while True:
            send(stream, _SIGN)
            time.sleep(every)

    threading.Thread(target=beat, daemon=True).start()
