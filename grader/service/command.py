"""A command as a client has called it."""

import os
from dataclasses import dataclass

_LARGEST = 64 * 2**20  # bytes; the system allows a command no more than 6 MiB


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Arguments, as in sys.argv, and variables; ignored: signals that are not to end it."""

    arguments: list[str]
    environment: dict[str, str]
    ignored: list[int]


def read(file: int) -> Command:
    """Return what `grader.service.messages.written` wrote. Raises ValueError and OSError."""
    size = os.fstat(file).st_size
    if size > _LARGEST:
        raise ValueError("a command is too long")
    first, *parts = os.fsdecode(os.pread(file, size, 0)).split("\0")
    number, *ignored = map(int, first.split())
    pairs = (part.partition("=") for part in parts[number:])
    return Command(
        arguments=parts[:number],
        environment={name: value for name, _, value in pairs},
        ignored=ignored,
    )
