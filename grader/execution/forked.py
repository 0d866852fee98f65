"""A warm kernel as the grader sees it: a forked process, its channel, the files it prints to."""

import json
import os
import signal
import socket
import tempfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from grader.execution import processes
from grader.execution.channel import Channel, Overflow, TakesTooLong
from grader.execution.collect import Collector
from grader.execution.kernel import AnswerTimedOut, CellRun, Ending, KernelDied
from grader.execution.outputs import STOP_OUTPUT
from grader.execution.sandbox import Bounds
from grader.inside import frames
from grader.model.observation import Payload

START = 90.0  # seconds until a kernel answers for the first time
COPY = 5.0  # seconds until a copy does, with what the student's code does at each fork
GRACE = 3.0  # seconds between an interrupt and a kill


class ForkedKernel:
    """A fork of the template, or a copy of one.

    greeting: the number of the first reply on its channel, which a copy is not waited for until it
    is needed; bury: takes the descriptor of a process that was killed, to wait for its end.
    Raises KernelDied where it does not come up.
    """

    def __init__(
        self,
        channel: Channel,
        process: int,
        files: tuple[int, int],
        *,
        bounds: Bounds,
        greeting: int,
        folder: "tempfile.TemporaryDirectory[str] | None" = None,
        bury: Callable[[int], None],
        origin: "ForkedKernel | None" = None,
    ) -> None:
        self._channel, self._process, self._files = channel, process, files
        self._bounds, self._origin, self._folder, self._bury = bounds, origin, folder, bury
        self._pid = processes.pid_of(process)
        self._copies: list[ForkedKernel] = []
        self._displays: dict[str, list[dict[str, Any]]] = {}
        self._alive = True
        self._stopped = self._closed = False
        self._awaited: int | None = greeting
        self.greeting = b""
        if origin is None:
            self._greet()

    @property
    def alive(self) -> bool:
        """See Kernel."""
        return self._alive

    def run_cell(self, source: str, *, limit: float, before: Payload | None = None) -> CellRun:
        """See Kernel."""
        for file in self._files:
            os.ftruncate(file, 0)
        collector = Collector(self._files, self._displays)
        asked = before or Payload(header=b"")
        header = json.dumps({"source": source, "before": len(asked.header)}).encode()
        body = asked.header + asked.tensors
        ending: Ending = "done"
        count: int | None = None
        try:
            number = self._request(frames.CELL, header, body, limit=limit)
            try:
                reply, _ = self._reply(number, limit, collector)
            except (TakesTooLong, Overflow) as error:
                if not collector.started:
                    # Somebody else has taken the request: the cell is not to blame.
                    self._end()
                    raise KernelDied from None
                ending = "timed out" if isinstance(error, TakesTooLong) else error.ending
                reply = self._interrupted(number, collector)
            count = _count(reply)
        except KernelDied:
            self._end()
            if not collector.started:
                raise
            ending = "crashed" if ending == "done" else ending
        outputs = collector.outputs(count)
        if ending == "done" and collector.failed:
            ending = "error"
        return CellRun(ending=ending, outputs=outputs, count=count)

    def ask(self, question: Payload, *, limit: float) -> Payload:
        """See Kernel."""
        try:
            number = self._request(frames.ASK, question.header, question.tensors, limit=limit)
            try:
                header, body = self._reply(number, limit)
            except TakesTooLong:
                try:
                    self._interrupted(number)
                except KernelDied:
                    self._end()
                raise AnswerTimedOut from None
            except Overflow:
                raise KernelDied from None
        except KernelDied:
            self._end()
            raise
        return Payload(header=header, tensors=body)

    def fork(self) -> "ForkedKernel":
        """See Kernel."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                number = self._request(frames.FORK, b"{}", limit=GRACE, fd=theirs.fileno())
                self._channel.reply(number, limit=GRACE, takes_fd=True)
                process = self._channel.take_fd()
                if processes.pid_of(process) not in processes.below(self._pid or -1):
                    os.close(process)  # of no child of its own: not for us to end
                    raise KernelDied
            except (KernelDied, TakesTooLong):
                ours.close()
                self._end()
                raise KernelDied from None
        copy = ForkedKernel(
            Channel(ours, number),
            process,
            self._files,
            bounds=self._bounds,
            greeting=number,
            bury=self._bury,
            origin=self,
        )
        self._copies.append(copy)
        return copy

    def seal(self) -> None:
        """See Kernel."""
        for copy in self._copies:
            with suppress(KernelDied):
                copy._greet()
        if self._alive and self._pid is not None:
            kept = [copy._pid for copy in self._copies if copy.alive and copy._pid]
            processes.send(self._process, signal.SIGSTOP)
            self._stopped = True
            processes.kill_below(self._pid, but=kept)

    def close(self) -> None:
        """See Kernel."""
        if self._closed:
            return
        self._closed = True
        for copy in self._copies:
            copy.close()
        if self._alive or self._origin is None:
            self._end()
        self._channel.close()
        self._bury(self._process)
        if self._origin is None:
            for file in self._files:
                os.close(file)
            if self._folder is not None:
                self._folder.cleanup()

    @property
    def pid(self) -> int | None:
        """The number of the process, while there is one."""
        return self._pid if self._alive else None

    def _request(
        self, kind: int, header: bytes, body: bytes = b"", *, limit: float, fd: int | None = None
    ) -> int:
        """Send a request, to a kernel that was sealed too; returns its number."""
        self._greet()
        if self._stopped:
            processes.send(self._process, signal.SIGCONT)
            self._stopped = False
        return self._channel.ask(kind, header, body, limit=limit, fd=fd)

    def _greet(self) -> None:
        """Wait for the greeting, once. Raises KernelDied where there is none in time."""
        if self._awaited is None or not self._alive:
            return
        number, self._awaited = self._awaited, None
        try:
            self.greeting, _ = self._channel.reply(number, limit=COPY if self._origin else START)
        except (TakesTooLong, KernelDied):
            said = os.pread(self._files[1], 10_000, 0).decode("utf-8", "replace").strip()
            self.close()
            raise KernelDied(said.rpartition("\n")[2]) from None

    def _reply(
        self, number: int, limit: float, collector: Collector | None = None
    ) -> tuple[bytes, bytes]:
        def watch() -> None:
            if collector is not None and collector.printed > STOP_OUTPUT:
                raise Overflow("too much output")
            if self._memory() > self._bounds.memory:
                self._end()
                raise Overflow("too much memory")

        event = collector.take if collector is not None else None
        return self._channel.reply(number, limit=limit, event=event, watch=watch)

    def _memory(self) -> int:
        """Return the bytes that this kernel and what it started hold, its paused copies aside."""
        paused = {copy._pid for copy in self._copies}
        pids = [self._pid or -1, *processes.below(self._pid or -1)]
        return processes.memory([pid for pid in pids if pid not in paused], self._bounds.memory)

    def _interrupted(self, number: int, collector: Collector | None = None) -> bytes:
        """Interrupt what runs and return its reply. Raises KernelDied where that does not help."""
        processes.send(self._process, signal.SIGINT)
        event = collector.take if collector is not None else None
        try:
            return self._channel.reply(number, limit=GRACE, event=event)[0]
        except TakesTooLong:
            raise KernelDied from None

    def _end(self) -> None:
        """Kill the process, and with it what it started; who buries it waits for its end."""
        self._alive = False
        started = processes.below(self._pid) if self._pid is not None else []
        processes.send(self._process, signal.SIGKILL)
        if self._origin is None:
            # Where it is the first process of a pid namespace, these are gone already.
            processes.kill(started)
            for copy in self._copies:
                copy._alive = False


def _count(reply: bytes) -> int | None:
    with suppress(ValueError, TypeError, AttributeError, RecursionError):
        count = json.loads(reply).get("count")
        if isinstance(count, int) and 0 < count < 10**6:
            return count
    return None
