"""A service as people start it, in a process of its own, and commands that are to use it."""

import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from grader.service import client
from grader.service.messages import STATUS, STOP
from tests import chaos
from tests.conftest import SMALL, answers_to_small, notebook_of, write_source

_COMMAND = "from grader.entry import main; main()"
FOREVER = "#| exercise: fit\nwhile True: pass"


class Place:
    """A folder with a source and with hand-ins, a runtime folder, and whoever works in them."""

    def __init__(self, top: Path) -> None:
        # The path of a socket has to be short.
        self.top, self.runtime = top, Path(tempfile.mkdtemp(prefix="grader-"))
        self.started: list[subprocess.Popen[str]] = []
        (top / "reference").mkdir()
        write_source(top / "reference", SMALL)
        self.hand_in("right")
        self.hand_in("wrong", total="#| exercise: total\ntotal = data.mean()")
        self.hand_in("zeno", fit=FOREVER)
        (top / "page.ipynb").write_text("<html>")

    def hand_in(self, name: str, **changes: str) -> None:
        (self.top / f"{name}.ipynb").write_bytes(notebook_of(answers_to_small(**changes)))

    def start(self, *arguments, service="on", **more) -> subprocess.Popen[str]:
        """Start a command. service: as in GRADER_SERVICE; more: further variables."""
        variables = {
            "XDG_RUNTIME_DIR": str(self.runtime),
            "GRADER_SERVICE": service,
            "GRADER_SERVICE_IDLE": "0",
            **more,
        }
        popen = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", _COMMAND, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.top,
            env={**os.environ, **variables},
        )
        self.started.append(popen)
        return popen

    def run(self, *arguments, **how) -> SimpleNamespace:
        return ended(self.start(*arguments, **how))

    def grade(self, *names, out="out", **how) -> SimpleNamespace:
        return self.run(*self.grading(*names, out=out), **how)

    def grading(self, *names, out="out", limit=30) -> list[str]:
        paths = [f"{name}.ipynb" for name in names]
        told = ["--other-data", "77", "--cell-limit", str(limit), "-j", "1"]
        return ["grade", *paths, "-o", out, *told]

    def contents(self, out: str):
        folder = self.top / out
        place = SimpleNamespace(out=folder, books=folder, book=folder / "gradebook.db")
        return chaos.contents(place)

    def score(self, name: str, out="out") -> float:
        text = (self.top / out / f"results/{name}/small/result.json").read_text(encoding="utf-8")
        return json.loads(text)["score"]

    def listens(self) -> bool:
        """Whether a service does, in the usual place."""
        sockets = (self.runtime / "tensorgrader").glob("*.socket")
        return any(client.ask(path, STATUS) for path in sockets)

    def logs(self) -> list[Path]:
        return list((self.runtime / "tensorgrader").glob("*.log"))

    def close(self) -> None:
        for popen in self.started:
            if popen.poll() is None:
                popen.kill()
            popen.communicate()
        for path in (self.runtime / "tensorgrader").glob("*.socket"):
            client.ask(path, STOP)  # one that a command has started
        shutil.rmtree(self.runtime, ignore_errors=True)


class Service:
    """A service that listens."""

    def __init__(self, place: Place, *arguments: str, **variables: str) -> None:
        self.place = place
        self.popen = place.start("serve", *arguments, **variables)
        line = self.popen.stdout.readline()
        assert line.startswith("listening at "), (line, self.popen.communicate())
        self.socket = Path(line.removeprefix("listening at ").strip())

    def begun(self) -> int:
        """Return how many commands it has begun to do."""
        _, running, done = client.ask(self.socket, STATUS).split()
        return int(running) + int(done)

    def child(self, popen: subprocess.Popen[str]) -> psutil.Process:
        """Return the process that does a command, once it has graded `right`."""
        while "right (small): 6 of 6" not in (line := popen.stderr.readline()):
            assert line, popen.communicate()
        own = psutil.Process(self.popen.pid).cmdline()
        (child,) = [one for one, line in self._children() if line == own]
        return child

    def templates(self) -> list[psutil.Process]:
        return [one for one, line in self._children() if "grader.student_side.template" in line]

    def _children(self) -> list[tuple[psutil.Process, list[str]]]:
        """Return its children with their command lines, but for those that end just now."""
        found = []
        for one in psutil.Process(self.popen.pid).children():
            with suppress(psutil.ZombieProcess, psutil.NoSuchProcess):
                found.append((one, one.cmdline()))
        return found

    def connected(self) -> socket.socket:
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        channel.settimeout(300)
        channel.connect(str(self.socket))
        return channel

    def kill(self) -> None:
        self.popen.kill()
        self.popen.wait()

    def stop(self) -> None:
        if self.popen.poll() is None:
            self.popen.terminate()
            self.popen.wait(300)


def ended(popen: subprocess.Popen[str]) -> SimpleNamespace:
    out, err = popen.communicate(timeout=300)
    return SimpleNamespace(code=popen.returncode, out=out, err=err)


def has_ended(process: psutil.Process) -> bool:
    """Whether a process ends, however long that takes a busy machine."""
    try:
        fd = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return True
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    found = bool(poll.poll(300_000))
    os.close(fd)
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = Place(tmp_path_factory.mktemp("served"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def service(place):
    """Return a service that all tests of a module share."""
    made = Service(place)
    yield made
    made.stop()
