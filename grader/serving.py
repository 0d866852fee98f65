"""The process of a service: its arguments are SOCKET, IDENTITY, and MINUTES if not as usual.

Commands are loaded in its children alone: some of what they say depends on the terminal. No module
is run as the program: what a command calls itself follows from that.
"""

import fcntl
import importlib
import os
import socket
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import NoReturn

_PREPARED = (
    "alembic.command", "alembic.config", "babel.messages.pofile", "grader.course.course_file",
    "grader.course.lock", "grader.course.run", "grader.course.views", "grader.engines.choose",
    "grader.engines.this_process", "grader.exchange.registry", "grader.intake.answered",
    "grader.intake.receive", "grader.intake.roster", "grader.reporting.terminal", "grader.secret",
    "jinja2.ext", "jupytext", "numpy.ctypeslib", "rich.progress", "rich.status",
    "sqlalchemy.dialects.sqlite", "typer.main",
)  # fmt: skip


def main() -> None:
    """Serve, unless somebody does so already. Exit code 2 where that cannot be, 3 where it ends."""
    os.closerange(3, 4096)  # what whoever has started it has open: a pipe may wait for its end
    path, identity, minutes = Path(sys.argv[1]).absolute(), sys.argv[2], float(sys.argv[3])
    lock = _locked(path)
    if lock is None:
        _fail(f"a service listens at {path} already, or is about to; `grader serve --stop` ends it")
    try:
        _serve(path, identity, minutes)
    finally:
        path.unlink(missing_ok=True)
        log = Path(f"{path}.log")
        if log.exists() and log.stat().st_size == 0:
            log.unlink()
        Path(f"{path}.lock").unlink(missing_ok=True)


def _serve(path: Path, identity: str, minutes: float) -> None:
    from grader.errors import GraderError

    for name in _PREPARED:
        importlib.import_module(name)
    from grader.reporting import html
    from grader.service.server import Server
    from grader.service.stock import Stock

    html.prepare()
    os.chdir("/")
    try:
        stock = Stock()
    except GraderError as error:
        _fail(str(error))
    with closing(stock), socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        path.unlink(missing_ok=True)  # of one that was killed
        listener.bind(str(path))
        listener.listen()
        print(f"listening at {path}", flush=True)
        server = Server(
            listener=listener, identity=identity, stock=stock, run=_command, idle=minutes * 60
        )
        try:
            server.serve()
        except GraderError as error:
            _fail(str(error))


def _command() -> None:
    from grader.cli import main as do
    from grader.course.store import database

    try:
        do()
    finally:
        database.close_all()  # where a fork ends, Python does not do it


def _locked(path: Path) -> int | None:
    """Return what holds the place until this process ends; None where another does."""
    name = f"{path}.lock"
    while True:
        lock = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return None
        with suppress(FileNotFoundError):
            if os.fstat(lock).st_ino == os.stat(name).st_ino:  # noqa: PTH116
                return lock
        os.close(lock)  # who held it has ended, and has removed it


def _fail(problem: str) -> NoReturn:
    sys.stderr.write(f"grader serve: {problem}\n")
    raise SystemExit(2)
