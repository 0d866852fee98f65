"""Dask's scheduler and workers as processes of their own, as their commands start them."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import psutil

_QUIET = {"DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical"}


class Scheduler:
    """A scheduler with its workers, until it is closed.

    folder: of its files; inside: a command that runs others, as `nsenter`; path: where it finds
    another grader.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        inside: tuple[str, ...] = (),
        path: Path | None = None,
    ):
        self._folder, self.file = folder, folder / "scheduler.json"
        self._running: list[subprocess.Popen[bytes]] = []
        told = ["--host", host, "--port", "0", "--no-dashboard", "--scheduler-file", self.file]
        command = [*inside, *_dask("scheduler"), *map(str, told)]
        self.process = self._started(command, _finding(path))
        until(lambda: self.file.exists() and self.file.read_text().endswith("}"))
        self.address = json.loads(self.file.read_text())["address"]

    def worker(self, name, *more, at="", inside=(), path=None, nanny=False):
        """Start a worker; returns its process. path: where it finds another grader."""
        told = ["--name", name, "--nthreads", "1", "--memory-limit", "0", "--no-dashboard", *more]
        told += [
            "--local-directory",
            str(self._folder / name),
            "--nanny" if nanny else "--no-nanny",
        ]
        command = [*inside, *_dask("worker"), at or self.address, *told]
        return self._started(command, _finding(path))

    def close(self):
        for process in self._running:
            if process.poll() is not None:
                continue
            below = psutil.Process(process.pid).children(recursive=True)
            for one in [process, *below]:
                one.kill()
            process.wait()

    def _started(self, command, more):
        with (self._folder / "log.txt").open("ab") as log:
            process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env={**os.environ, **_QUIET, **more},
            )
        self._running.append(process)
        return process


def _finding(path):
    return {} if path is None else {"PYTHONPATH": str(path)}


def _dask(command):
    return [sys.executable, "-m", "dask", command]


def graders_of(*processes):
    """Return the processes that grade, of Dask workers."""
    below = [one for each in processes for one in psutil.Process(each).children(recursive=True)]
    return [one for one in below if "grader.engines.worker" in _command(one)]


def until(is_so):
    """Wait until something is so."""
    pause = threading.Event()
    for _ in range(1_200):
        if is_so():
            return
        pause.wait(0.05)
    raise TimeoutError


def _command(process):
    try:
        return process.cmdline()
    except psutil.Error:
        return []
