"""Processes that a route starts: the same environment for all, none left behind."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LIMIT = 3600.0  # seconds; only against what hangs
_POLL = 0.002  # seconds


class Skipped(Exception):
    """A route cannot be taken here, or failed; the reason is the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A process that ended well; began and ended: by `time.time`, the clock of files too."""

    output: str
    began: float
    ended: float


def variables(program: Path, folder: Path) -> dict[str, str]:
    """Return what every route has in its environment: one thread, no CUDA, no own settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "JUPYTER", "IPYTHON", "VIRTUAL_ENV"))
    }
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    places = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    own = {name: str(folder / ".jupyter" / name) for name in places}
    # Some programs start others of their own environment, as if it were activated.
    own["PATH"] = f"{program.parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
    return {**kept, **threads, **own, "CUDA_VISIBLE_DEVICES": "", "JUPYTER_PREFER_ENV_PATH": "1"}


def run(command: Sequence[str], folder: Path) -> Ended:
    """Run one command in a folder. Raises Skipped with the last of what it said where it fails."""
    return run_all([command], folder, at_once=1)[0]


def run_all(commands: Sequence[Sequence[str]], folder: Path, *, at_once: int) -> list[Ended]:
    """Run commands in a folder, so many at once, and return how each ended, in order."""
    waiting = list(enumerate(commands))
    running: dict[int, _Running] = {}
    done: dict[int, Ended] = {}
    deadline = time.monotonic() + LIMIT
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                number, command = waiting.pop(0)
                running[number] = _Running(command, folder, number)
            for number, one in list(running.items()):
                if (ended := one.ended()) is not None:
                    done[number] = ended
                    del running[number]
            if time.monotonic() > deadline:
                raise Skipped(f"it took longer than {LIMIT:g} s")
            time.sleep(_POLL)
    finally:
        for one in running.values():
            kill(one.popen)
    return [done[number] for number in range(len(commands))]


@contextmanager
def started(command: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run one command while something else is done; it is ended at the latest with the block."""
    one = _Running(command, folder, 0)
    try:
        yield one.popen
        one.popen.wait(timeout=LIMIT)
        one.ended()
    finally:
        kill(one.popen)


def kill(popen: "subprocess.Popen[bytes]") -> None:
    """End a process with its group."""
    if popen.poll() is None:
        os.killpg(popen.pid, signal.SIGKILL)
        popen.wait()


class _Running:
    def __init__(self, command: Sequence[str], folder: Path, number: int) -> None:
        self._command = command
        self._said = [folder / f".{stream}-{number}" for stream in ("output", "errors")]
        self.began = time.time()
        with self._said[0].open("wb") as output, self._said[1].open("wb") as errors:
            self.popen = subprocess.Popen(  # noqa: S603 - the commands are the routes' own
                command,
                cwd=folder,
                env=variables(Path(command[0]), folder),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
            )

    def ended(self) -> Ended | None:
        """Return how it ended; None while it runs. Raises Skipped where it failed."""
        if self.popen.poll() is None:
            return None
        ended = time.time()
        output, errors = (path.read_text("utf-8", "replace") for path in self._said)
        if self.popen.returncode != 0:
            last = (errors.strip() or output.strip() or "it said nothing").splitlines()[-1]
            raise Skipped(
                f"{Path(self._command[0]).name} ended with {self.popen.returncode}: {last}"
            )
        return Ended(output=output, began=self.began, ended=ended)
