"""The warm kernel: a fork of a template process that has torch and an IPython shell loaded. Linux.

The template (`grader.inside.template`) is started once and sees no CUDA device. Each kernel is a
fork of it, confined before any of the student's code runs; its end is the end of all that it
started. A copy of a kernel is a fork of that one.
"""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from grader.errors import KernelFailed
from grader.execution import processes
from grader.execution.channel import Channel, Overflow, TakesTooLong
from grader.execution.collect import Collector
from grader.execution.environment import environment
from grader.execution.kernel import AnswerTimedOut, CellRun, Ending, KernelDied, KernelKind
from grader.execution.outputs import STOP_OUTPUT
from grader.execution.sandbox import EVERYTHING, NOTHING, Bounds, isolation, settings
from grader.inside import frames, mounts
from grader.model.observation import Payload

START = 90.0  # seconds that the template may take to load
GRACE = 3.0  # seconds between an interrupt and a kill
END = 10.0  # seconds that the system may take to end a submission's processes
_ROOT = ("mount namespace", "own /proc", "read-only environment", "private files")


class WarmKernel:
    """A fork of the template, or a copy of one. greeting: the first reply on its channel."""

    def __init__(
        self,
        channel: Channel,
        process: int,
        files: tuple[int, int],
        *,
        bounds: Bounds,
        greeting: int,
        origin: "WarmKernel | None" = None,
    ) -> None:
        self._channel, self._process, self._files = channel, process, files
        self._bounds, self._origin = bounds, origin
        self._pid = processes.pid_of(process)
        self._copies: list[WarmKernel] = []
        self._displays: dict[str, list[dict[str, Any]]] = {}
        self._alive = True
        self._stopped = self._closed = False
        self.folder: tempfile.TemporaryDirectory[str] | None = None
        try:
            self.greeting, _ = channel.reply(greeting, limit=START)
        except (TakesTooLong, KernelDied):
            self.close()
            raise KernelDied from None

    @property
    def alive(self) -> bool:
        """See Kernel."""
        return self._alive

    def run_cell(self, source: str, *, limit: float) -> CellRun:
        """See Kernel."""
        for file in self._files:
            os.ftruncate(file, 0)
        collector = Collector(self._files, self._displays)
        header = json.dumps({"source": source}).encode()
        ending: Ending = "done"
        count: int | None = None
        try:
            number = self._channel.ask(frames.CELL, header, limit=limit)
            try:
                reply, _ = self._reply(number, limit, collector)
            except (TakesTooLong, Overflow) as error:
                ending = "timed out" if isinstance(error, TakesTooLong) else error.ending
                reply = self._interrupted(number, collector)
            count = _count(reply)
        except KernelDied:
            self._end()
            ending = "crashed" if ending == "done" else ending
        outputs = collector.outputs(count)
        if ending == "done" and collector.failed:
            ending = "error"
        return CellRun(ending=ending, outputs=outputs, count=count)

    def ask(self, question: Payload, *, limit: float) -> Payload:
        """See Kernel."""
        try:
            number = self._channel.ask(frames.ASK, question.header, question.tensors, limit=limit)
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

    def fork(self) -> "WarmKernel":
        """See Kernel."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                number = self._channel.ask(frames.FORK, b"{}", limit=GRACE, fd=theirs.fileno())
                self._channel.reply(number, limit=GRACE, takes_fd=True)
                process = self._channel.take_fd()
                if processes.pid_of(process) not in processes.below(self._pid or -1):
                    os.close(process)  # of no child of its own: not for us to end
                    raise KernelDied
            except (KernelDied, TakesTooLong):
                ours.close()
                self._end()
                raise KernelDied from None
        copy = WarmKernel(
            Channel(ours, number),
            process,
            self._files,
            bounds=self._bounds,
            greeting=number,
            origin=self,
        )
        self._copies.append(copy)
        return copy

    def seal(self) -> None:
        """See Kernel."""
        if self._alive and self._pid is not None:
            kept = [copy._pid for copy in self._copies if copy.alive and copy._pid]
            processes.send(self._process, signal.SIGSTOP)
            self._stopped = True
            processes.kill_below(self._pid, but=kept)

    def close(self) -> None:
        """See Kernel."""
        if self._closed:
            return
        self._end()
        self._closed = True
        for copy in self._copies:
            copy.close()
        if self._origin is None and self.folder is not None:
            self.folder.cleanup()
        self._channel.close()
        os.close(self._process)

    def _reply(
        self, number: int, limit: float, collector: Collector | None = None
    ) -> tuple[bytes, bytes]:
        if self._stopped:
            processes.send(self._process, signal.SIGCONT)
            self._stopped = False

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
        """Kill the process and wait until it is gone, with all that it started."""
        self._alive = False
        started = processes.below(self._pid) if self._pid is not None and not self._closed else []
        processes.send(self._process, signal.SIGKILL)
        if self._origin is None:
            for copy in self._copies:
                copy._alive = False
            processes.kill(started)
        processes.has_ended(self._process, END)


class Template:
    """The process that kernels are forked from, started anew where it has died."""

    def __init__(self, bounds: Bounds, measures: tuple[str, ...] = EVERYTHING) -> None:
        self._bounds, self._measures = bounds, measures
        self._control: socket.socket | None = None
        self._popen: subprocess.Popen[bytes] | None = None
        self.isolation = NOTHING  # until a first kernel has said what holds
        self._start()
        trial = self.fork("cpu")
        try:
            reasons = json.loads(trial.greeting)["measures"]
        finally:
            trial.close()
        self.isolation = isolation({**reasons, **self._without})

    def fork(self, device: str) -> WarmKernel:
        """Return a new kernel. Raises KernelFailed where there is none to be had."""
        if device != "cpu":
            raise KernelFailed(
                "a process that forks must not open a CUDA context: use cold kernels"
            )
        problem = ""
        for _ in range(2):
            try:
                return self._fork()
            except OSError as error:
                problem = str(error)
                self.close()
                self._start()
        raise KernelFailed(f"no kernel could be forked: {problem}")

    def close(self) -> None:
        """End the template, and with it every kernel; a second call does nothing."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._popen is not None:
            processes.kill_below(self._popen.pid)
            self._popen.kill()
            self._popen.wait()
            self._popen = None

    def _fork(self) -> WarmKernel:
        assert self._control is not None
        folder = None
        if "private files" in self.isolation.missing:
            folder = tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True)
            Path(folder.name).chmod(0o777)  # the kernel may be another user
        files = (os.memfd_create("stdout"), os.memfd_create("stderr"))
        for file in files:
            fcntl.fcntl(file, fcntl.F_SETFL, os.O_APPEND)
        ours, theirs = socket.socketpair()
        with theirs:
            request = json.dumps({"folder": folder.name if folder else ""}).encode()
            socket.send_fds(self._control, [request], [theirs.fileno(), *files])
        answer, fds, _, _ = socket.recv_fds(self._control, 2**16, 1)
        if not fds:
            ours.close()
            raise OSError(answer.decode("utf-8", "replace") or "the template has ended")
        try:
            kernel = WarmKernel(Channel(ours), fds[0], files, bounds=self._bounds, greeting=0)
        except KernelDied:
            said = os.pread(files[1], 10_000, 0).decode("utf-8", "replace").strip()
            raise OSError(said.rpartition("\n")[2] or "it ended at once") from None
        kernel.folder = folder
        return kernel

    def _start(self) -> None:
        """Start the template; without a root of its own where that fails half-way."""
        self._without: dict[str, str] = {}
        for measures in (self._measures, tuple(m for m in self._measures if m not in _ROOT)):
            told = self._launch(measures)
            if "measures" in told:
                return
            self.close()
            failed = told.get("failed", {})
            self._without = {name: failed.get(name) or "failed half-way" for name in _ROOT}
        raise KernelFailed(f"the template did not start: {told.get('said', told)}")

    def _launch(self, measures: tuple[str, ...]) -> dict[str, Any]:
        ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        with theirs, tempfile.TemporaryFile() as said:
            self._popen = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-s", "-B", "-m", "grader.inside.template"),
                    str(theirs.fileno()),
                ],
                pass_fds=[theirs.fileno()],
                env=environment(mounts.HOME, mounts.TEMPORARY, "cpu"),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,  # an interrupt from the terminal is the grader's to handle
            )
            theirs.close()
            self._control = ours
            ours.settimeout(START)
            ours.send(json.dumps(settings(self._bounds, measures)).encode())
            with suppress(TimeoutError):
                if answer := ours.recv(2**16):
                    return dict(json.loads(answer))
            said.seek(0)
            return {"said": said.read()[-2000:].decode("utf-8", "replace").strip()}


def warm(bounds: Bounds | None = None) -> KernelKind:
    """Start a template and return the kind of kernel that is forked from it.

    Raises KernelFailed where the template does not start.
    """
    template = Template(bounds or Bounds())
    return KernelKind(
        name="warm",
        isolation=template.isolation,
        start=template.fork,
        close=template.close,
    )


def _count(reply: bytes) -> int | None:
    with suppress(ValueError, TypeError, AttributeError, RecursionError):
        count = json.loads(reply).get("count")
        if isinstance(count, int) and 0 < count < 10**6:
            return count
    return None
