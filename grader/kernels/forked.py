"""A warm kernel as the grader sees it: a forked process, its channel, the files it prints to."""

import json
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from grader.errors import KernelFailed, TooBusy
from grader.kernels import processes
from grader.kernels.card_memory import CardMemory
from grader.kernels.cards import Slot
from grader.kernels.channel import Channel, Overflow
from grader.kernels.collect import Collector
from grader.kernels.kernel import AnswerTimedOut, CellRun, KernelDied, TookTooMuch
from grader.kernels.memory import Memory
from grader.kernels.meter import Meter, Spent, TakesTooLong
from grader.kernels.output_budget import STOP_OUTPUT, OutputBudget
from grader.kernels.sandbox import Bounds
from grader.kernels.scratch import Scratch
from grader.model.facts import Ending
from grader.model.values import Exceeded, Payload
from grader.student_side import framing

# CPU seconds, as all limits of a kernel.
START = 30.0  # until a kernel answers for the first time
COPY = 5.0  # until a copy does, with what the student's code does at each fork
GRACE = 3.0  # between an interrupt and a kill
MAX_REPLY = 1_000  # bytes of a reply that is one number

MADE = 8  # copies of a kernel, and of these, after which it looks which have ended


class ForkedKernel:
    """A fork of the template, or a copy of one.

    greeting: the number of the first reply on its channel, which a copy is not waited for until it
    is needed; bury: takes the descriptor of a process that was killed, to wait for its end;
    is_orphan: says of a process that has ended whether its template has: then it is not to blame;
    slot: of the card that it has opened: what has cannot be copied.
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
        folder: Scratch | None = None,
        bury: Callable[[int], None],
        is_orphan: Callable[[], bool],
        slot: Slot | None = None,
        origin: "ForkedKernel | None" = None,
    ) -> None:
        self._channel, self._process, self._files = channel, process, files
        self._bounds, self._origin, self._folder, self._bury = bounds, origin, folder, bury
        self._is_orphan = is_orphan
        self._pid = processes.pid_of(process)
        self._family: ForkedKernel = self if origin is None else origin._family
        self._memory = Memory(bounds.memory, shared=slot is not None)
        self._card = None if slot is None else CardMemory(slot)
        self._copies: list[ForkedKernel] = []
        self._made: list[int] = []  # by number, copies of copies among them
        self._reaps_at = MADE
        self._displays: dict[str, list[dict[str, Any]]] = {}
        self._alive = True
        self._paused = origin is not None  # a copy stands still until it is needed
        self._closed = False
        self._awaited: int | None = greeting
        self._spent = Spent()
        self.greeting = b""
        if origin is None:
            self._greet()
            if self._card is not None and self._pid is not None:
                self._memory.grant(self._pid)  # what its context takes is not the student's

    @property
    def alive(self) -> bool:
        """See Kernel."""
        return self._alive

    @property
    def spent(self) -> Spent:
        """See Kernel."""
        return self._spent

    @property
    def held(self) -> int:
        """See Kernel."""
        if self._pid is not None:
            self._memory.is_exceeded(self._pid)  # it may have been too quick to be looked at
        return self._memory.seen

    def run_cell(
        self,
        source: str,
        *,
        limit: float,
        before: Payload | None = None,
        outputs: OutputBudget | None = None,
    ) -> CellRun:
        """See Kernel."""
        for file in self._files:
            os.ftruncate(file, 0)
        collector = Collector(self._files, self._displays, outputs)
        asked = before or Payload(header=b"")
        header = json.dumps({"source": source, "before": len(asked.header)}).encode()
        body = asked.header + asked.tensors
        ending: Ending = "done"
        count: int | None = None
        exceeded: Exceeded | None = None
        start = self._spent
        try:
            with self._measured(limit, collector) as watch:
                try:
                    reply, _ = self._do(framing.CELL, header, body, watch, collector)
                except (TakesTooLong, Overflow) as error:
                    if not collector.started:
                        # Somebody else has taken the request: the cell is not to blame.
                        raise KernelDied from None
                    if isinstance(error, TakesTooLong):
                        ending, exceeded = "timed out", error.exceeded
                    else:
                        ending = error.ending
                    reply = self._interrupted(collector)
            count = _number(reply, "count")
        except KernelDied:
            self._lose()
            if not collector.started:
                raise
            ending = "crashed" if ending == "done" else ending
        shown = collector.outputs(count)
        if ending == "done" and collector.failed:
            ending = "error"
            if self._card is not None and self._card.is_crowded(self._pid or -1, shown):
                self._end()
                raise KernelFailed("others have taken the memory of the card")
        spent = self._spent - start
        return CellRun(ending=ending, outputs=shown, count=count, spent=spent, exceeded=exceeded)

    def ask(self, question: Payload, *, limit: float) -> Payload:
        """See Kernel."""
        try:
            with self._measured(limit) as watch:
                try:
                    header, body = self._do(framing.ASK, question.header, question.tensors, watch)
                except TakesTooLong as error:
                    try:
                        self._interrupted()
                    except KernelDied:
                        self._end()
                    raise AnswerTimedOut(error.exceeded) from None
                except Overflow as error:
                    raise TookTooMuch(error.ending) from None
        except KernelDied:
            self._lose()
            raise
        return Payload(header=header, tensors=body)

    def fork(self) -> "ForkedKernel | None":
        """See Kernel."""
        if self._card is not None:
            return None
        ours, theirs = socket.socketpair()
        process = None
        try:
            with theirs, self._measured(GRACE) as watch:
                told, _ = self._do(framing.FORK, b"{}", b"", watch, fd=theirs.fileno())
                if (number := _number(told, "pid")) is None:
                    return None
                # Of a child of its own alone: another's is not for us to end.
                process = processes.child_of(self._pid or -1, number)
        except (KernelDied, TakesTooLong, Overflow):
            self._end()
            raise KernelDied from None
        finally:
            if process is None:
                ours.close()
        if process is None:
            return None
        processes.send(process, signal.SIGSTOP)
        copy = ForkedKernel(
            Channel(ours, self._channel.number),
            process,
            self._files,
            bounds=self._bounds,
            greeting=self._channel.number,
            bury=self._bury,
            is_orphan=self._is_orphan,
            origin=self,
        )
        self._copies.append(copy)
        if copy._pid is not None:
            self._family._made.append(copy._pid)
        return copy

    def seal(self) -> None:
        """See Kernel."""
        if self._alive and self._pid is not None:
            kept = [copy._pid for copy in self._copies if copy.alive and copy._pid]
            processes.send(self._process, signal.SIGSTOP)
            self._paused = True
            processes.kill_below(self._pid, but=kept)

    def close(self) -> None:
        """See Kernel."""
        if self._closed:
            return
        self._closed = True
        for copy in [*self._copies]:
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
        else:
            if self in self._origin._copies:
                self._origin._copies.remove(self)
            if not self._family._closed and len(self._family._made) > self._family._reaps_at:
                self._family._reap()

    @property
    def pid(self) -> int | None:
        """The number of the process, while there is one."""
        return self._pid if self._alive else None

    def _do(
        self,
        kind: int,
        header: bytes,
        body: bytes,
        watch: Callable[[], None],
        collector: Collector | None = None,
        fd: int | None = None,
    ) -> tuple[bytes, bytes]:
        """Send a request, and wait for its reply. Raises what `watch` raises, and KernelDied."""
        number = self._channel.ask(kind, header, body, watch=watch, fd=fd)
        event = collector.take if collector is not None else None
        return self._channel.reply(number, watch=watch, event=event)

    @contextmanager
    def _measured(
        self, limit: float, collector: Collector | None = None
    ) -> Iterator[Callable[[], None]]:
        """Let the process go on, if it stands still, and measure what a request takes.

        Gives what watches it. Raises KernelDied where there is no process, and TooBusy.
        """
        self._greet()
        meter = Meter(self._wake(), limit)
        had_ended = False

        def watch() -> None:
            nonlocal had_ended
            meter.look()
            if had_ended:  # and what it had sent before has been read since
                raise KernelDied
            # Copies of it hold its end of the channel, and outlive it without a pid namespace.
            had_ended = processes.has_ended(self._process)
            if collector is not None and collector.printed > STOP_OUTPUT:
                raise Overflow("too much output")
            family = self._family
            if family._pid is not None and (
                family._memory.is_exceeded(family._pid)
                or (self._card is not None and self._card.is_exceeded(family._pid))
            ):
                self._end()
                raise Overflow("too much memory")

        try:
            yield watch
        except TooBusy:
            self._end()
            raise
        finally:
            self._spent += meter.spent

    def _wake(self) -> int:
        """Let the process go on and return its number. Raises KernelDied where there is none."""
        if not self._alive or self._pid is None:
            raise KernelDied
        if self._paused:
            processes.send(self._process, signal.SIGCONT)
            self._paused = False
        return self._pid

    def _greet(self) -> None:
        """Wait for the greeting, once. Raises KernelDied where there is none in time."""
        if self._awaited is None or not self._alive:
            return
        number, self._awaited = self._awaited, None
        try:
            with self._measured(COPY if self._origin else START) as watch:
                said, _ = self._channel.reply(number, watch=watch)
            if self._origin is None:  # what a copy says is of the student's code
                self.greeting = said
        except (TakesTooLong, Overflow, KernelDied):
            text = os.pread(self._files[1], 10_000, 0).decode("utf-8", "replace").strip()
            self.close()
            raise KernelDied(text.rpartition("\n")[2]) from None

    def _reap(self) -> None:
        """Have copies of copies reaped, which are this process's children since theirs ended."""
        ended = processes.reapable(self._pid or -1, self._made)
        paused = self._paused
        with suppress(KernelDied, TakesTooLong, Overflow), self._measured(GRACE) as watch:
            self._do(framing.REAP, json.dumps({"pids": ended}).encode(), b"", watch)
        if paused and self._alive:
            processes.send(self._process, signal.SIGSTOP)
            self._paused = True
        self._made = processes.existing(self._made)
        self._reaps_at = len(self._made) + MADE

    def _interrupted(self, collector: Collector | None = None) -> bytes:
        """Interrupt what runs and return its reply. Raises KernelDied where that does not help."""
        processes.send(self._process, signal.SIGINT)
        event = collector.take if collector is not None else None
        meter = Meter(self._pid or -1, GRACE)
        try:
            reply, _ = self._channel.reply(self._channel.number, watch=meter.look, event=event)
        except (TakesTooLong, TooBusy):
            raise KernelDied from None
        return reply

    def _lose(self) -> None:
        """End what is lost already. Raises KernelFailed where its template went first."""
        was_alive = self._alive
        self._end()
        if was_alive and self._is_orphan():
            raise KernelFailed("the process that kernels are forked from has ended")

    def _end(self) -> None:
        """Kill the process, and with it what it started; who buries it waits for its end."""
        self._alive = False
        started = processes.below(self._pid) if self._pid is not None else []
        processes.send(self._process, signal.SIGKILL)
        if self._origin is None:
            # Where it is the first process of a pid namespace, these are gone already.
            processes.kill(started)
            for copy in self._copies:
                if copy._alive:  # no longer below a process that had ended by itself
                    processes.send(copy._process, signal.SIGKILL)
                copy._alive = False


def _number(reply: bytes, name: str) -> int | None:
    """Return a number above 0 that a reply gives; None where it is no such thing."""
    if len(reply) > MAX_REPLY:
        return None
    with suppress(ValueError, TypeError, AttributeError, RecursionError):
        number = json.loads(reply).get(name)
        if isinstance(number, int) and 0 < number < 2**22:
            return number
    return None
