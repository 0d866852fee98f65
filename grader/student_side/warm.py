"""A warm kernel: the loop of a forked process that runs cells, answers questions, forks copies."""

import asyncio
import contextlib
import json
import os
import random
import resource
import selectors
import signal
import socket
import sys
from typing import Any

import torch

from grader.student_side import framing, seeding, shell
from grader.student_side.probe import Probe

KEPT = 32  # descriptors that a cell cannot use up, so that its answers can still be asked for
MAX_EVENT = 4 * 2**20  # bytes of one output; a larger one is left out

# What the notebooks of a course do, so that what it needs is loaded and compiled once.
_NOTEBOOK = """
import torch
torch.manual_seed(0)
def loss_of(x, w):
    return ((x @ w) ** 2).mean()
x, w = torch.randn(4, 2), torch.zeros(2, requires_grad=True)
losses = []
for step in range(3):
    loss = loss_of(x, w)
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad.zero_()
    losses.append(loss.item())
layer = torch.nn.Linear(2, 1)
torch.nn.functional.mse_loss(layer(x), x[:, :1]).backward()
text = f"{losses[-1]:.4f} {w}"
del torch, loss_of, x, w, losses, step, loss, layer, text
"""

# References of our own: a cell may rebind any of these.
_dumps, _loads, _signal, _exit = json.dumps, json.loads, signal.signal, os._exit
_fork, _wait, _WNOHANG = os.fork, os.waitpid, os.WNOHANG
_make_socket, _OSError = socket.socket, OSError
_sendall, _close = socket.socket.sendall, os.close
_pack, _read, _set_threads = framing.pack, framing.read, torch.set_num_threads
_get_limit, _set_limit, _FILES = resource.getrlimit, resource.setrlimit, resource.RLIMIT_NOFILE
_get_drawn, _set_drawn = random._inst.getstate, random._inst.setstate
_make_loop, _set_loop = asyncio.SelectorEventLoop, asyncio.set_event_loop
_Poll = selectors.PollSelector
_SIGINT, _IGNORE, _INTERRUPT = signal.SIGINT, signal.SIG_IGN, signal.default_int_handler


class Warm:
    """The shell, the probe, and the channel that its requests come through."""

    def __init__(self) -> None:
        seeding.install()
        self.shell = shell.make()
        self.probe = Probe(self.shell.user_ns)
        self.answer = self.probe.answer
        self.number = 0
        self.copies: list[int] = self.probe.leftovers.copies
        self.channel: socket.socket
        self._rehearse()

    def _rehearse(self) -> None:
        """Do once, in the template, what each kernel does: what it touches is shared afterwards."""

        def question(ask: str, **fields: Any) -> bytes:
            return _dumps({"ask": ask, "values": {}, "seed": 0, **fields}).encode()

        self.answer(question("hello"), b"")
        header, tensors = self.answer(question("save"), b"")
        self.answer(question("restore", **_loads(header)), tensors)
        for given in (["_", "__name__"], []):
            self.answer(question("watch", names=given), b"")
            self.answer(question("left"), b"")
        expressions = {"0": "[1.5, __import__('torch').ones(2, 2)]"}
        self.answer(question("observe", expressions=expressions), b"")
        names = set(self.shell.user_ns)
        for cell in (_NOTEBOOK, "1/0"):
            self.shell.run_cell(cell, store_history=False)
        self.shell.display_formatter.format(torch.ones(2))
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            sys.__dict__.pop(name, None)
        assert set(self.shell.user_ns) == names

    def serve(
        self, channel: socket.socket, greeting: dict[str, Any], share: float | None = None
    ) -> None:
        """Answer requests until the channel is closed; never returns.

        share: of the memory of the card that it is to open, if it is. Raises RuntimeError.
        """
        _signal(_SIGINT, _IGNORE)
        self.channel = channel
        self.shell.send = self._event
        self.shell.open_streams()
        sys.path.append("")  # last: a torch.py beside the notebook shadows nothing
        self.loop = _new_loop()
        if share is not None:
            self.probe.use_card(share)
        self.probe.switches.settle()
        self.files = _get_limit(_FILES)[1]
        self._reply(_dumps(greeting).encode())
        while (frame := _read(self.channel)) is not None:
            self.number, kind, header, body, fds = frame
            kept = KEPT if kind == framing.CELL else 0
            _set_limit(_FILES, (self.files - kept, self.files))
            if kind == framing.CELL:
                cell = _loads(header)
                if before := cell["before"]:
                    self._interruptible(self.answer, body[:before], body[before:])
                self._event({"event": "start", "at": [0, 0]})
                self._interruptible(self._run, cell["source"])
                count = self._interruptible(lambda: int(self.shell.execution_count) - 1)
                self._reply(_dumps({"count": count}).encode())
            elif kind == framing.ASK:
                answer = self._interruptible(self.answer, header, body)
                self._reply(*(answer or (b"{}", b"")))
            elif kind == framing.REAP:
                _unreaped(_loads(header)["pids"])
                self._reply(b"{}")
            else:
                self._copy(fds)
        _exit(0)

    def _interruptible(self, work: Any, *arguments: Any) -> Any:
        """Do something that the grader may interrupt, and nothing but it."""
        try:
            _signal(_SIGINT, _INTERRUPT)
            try:
                return work(*arguments)
            finally:
                _signal(_SIGINT, _IGNORE)
        except BaseException:  # nothing that a cell does may end the kernel by way of an error
            _signal(_SIGINT, _IGNORE)
            return None

    def _run(self, source: str) -> None:
        try:
            self.loop.run_until_complete(self.shell.execute(source))
            self._finish()
        except KeyboardInterrupt:  # while it awaited
            self.shell.showtraceback()

    def _finish(self) -> None:
        """Let what a cell has started on a card be the cell's, and what goes wrong there, too."""
        try:
            self.probe.finish()
        except Exception:
            if not self.shell.has_failed:  # else it has said so itself
                self.shell.showtraceback()

    def _copy(self, fds: list[int]) -> None:
        """Fork a copy of this process that serves on a channel of its own."""
        self.copies[:] = _unreaped(self.copies)
        drawn = _get_drawn()  # Python seeds its generator anew in a child
        try:
            child = _fork()
        except _OSError:  # it has started as many processes as it may
            child = -1
        if child == 0:
            _set_drawn(drawn)
            _set_threads(1)  # a pool that the student has started is not there any more
            self.copies.clear()
            self.loop = _new_loop()  # the other's would wake both
            self.channel.close()
            self.channel = _make_socket(fileno=fds[0])
            self._reply(b"{}")
            return
        _close(fds[0])
        if child > 0:
            self.copies.append(child)
        self._reply(_dumps({"pid": child}).encode())

    def _event(self, event: dict[str, Any]) -> None:
        text = _dumps(event, default=repr).encode("utf-8", "surrogatepass")
        if len(text) > MAX_EVENT:
            event = {"event": "dropped", "at": event["at"]}
            text = _dumps(event).encode()
        _sendall(self.channel, _pack(self.number, framing.EVENT, text))

    def _reply(self, header: bytes, body: bytes = b"") -> None:
        with contextlib.suppress(BrokenPipeError):
            _sendall(self.channel, _pack(self.number, framing.REPLY, header, body))


def _unreaped(copies: list[int]) -> list[int]:
    """Let the system forget copies that have ended, else it keeps a process for each.

    Returns those that have not.
    """
    left = []
    for copy in copies:
        try:
            if not _wait(copy, _WNOHANG)[0]:
                left.append(copy)
        except _OSError:  # it is somebody else's child, or the student has waited for it
            pass
    return left


def _new_loop() -> asyncio.AbstractEventLoop:
    loop = _make_loop(_Poll())  # epoll needs what Linux counts for each user
    _set_loop(loop)
    return loop
