"""The trusted end of a socket to a warm kernel: whatever comes through it is hostile.

One reply for each request, nothing before the request, sizes capped, and no wait without an end.
"""

import contextlib
import os
import select
import socket
import time
from collections import deque
from collections.abc import Callable

from grader.execution.kernel import Ending, KernelDied
from grader.formats.wire import MAX_HEADER, MAX_TENSORS
from grader.inside import frames

MAX_EVENTS = 20_000  # outputs on the way, for one request
DRAIN = 1.0  # seconds that may be spent on what comes between two requests
TICK = 0.05  # seconds between two looks at what a request costs


class TakesTooLong(Exception):
    """A request was not answered in time."""


class Overflow(Exception):
    """What a request does costs too much. ending: of its cell."""

    def __init__(self, ending: Ending) -> None:
        self.ending: Ending = ending
        super().__init__(ending)


class Channel:
    """Requests and replies. number: of the last request that its other end knows."""

    def __init__(self, end: socket.socket, number: int = 0) -> None:
        self._end = end
        self._end.setblocking(False)
        self._buffer = bytearray()
        self._number = number
        self._fds: deque[int] = deque()

    def ask(
        self,
        kind: int,
        header: bytes,
        body: bytes = b"",
        *,
        limit: float,
        fd: int | None = None,
    ) -> int:
        """Send a request and return its number. Raises KernelDied."""
        self._drop_events()
        self._number += 1
        data = memoryview(frames.pack(self._number, kind, header, body))
        deadline = time.monotonic() + limit
        try:
            if fd is not None:
                data = data[socket.send_fds(self._end, [data], [fd]) :]
            while data:
                try:
                    data = data[self._end.send(data) :]
                except BlockingIOError:
                    if not self._wait(deadline, select.POLLOUT):
                        raise KernelDied from None
        except OSError:
            raise KernelDied from None
        return self._number

    def reply(
        self,
        number: int,
        *,
        limit: float,
        event: Callable[[bytes], None] | None = None,
        watch: Callable[[], None] | None = None,
        takes_fd: bool = False,
    ) -> tuple[bytes, bytes]:
        """Wait for the reply to a request.

        event: takes the JSON of each output on the way; watch: is called now and then.
        Raises TakesTooLong, what `watch` raises, and KernelDied, also for what is no reply to it.
        """
        watched = time.monotonic()
        deadline, events = watched + limit, 0
        while True:
            # By the clock, not by silence: a flood is no reason to look away.
            now = time.monotonic()
            if watch is not None and now >= watched + TICK:
                watched = now
                watch()
            if now >= deadline:
                raise TakesTooLong
            frame = self._frame()
            if frame is None:
                if self._wait(min(deadline, now + TICK), select.POLLIN):
                    self._receive(takes_fd)
                continue
            about, kind, header, body = frame
            if kind == frames.REPLY and about == number:
                return header, body
            if kind != frames.EVENT:
                raise KernelDied  # an answer to what was not asked
            events += 1
            if event is not None and about == number and events <= MAX_EVENTS:
                event(header)

    def take_fd(self) -> int:
        """Return the descriptor that came with a reply. Raises KernelDied where none did."""
        if not self._fds:
            raise KernelDied
        return self._fds.popleft()

    def close(self) -> None:
        """Close this end; a second call does nothing."""
        self._end.close()
        while self._fds:
            os.close(self._fds.popleft())

    def _drop_events(self) -> None:
        """Throw away what came between two requests; a reply among it is forged."""
        deadline = time.monotonic() + DRAIN
        with contextlib.suppress(BlockingIOError):
            while True:
                if time.monotonic() > deadline:
                    raise KernelDied
                self._receive(False)
                while (frame := self._frame()) is not None:
                    if frame[1] != frames.EVENT:
                        raise KernelDied

    def _receive(self, takes_fd: bool) -> None:
        """Take in what is there. Raises BlockingIOError where nothing is, and KernelDied."""
        try:
            if takes_fd:
                data, fds, _, _ = socket.recv_fds(self._end, 2**16, 1)
                self._fds.extend(fds)
            else:
                data = self._end.recv(2**18)
        except BlockingIOError:
            raise
        except OSError:
            raise KernelDied from None
        if not data:
            raise KernelDied
        self._buffer += data

    def _frame(self) -> tuple[int, int, bytes, bytes] | None:
        size = frames.HEAD.size
        if len(self._buffer) < size:
            return None
        number, kind, header, body = frames.HEAD.unpack_from(self._buffer)
        if header > MAX_HEADER or body > MAX_TENSORS:
            raise KernelDied
        end = size + header + body
        if len(self._buffer) < end:
            return None
        head = bytes(self._buffer[size : size + header])
        rest = bytes(self._buffer[size + header : end])
        del self._buffer[:end]
        return number, kind, head, rest

    def _wait(self, deadline: float, what: int) -> bool:
        poll = select.poll()
        poll.register(self._end, what)
        return bool(poll.poll(max(0.0, deadline - time.monotonic()) * 1000))
