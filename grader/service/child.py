"""A command in a fork of the service, as if it had been started by itself.

Streams, folder, environment, arguments and signals are those of the client. Nothing comes back to
the service: what one command does, the next does not see.
"""

import os
import select
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from typing import NoReturn

from grader.service.command import Command
from grader.service.messages import BEGAN, ENDED, ENDS, send

_UNWRITTEN = 120  # exit code of Python where a stream cannot be written


def do(
    command: Command,
    *,
    streams: tuple[int, int, int],
    folder: int,
    channel: socket.socket,
    run: Callable[[], object],
    end: Callable[[], None],
) -> NoReturn:
    """Become the command. run: does it, as `main` does; end: tidies up when the client has gone on.

    channel: to the client, which hears that it begins, and its exit code.
    """
    code = _UNWRITTEN
    try:
        os.setsid()  # an interrupt at the service's terminal is for the service
        _take(command, streams, folder)
        process = os.pidfd_open(os.getpid())
        send(channel, BEGAN, fds=(process,))  # or the client has given up, and does it itself
        os.close(process)
        threading.Thread(target=_end_with, args=(channel,), daemon=True).start()
        code = _code_of(run)
        code = _UNWRITTEN if not _flushed() and code == 0 else code
        for number in ENDS:  # the client goes on, and what is left to do has an end
            signal.signal(number, signal.SIG_IGN)
        with suppress(OSError):
            send(channel, ENDED, str(code).encode())
        end()
    finally:
        os._exit(max(code, 0))


def _take(command: Command, streams: tuple[int, int, int], folder: int) -> None:
    """Take over what is the client's. Raises OSError."""
    for number in ENDS:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for ignored in command.ignored:
        signal.signal(ignored, signal.SIG_IGN)
    for fd, place in zip(streams, range(3), strict=True):
        os.dup2(fd, place)
        os.close(fd)
    os.fchdir(folder)
    os.close(folder)
    os.environ.clear()
    os.environ.update(command.environment)
    time.tzset()
    tempfile.tempdir = None  # it follows from the environment
    sys.argv = command.arguments
    assert isinstance(sys.stdout, TextIOWrapper)  # unused so far, as are the others
    sys.stdout.reconfigure(line_buffering=sys.stdout.isatty())


def _code_of(run: Callable[[], object]) -> int:
    """Do the command; returns its exit code, or a signal's number below 0 that it ends by."""
    try:
        run()
    except SystemExit as error:
        if error.code is None or isinstance(error.code, int):
            return (error.code or 0) & 0xFF
        sys.stderr.write(f"{error.code}\n")
        return 1
    except BaseException as error:  # noqa: BLE001 - told as Python tells it
        sys.excepthook(type(error), error, error.__traceback__)
        return -signal.SIGINT if isinstance(error, KeyboardInterrupt) else 1
    return 0


def _flushed() -> bool:
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return False
    return True


def _end_with(channel: socket.socket) -> None:
    """End the command once the client is gone, as where its connection is lost."""
    asked = select.poll()
    asked.register(channel, 0)  # no event but that nobody is on the other side any more
    asked.poll()
    os.kill(os.getpid(), signal.SIGTERM)
