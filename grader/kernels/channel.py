"""The trusted end of a socket to a warm kernel: whatever comes through it is hostile.

One reply for each request, nothing before the request, sizes capped, and no wait without an end.
"""

import contextlib
import select
import socket
import time
from collections.abc import Callable

from grader.formats.limits import MAX_HEADER, MAX_TENSORS
from grader.kernels.kernel import KernelDied, TooMuch
from grader.student_side import framing

MAX_EVENTS = 20_000  # outputs on the way, for one request
MAX_STALE = 64 * 2**20  # bytes that come between two requests
TICK = 0.05  # seconds between two looks at what a request costs


class Overflow(Exception):
    """What a request does costs too much. ending: of its cell."""

    def __init__(self, ending: TooMuch) -> None:
        self.ending: TooMuch = ending
        super().__init__(ending)


class Channel:
    """Requests and replies. number: of the last request.

    What watches a request is called now and then, and raises what ends the wait for it.
    """

    def __init__(self, end: socket.socket, number: int = 0) -> None:
        self._end = end
        self._end.setblocking(False)
        self._buffer = bytearray()
        self.number = number

    def ask(
        self,
        kind: int,
        header: bytes,
        body: bytes = b"",
        *,
        watch: Callable[[], None],
        fd: int | None = None,
    ) -> int:
        """Send a request and return its number. Raises what `watch` raises, and KernelDied."""
        self._drop_events()
        self.number += 1
        data = memoryview(framing.pack(self.number, kind, header, body))
        watched = time.monotonic()
        try:
            if fd is not None:
                data = data[socket.send_fds(self._end, [data], [fd]) :]
            while data:
                try:
                    data = data[self._end.send(data) :]
                except BlockingIOError:
                    self._wait(select.POLLOUT)
                if time.monotonic() >= watched + TICK:
                    watch()
                    watched = time.monotonic()
        except OSError:
            raise KernelDied from None
        return self.number

    def reply(
        self,
        number: int,
        *,
        watch: Callable[[], None],
        event: Callable[[bytes], None] | None = None,
    ) -> tuple[bytes, bytes]:
        """Wait for the reply to a request.

        event: takes the JSON of each output on the way.
        Raises what `watch` raises, and KernelDied, also for what is no reply to it.
        """
        watched, events = time.monotonic(), 0
        while True:
            # By the clock, not by silence: a flood is no reason to look away.
            if time.monotonic() >= watched + TICK:
                watch()
                watched = time.monotonic()
            frame = self._frame()
            if frame is None:
                if self._wait(select.POLLIN):
                    self._receive()
                continue
            about, kind, header, body = frame
            if kind == framing.REPLY and about == number:
                return header, body
            if kind != framing.EVENT:
                raise KernelDied  # an answer to what was not asked
            events += 1
            if event is not None and about == number and events <= MAX_EVENTS:
                event(header)

    def close(self) -> None:
        """Close this end; a second call does nothing."""
        self._end.close()

    def _drop_events(self) -> None:
        """Throw away what came between two requests; a reply among it is forged."""
        dropped = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                dropped += self._receive()
                if dropped > MAX_STALE:
                    raise KernelDied
                while (frame := self._frame()) is not None:
                    if frame[1] != framing.EVENT:
                        raise KernelDied

    def _receive(self) -> int:
        """Take in what is there, and return its size. Raises BlockingIOError, and KernelDied.

        Descriptors that come with it are closed by the system, since nobody asks for them.
        """
        try:
            data = self._end.recv(2**18)
        except BlockingIOError:
            raise
        except OSError:
            raise KernelDied from None
        if not data:
            raise KernelDied
        self._buffer += data
        return len(data)

    def _frame(self) -> tuple[int, int, bytes, bytes] | None:
        size = framing.HEAD.size
        if len(self._buffer) < size:
            return None
        number, kind, header, body = framing.HEAD.unpack_from(self._buffer)
        if header > MAX_HEADER or body > MAX_TENSORS:
            raise KernelDied
        end = size + header + body
        if len(self._buffer) < end:
            return None
        head = bytes(self._buffer[size : size + header])
        rest = bytes(self._buffer[size + header : end])
        del self._buffer[:end]
        return number, kind, head, rest

    def _wait(self, what: int) -> bool:
        poll = select.poll()
        poll.register(self._end, what)
        return bool(poll.poll(TICK * 1000))
