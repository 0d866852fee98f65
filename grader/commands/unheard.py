"""Output that nobody takes any more: a connection is lost, a pipe is closed, a disk is full."""

import os
from contextlib import suppress
from typing import Any, TextIO, cast


def unheard(stream: TextIO) -> TextIO:
    """Return a stream that what is said may be lost from, without an end to what is done."""
    return cast(TextIO, _Unheard(stream))


class _Unheard:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            self._leave()
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            self._leave()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _leave(self) -> None:
        """Let all that follows go nowhere, and with it what the stream still holds."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)
        with suppress(OSError):
            self._stream.flush()
