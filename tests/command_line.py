"""The command line, called as people do: in a process of its own, or by a service of the tests.

Most tests are about what a command does, and not about how its process starts, which takes longer
than all the rest: torch, the grader, a template for kernels. A service has these loaded and forks a
child for each command, with the same files, words and exit codes (`tests/service/` shows it).
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from grader.service import client, place
from grader.service.messages import STOP
from tests.conftest import TOP

MOST = 300.0  # seconds for a command
IDLE = "15"  # minutes after which a service ends whose tests have been killed


def grader(*arguments, cwd=TOP) -> subprocess.CompletedProcess[str]:
    """Have a command done by the service of this process of tests."""
    return _called(arguments, cwd, "from grader.entry import main; main()", _service())


def grader_alone(*arguments, cwd=TOP, before="", said=None) -> subprocess.CompletedProcess[str]:
    """Do a command in a process of its own.

    before: code that this process runs first; said: what a person types.
    """
    code = f"{before}\nfrom grader.cli import main; main()"
    return _called(arguments, cwd, code, "off", said=said)


def _called(
    arguments, cwd, code: str, service: str, said: str | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        input=said,
        cwd=cwd,
        timeout=MOST,
        check=False,
        env={**os.environ, place.VARIABLE: service},
    )


@cache
def _service() -> str:
    """Start a service, and return where it listens; it ends with this process."""
    if not place.is_possible():
        return "off"
    folder = Path(tempfile.mkdtemp(prefix="grader-"))  # the path of a socket has to be short
    path = folder / "tests.socket"
    code = "from grader.entry import main; main()"
    popen = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code, "serve", "--socket", path, "--idle", IDLE],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )

    def stop() -> None:
        client.ask(path, STOP)
        popen.communicate()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    line = popen.stdout.readline()
    assert line.startswith("listening at "), line
    return str(path)
