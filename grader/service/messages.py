"""What a client, a service and its children say to each other.

The service says `hello IDENTITY`. The client sends `command` with five descriptors: its streams,
its folder, and a file with what was asked for; or `stop`, or `status`. The child that does the
command says `began` with a descriptor of itself, for signals, and `ended CODE`.
"""

import os
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

HELLO, COMMAND, BEGAN, ENDED, STOP, STATUS = (
    *(b"hello", b"command", b"began", b"ended"),
    *(b"stop", b"status"),
)
FDS = 5  # of a command
_MOST = 4096  # bytes of a message
_LARGEST = 64 * 2**20  # bytes of a command; the system allows no more than 6 MiB


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command, as it was called. ignored: signals that are not to end it."""

    arguments: list[str]
    environment: dict[str, str]
    ignored: list[int]

    def written(self) -> int:
        """Return the descriptor of a file that holds it. Raises OSError."""
        numbers = [len(self.arguments), *self.ignored]
        parts = [" ".join(map(str, numbers)), *self.arguments]
        parts += [f"{name}={value}" for name, value in self.environment.items()]
        file = os.memfd_create("command")
        data = memoryview(os.fsencode("\0".join(parts)))
        while data:
            data = data[os.write(file, data) :]
        return file

    @classmethod
    def read(cls, file: int) -> Self:
        """Return what `written` wrote. Raises ValueError and OSError."""
        size = os.fstat(file).st_size
        if size > _LARGEST:
            raise ValueError("a command is too long")
        first, *parts = os.fsdecode(os.pread(file, size, 0)).split("\0")
        number, *ignored = map(int, first.split())
        pairs = (part.partition("=") for part in parts[number:])
        return cls(
            arguments=parts[:number],
            environment={name: value for name, _, value in pairs},
            ignored=ignored,
        )


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
