"""The service: it waits, and forks a child for each command.

What is heavy is loaded before, and one template is started. It belongs to one command at a time,
since what is said to it is said on one channel; a command that comes meanwhile starts its own, as
without a service, and waits for nobody.
"""

import os
import select
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from grader.service import child
from grader.service.command import Command, read
from grader.service.messages import (
    COMMAND,
    FDS,
    HELLO,
    STATUS,
    STOP,
    received,
    send,
    user_of,
)

_NEARLY = b"nearly done"  # a child has done its command, and leaves what it took in a moment
_SOON = 5.0  # seconds
_MOST = 2**17  # bytes of what a child leaves word of
_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stock(Protocol):
    """What is ready for a command."""

    def take(self, *, whole: bool) -> None:
        """Use it, in a child. whole: whether no other command uses the template."""
        ...

    def leave(self) -> bytes:
        """Let go of it, in a child that took it whole; returns what the service has to know."""
        ...

    def restore(self, told: bytes) -> None:
        """Make it whole again, in the service. told: what `leave` gave; nothing, if it did not."""
        ...

    def close(self) -> None:
        """End what it has."""
        ...


@dataclass(slots=True, kw_only=True)
class _Running:
    """A command that a child does. told: what it leaves; None where it has no template of ours."""

    pid: int
    process: int
    told: socket.socket | None


@dataclass(slots=True, kw_only=True)
class Server:
    """Serves whoever connects, until it is told to end or nothing has come for a while.

    listener: where they do; identity: see `grader.service.place`; idle: seconds; run: does a
    command, as `main` does.
    """

    listener: socket.socket
    identity: str
    stock: Stock
    run: Callable[[], object]
    idle: float
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _running: dict[int, _Running] = field(default_factory=dict)
    _clients: set[socket.socket] = field(default_factory=set)
    _since: float = field(default_factory=time.monotonic)
    _done: int = 0
    _ending: bool = False

    def serve(self) -> None:
        """Serve; returns once every command has ended."""
        self.listener.setblocking(False)
        self._watch(self.listener, self._accept)
        with self._signals():
            while self._running or not (self._ending or self._is_idle()):
                if self._ending:
                    self._let_go()
                for key, _ in self._selector.select(self._patience()):
                    known = self._selector.get_map().get(key.fd)
                    if known is not None and known.data is key.data:  # no other has ended it
                        key.data()
        self._let_go()
        self._selector.close()

    def _is_idle(self) -> bool:
        # A client that is connected and asks for nothing keeps no service: it does its work itself.
        return time.monotonic() - self._since >= self.idle

    def _patience(self) -> float | None:
        if self._running or self._ending:
            return None
        return max(0.0, self._since + self.idle - time.monotonic()) + 0.001

    def _accept(self) -> None:
        with suppress(OSError):  # it has gone again
            client, _ = self.listener.accept()
            client.settimeout(1.0)  # it is only written to, and read where something has come
            if user_of(client) != os.geteuid():
                client.close()
                return
            self._clients.add(client)
            self._watch(client, partial(self._hear, client))
            try:
                send(client, HELLO, self.identity.encode())
            except OSError:
                self._forget(client)

    def _hear(self, client: socket.socket) -> None:
        """Do what a client asks for."""
        self._since = time.monotonic()
        words: list[bytes] = []
        fds: list[int] = []
        with suppress(OSError):
            words, fds = received(client)
        try:
            if words == [COMMAND] and len(fds) == FDS and not self._ending:
                with suppress(OSError, ValueError):  # the client does it itself
                    self._begin(client, fds)
            elif words == [STOP]:
                self._ending = True
                with suppress(OSError):
                    send(client, b"stopping")
            elif words == [STATUS]:
                with suppress(OSError):
                    send(client, f"{os.getpid()} {len(self._running)} {self._done}".encode())
        finally:
            for fd in fds:
                os.close(fd)
            self._forget(client)

    def _begin(self, client: socket.socket, fds: list[int]) -> None:
        """Start a child for a command. Raises OSError and ValueError."""
        command = read(fds[4])
        ours = theirs = None
        if self._is_whole():
            ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        try:
            pid = os.fork()
        except OSError:
            for end in (ours, theirs):
                if end is not None:
                    end.close()
            raise
        if pid == 0:
            self._become(command, fds, client, theirs)
        if theirs is not None:
            theirs.close()
        process = os.pidfd_open(pid)
        self._running[process] = _Running(pid=pid, process=process, told=ours)
        self._watch(process, partial(self._end, process))

    def _become(
        self, command: Command, fds: list[int], client: socket.socket, told: socket.socket | None
    ) -> None:
        """Be the child; never returns."""
        try:
            signal.set_wakeup_fd(-1)
            self._selector.close()
            self.listener.close()
            for other in self._clients - {client}:
                other.close()
            client.settimeout(None)
            self.stock.take(whole=told is not None)

            def run() -> None:
                try:
                    self.run()
                finally:
                    if told is not None:
                        told.send(_NEARLY)

            def leave() -> None:
                if told is not None:
                    told.send(self.stock.leave())

            streams = (fds[0], fds[1], fds[2])
            child.do(command, streams=streams, folder=fds[3], channel=client, run=run, end=leave)
        finally:
            os._exit(70)

    def _is_whole(self) -> bool:
        """Whether nobody uses the template; who is about to leave it is waited for."""
        for running in list(self._running.values()):
            if running.told is not None:
                if not _has(running.told, 0.0) or not _has(running.process, _SOON):
                    return False
                self._end(running.process)
        return True

    def _end(self, process: int) -> None:
        """Take note that a child has ended."""
        running = self._running.pop(process)
        self._selector.unregister(process)
        os.close(process)
        os.waitpid(running.pid, 0)
        self._done += 1
        if running.told is not None:
            with running.told:
                running.told.setblocking(False)
                told = b""
                with suppress(OSError):
                    if running.told.recv(len(_NEARLY)) == _NEARLY:
                        told = running.told.recv(_MOST)
            if not self._ending:
                self.stock.restore(told)
        self._since = time.monotonic()

    def _let_go(self) -> None:
        """Take no more: who connects now does it itself."""
        if self.listener.fileno() >= 0:
            self._selector.unregister(self.listener)
            self.listener.close()
        for client in list(self._clients):
            self._forget(client)

    def _forget(self, client: socket.socket) -> None:
        self._clients.discard(client)
        self._selector.unregister(client)
        client.close()

    def _watch(self, file: socket.socket | int, event: Callable[[], None]) -> None:
        self._selector.register(file, selectors.EVENT_READ, event)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """End in order where somebody asks for it; where twice, at once."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)

        def come() -> None:
            ours.recv(100)

        def asked(number: int, _: object) -> None:
            signal.signal(number, signal.SIG_DFL)
            self._ending = True

        for number in _ENDS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, asked)
        self._watch(ours, come)
        signal.set_wakeup_fd(theirs.fileno())
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            self._selector.unregister(ours)
            ours.close()
            theirs.close()


def _has(file: socket.socket | int, seconds: float) -> bool:
    """Whether something comes within some seconds: a message, or a process's end."""
    poll = select.poll()
    poll.register(file, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
