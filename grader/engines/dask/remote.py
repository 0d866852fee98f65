"""What runs in a Dask worker: it has a process of the grader's own, which does the grading.

A Dask worker has threads, so that nothing can be forked in it. What comes and goes is plain bytes.
"""

import json
import shutil
import tempfile
import threading
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from distributed import get_worker

from grader import cache_folder
from grader.engines.dask import facts, parcel
from grader.engines.job import Job
from grader.engines.worker_process import WorkerProcess
from grader.errors import GraderError

HERE = b"{}"  # by whose name it is seen whether a worker has this module
IDLE = 600.0  # seconds without work, after which a process is ended: who asked may be gone

_held: dict[str, "_Held"] = {}
_lock = threading.Lock()


def greet() -> bytes:
    """Return what is here, or that it is not what this Dask worker has begun with.

    Processes that grade start with the files as they are then.
    """
    if facts.here() != facts.begun():
        why = "its files of tensorgrader have changed since it was started: start it again"
        return _told({"trouble": why})
    return _told(asdict(facts.begun()))


def open_job(data: bytes) -> bytes:
    """Start the process that grades for a job; returns its isolation, or why there is none."""
    folder = Path(tempfile.mkdtemp(prefix="grader-", dir=_place()))  # of this user alone
    with ExitStack() as failed:
        failed.callback(shutil.rmtree, folder, ignore_errors=True)
        try:
            id, job = parcel.job(data, folder)
            held = _Held(_placed(job), folder)
            failed.callback(held.close)
            isolation = held.process.ready()
        except (GraderError, OSError) as error:
            return _told({"trouble": str(error)})
        failed.pop_all()
    with _lock:
        former = _held.pop(id, None)
        _held[id] = held
    if former is not None:
        former.close()
    held.rest()
    return _told({"isolation": isolation})


def grade(data: bytes) -> bytes:
    """Grade a hand-in; returns what was found, or what happened to the process that did it."""
    with tempfile.TemporaryDirectory(
        prefix="grader-", dir=_place(), ignore_cleanup_errors=True
    ) as folder:
        asked = parcel.handin(data, Path(folder))
        with _lock:
            held = _held.get(asked.job)
        if held is None:
            return _told({"unknown": True})
        return _told(held.graded(asked))


def release(id: str) -> None:
    """End the process that grades for a job."""
    with _lock:
        held = _held.pop(id, None)
    if held is not None:
        held.close()


class _Held:
    """A process that grades for a job. folder: of its files, which goes with it."""

    def __init__(self, job: Job, folder: Path) -> None:
        self.process, self._folder = WorkerProcess(job), folder
        self._one_at_a_time = threading.Lock()
        self._rest: threading.Timer | None = None

    def graded(self, asked: parcel.ForJob) -> dict[str, Any]:
        with self._one_at_a_time:
            self._wake()
            ends = False
            try:
                answer = self.process.ask(asked.handin, lost=asked.lost)
                if self.process.has_ended:
                    return {"unknown": True}
                if ends := not answer:
                    self.process.replace()
            except (GraderError, OSError) as error:
                return {"lost": ends, "trouble": str(error)}
            self.rest()
            return {"lost": True} if ends else {"done": answer}

    def rest(self) -> None:
        """Wait for work, but not for ever."""
        self._wake()
        self._rest = threading.Timer(IDLE, self._end_idle)
        self._rest.daemon = True
        self._rest.start()

    def close(self) -> None:
        self._wake()
        self.process.end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _wake(self) -> None:
        if self._rest is not None:
            self._rest.cancel()

    def _end_idle(self) -> None:
        with _lock:
            for id in [id for id, held in _held.items() if held is self]:
                del _held[id]
        self.close()


def _placed(job: Job) -> Job:
    """Return a job as it is done here: with the cache and the card of this machine."""
    if job.cache is not None:
        job = replace(job, cache=cache_folder.usual())
    if job.device == "cpu":
        return job
    from grader.kernels import cards
    from grader.kernels.card_files import torch_has_cuda

    found = cards.here()
    chosen = cards.chosen("cuda", found, torch_has_cuda=torch_has_cuda())
    # Whoever starts several workers on one machine lets each see a card of its own.
    return replace(job, places=cards.places(chosen[:1], found, 1))


def _place() -> str:
    """Return where folders are made: Dask removes it with its worker, or as the next one starts."""
    return str(get_worker().local_directory)


def _told(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer).encode()
