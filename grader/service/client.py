"""A command, done by a service; where that cannot be, it is done here, and nothing has happened.

It is loaded by each command: see `grader.service.place`.
"""

import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType

from grader.service import place
from grader.service.messages import (
    BEGAN,
    COMMAND,
    ENDED,
    ENDS,
    HELLO,
    STATUS,
    STOP,
    received,
    send,
    signal_to,
    user_of,
    written,
)

USUAL_IDLE = 15.0  # minutes after which a service ends that nothing has come for
IDLE = "GRADER_SERVICE_IDLE"  # others, for a service that a command has started
_PATIENCE = 5.0  # seconds until a service says hello: it may be busy making itself ready again
_OWN = 3  # exit code: the grader's own trouble
# Commands that no service is started for: they run no kernel, or are about services.
_ALONE = ("serve",)
_WORTH = ("build", "check", "grade", "verify")


def served(arguments: Sequence[str]) -> int | None:
    """Have a service do a command; returns its exit code, None where it is to be done here.

    Where none runs, one is started for the next. arguments: as in sys.argv.
    """
    name = arguments[1] if len(arguments) > 1 else ""
    try:
        path = place.asked()
        if path is None or name in _ALONE:
            return None
        place.check(path)
        if (channel := _connected(path)) is None:
            if name in _WORTH:
                start(path)
            return None
    except (place.Unsafe, OSError):
        return None
    with channel:
        return _Asked(channel).done(arguments)


def ask(path: Path, what: bytes) -> str | None:
    """Return what a service says to STOP or STATUS; None where none is there. Raises Unsafe."""
    place.check(path)
    if (channel := _connected(path)) is None:
        return None
    with channel, suppress(OSError):
        assert what in (STOP, STATUS)
        if received(channel)[0][:1] == [HELLO]:
            send(channel, what)
            return b" ".join(received(channel)[0]).decode("utf-8", "replace")
    return ""


def start(path: Path) -> None:
    """Start a service in the background, which ends at once where there is one. Raises OSError."""
    idle = os.environ.get(IDLE, "")
    log = os.open(f"{path}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    with ExitStack() as opened:
        opened.callback(os.close, log)
        opened.callback(os.close, null)
        arguments = command(path, idle or str(USUAL_IDLE))
        streams = [(os.POSIX_SPAWN_DUP2, fd, to) for fd, to in ((null, 0), (null, 1), (log, 2))]
        environment = {**os.environ, **EARLY}
        os.posix_spawn(arguments[0], arguments, environment, file_actions=streams, setsid=True)


# A pool of threads does not survive a fork, and its users hang.
EARLY = {"OPENBLAS_NUM_THREADS": "1"}


def command(path: Path, idle: str) -> list[str]:
    """Return what starts a service. idle: minutes after which it ends."""
    # Not with the working folder on the path: it may be a student's, with a torch.py.
    start = [sys.executable, "-P", "-c", "from grader.serving import main; main()"]
    return [*start, str(path), place.identity(), idle]


def _connected(path: Path) -> socket.socket | None:
    """Return a channel to this user's service; None where there is none. Raises OSError."""
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        channel.settimeout(_PATIENCE)
        channel.connect(os.fspath(path))
        if user_of(channel) != os.geteuid():
            raise place.Unsafe(f"{path}: another user listens there")
    except (FileNotFoundError, ConnectionRefusedError):
        channel.close()
        return None
    except BaseException:
        channel.close()
        raise
    return channel


class _Asked:
    """A command that a service is asked for."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel, self._child = channel, -1

    def done(self, arguments: Sequence[str]) -> int | None:
        """Have it done; None where it has not begun."""
        if not self._begun(arguments):
            return None
        # Until now an interrupt has ended this process alone, and with it the command.
        for number in ENDS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._pass_on)
        return self._ended()

    def _begun(self, arguments: Sequence[str]) -> bool:
        """Whether the service has begun to do it."""
        try:
            words, _ = received(self._channel)
            if words != [HELLO, place.identity().encode()]:
                return False
            ignored = [n for n in ENDS if signal.getsignal(n) is signal.SIG_IGN]
            with ExitStack() as opened:
                folder, file = os.open(".", os.O_PATH), written(arguments, ignored)
                opened.callback(os.close, folder)
                opened.callback(os.close, file)
                send(self._channel, COMMAND, fds=(0, 1, 2, folder, file))
            self._channel.settimeout(None)  # it says that it has begun before it does anything
            words, fds = received(self._channel)
        except OSError:  # it takes too long, or has ended; or a stream is closed
            return False
        if words != [BEGAN] or len(fds) != 1:
            return False
        self._child = fds[0]
        return True

    def _ended(self) -> int:
        """Wait until it is done; returns the exit code."""
        words, _ = received(self._channel)
        if len(words) == 2 and words[0] == ENDED:
            code = int(words[1])
            if -code in ENDS:
                signal.signal(-code, signal.SIG_DFL)
                os.kill(os.getpid(), -code)  # as it has ended itself
            return code
        sys.stderr.write(
            "grader: the process that did this in the service has been ended; what is done is kept,"
            " and the same command goes on from there\n"
        )
        return _OWN

    def _pass_on(self, number: int, _: FrameType | None) -> None:
        signal_to(self._child, number)
