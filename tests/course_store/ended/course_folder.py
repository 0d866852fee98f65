"""A course in a folder: commands, gradebook and files are the real ones, and no kernel runs.

Something may happen to a run before each hand-in is done.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import SMALL, TOP, notebook_of, write_source

NAMES = ("ann", "bob", "cat", "dan", "eve", "fay")
_START = """
import os, shutil, signal, sys
from pathlib import Path
from grader import cli
from grader.commands import grading
from tests.course_store.ended.instant import Instant
out = Path({out!r})
os.chdir({folder!r})
{happens}
grading.open_engine = lambda job, **told: Instant(at)
cli.main()
"""
# What each command imports takes seconds: this does it once, and forks.
_TEMPLATE = """
import importlib, json, os, signal, sys
from grader import cli
from grader.commands import grading
from tests.course_store.ended.instant import Instant
for name in (
    "alembic.command", "alembic.config", "babel.messages.pofile", "grader.authoring.source",
    "grader.course.lock", "grader.course.run", "grader.course.views", "grader.intake.answered",
    "grader.intake.receive", "grader.reporting.html", "grader.reporting.terminal", "grader.secret",
    "jinja2.ext", "nbconvert.filters", "rich.progress", "sqlalchemy.dialects.sqlite",
):
    importlib.import_module(name)
from grader.reporting import html
html.prepare()
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever tests may have ignored it
for line in sys.stdin:
    told = json.loads(line)
    if (pid := os.fork()) == 0:
        for number, path in enumerate((os.devnull, told["stdout"], told["stderr"])):
            os.dup2(os.open(path, os.O_RDWR), number)
        sys.argv = ["grader", *told["arguments"]]
        exec(told["code"], {"__name__": "__main__"})
        sys.exit()
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""
NOTHING = "def at(number): pass"


class Template:
    """A process that commands are forked from."""

    def __init__(self) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, "-c", _TEMPLATE],
            cwd=TOP,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def run(self, command, folder):
        """Give a command, and return how it ended."""
        paths = {name: folder / f".{name}" for name in ("stdout", "stderr")}
        for path in paths.values():
            path.write_text("")
        told = {"code": command[2], "arguments": command[3:]}
        message = {**told, **{name: str(path) for name, path in paths.items()}}
        self._popen.stdin.write(json.dumps(message) + "\n")
        self._popen.stdin.flush()
        code = int(self._popen.stdout.readline())
        said = {name: path.read_text(encoding="utf-8") for name, path in paths.items()}
        return subprocess.CompletedProcess(command, code, **said)

    def close(self):
        self._popen.communicate()


class Course:
    """A folder with hand-ins, in which commands are given."""

    def __init__(self, folder: Path, template: Template) -> None:
        self._template = template
        self.folder, self.out = folder, folder / "out"
        write_source(folder, SMALL)
        (folder / "in").mkdir()
        for name in NAMES:
            (folder / "in" / f"{name}.ipynb").write_bytes(notebook_of([f"name = '{name}'"]))

    def command(self, *arguments, happens=NOTHING):
        """Return what starts a command, in which something happens."""
        code = _START.format(out=str(self.out), folder=str(self.folder), happens=happens)
        return [sys.executable, "-c", code, *map(str, arguments)]

    def grade(self, *options, happens=NOTHING, out=None):
        """Return what starts `grader grade`."""
        told = ["-a", self.folder / "small.py", "-o", out or self.out, "--other-data", "off"]
        return self.command("grade", "in", *told, *options, happens=happens)

    def run(self, command, **how):
        """Give a command, and return how it ended. how: as for a process of its own."""
        if not how:
            return self._template.run(command, self.folder)
        how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
        return subprocess.run(
            command, cwd=TOP, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL, **how
        )

    def started(self, command, **how):
        """Give a command that is talked to: it says a line, and waits for one."""
        return subprocess.Popen(
            command,
            cwd=TOP,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **how,
        )


def files(out: Path) -> Mapping[str, object]:
    """Return what a run has written, but for what holds numbers of gradings."""
    found = {}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if path.is_file() and not name.startswith(("gradebook.", "secret.txt")):
            found[name] = "there" if name == ".written.json" else path.read_bytes()
    return found


def rows(out: Path) -> list[str]:
    """Return the students of the table."""
    lines = (out / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    return [line.partition(",")[0] for line in lines[1:]]


def results(out: Path) -> dict[str, float]:
    """Return scores by student, as results have them."""
    found = (out / "results").glob("*/*/result.json")
    read = [json.loads(path.read_text(encoding="utf-8")) for path in found]
    return {one["student"]: one["score"] for one in read}


def killed(name: str, *, after: int = 0, before: str = "") -> str:
    """Return code that kills the process, as nobody can prevent, where a function is called."""
    owner = name.partition(".")[0]
    return f"""
def at(number): pass
{before or f"import {owner}"}
usual, left = {name}, [None] * {after}
def killed(*args, **more):
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    left.pop()
    return usual(*args, **more)
{name} = killed
"""


KILLED = -signal.SIGKILL
