"""What a client, a service and its children say to each other.

The service says `hello IDENTITY`. The client sends `command` with five descriptors: its streams,
its folder, and a file with what was asked for; or `stop`, or `status`. The child that does the
command says `began` with a descriptor of itself, for signals, and `ended CODE`.
"""

import os
import signal
import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress

HELLO, COMMAND, BEGAN, ENDED, STOP, STATUS = (
    *(b"hello", b"command", b"began", b"ended"),
    *(b"stop", b"status"),
)
FDS = 5  # of a command
# What ends a command: a client passes it on to the child that does it.
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_MOST = 4096  # bytes of a message


def written(arguments: Sequence[str], ignored: Iterable[int]) -> int:
    """Return the descriptor of a file with a command, for `grader.service.command.read`.

    ignored: signals that are not to end it. Raises OSError.
    """
    parts = [" ".join(map(str, (len(arguments), *ignored))), *arguments]
    parts += [f"{name}={value}" for name, value in os.environ.items()]
    file = os.memfd_create("command")
    data = memoryview(os.fsencode("\0".join(parts)))
    while data:
        data = data[os.write(file, data) :]
    return file


def send(channel: socket.socket, *words: bytes, fds: tuple[int, ...] = ()) -> None:
    """Send a message. Raises OSError where nobody listens."""
    socket.send_fds(channel, [b" ".join(words)], fds)


def received(channel: socket.socket) -> tuple[list[bytes], list[int]]:
    """Return the words of the next message, none where nobody is there, and its descriptors.

    Raises TimeoutError.
    """
    try:
        message, fds, _, _ = socket.recv_fds(channel, _MOST, FDS)
    except TimeoutError:
        raise
    except OSError:  # reset: the other side has ended with something unread
        return [], []
    return message.split(b" ") if message else [], fds


def user_of(channel: socket.socket) -> int:
    """Return the user of the process on the other side, as the system knows it."""
    about = channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return int.from_bytes(about[4:8], "little" if _IS_LITTLE else "big")


_IS_LITTLE = memoryview(b"\1\0").cast("H")[0] == 1


def signal_to(process: int, number: int) -> None:
    """Send a signal by descriptor; a process that has ended is no error."""
    with suppress(OSError):
        signal.pidfd_send_signal(process, number)
