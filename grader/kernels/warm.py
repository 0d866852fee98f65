"""The warm kernel: a fork of a template process that has torch and an IPython shell loaded. Linux.

The template (`grader.student_side.template`) is started once and opens no CUDA context, which no
fork survives: where there is a card, each kernel opens its own. Each is a fork of the template,
confined before any of the student's code runs; its end is the end of all that it started. The next
kernel is forked while one is at work: it waits, and costs nobody time. What the reference imports
is loaded into the template, so that no submission has to.
"""

import fcntl
import json
import os
import socket
import subprocess
import weakref
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.errors import KernelFailed
from grader.kernels import processes, users
from grader.kernels.card_memory import unwatched
from grader.kernels.cards import Slot
from grader.kernels.channel import Channel
from grader.kernels.forked import ForkedKernel
from grader.kernels.kernel import KernelDied, KernelFactory
from grader.kernels.sandbox import (
    NOTHING,
    ROOT,
    Bounds,
    Isolation,
    attempts,
    isolation,
)
from grader.kernels.scratch import Scratch
from grader.kernels.template_process import LOADED, START, TemplateProcess, request_of
from grader.retry import TRIES
from grader.student_side.confine import MEASURES

# Seconds on the clock for what runs none of a student's code: a machine may be very busy.
LOAD = 1_200.0  # until it has imported what a reference does
END = 60.0  # until the system has ended a submission's processes
ORPHANED = 0.3  # between the end of a kernel and that of its template, where that took it along
MAX_DYING = 64  # processes that were killed and are not waited for yet


class _Watch:
    """A template as its kernels see it, from whichever process, and also once it is replaced."""

    def __init__(self, pid: int) -> None:
        self._process = os.pidfd_open(pid)
        weakref.finalize(self, os.close, self._process)

    def has_ended(self, within: float = ORPHANED) -> bool:
        """Whether it has ended, or is about to: its kernels have ended just before."""
        return processes.has_ended(self._process, within)


@dataclass(frozen=True, slots=True)
class _Ordered:
    """A kernel that the template has been asked for."""

    channel: socket.socket
    files: tuple[int, int]
    folder: Scratch | None


class Template:
    """The process that kernels are forked from, started anew where it has died.

    begun: one that is to be it, loading since before; slot: of the card that kernels use, None for
    the CPU. Raises KernelFailed where it does not start.
    """

    def __init__(
        self,
        bounds: Bounds,
        measures: tuple[str, ...] = MEASURES,
        begun: TemplateProcess | None = None,
        slot: Slot | None = None,
    ) -> None:
        self._bounds, self._measures, self._begun, self._slot = bounds, measures, begun, slot
        self._users = users.available()
        self._control: socket.socket | None = None
        self._popen: subprocess.Popen[bytes] | None = None
        self._ordered: _Ordered | None = None
        self._kernels: list[ForkedKernel] = []
        self._dying: list[int] = []
        self._loaded: list[str] = []
        self._watch: _Watch | None = None
        self._is_borrowed = False
        self._unanswered = 0  # requests
        self._card_memory: str | None = None  # why it is not watched, once that is known
        self.isolation = NOTHING  # until a first kernel has said what holds
        self._start()
        try:
            with closing(self.fork(self.device)) as trial:
                self.isolation = self._isolation_of(trial)
        except BaseException:
            self.close()
            raise

    @property
    def device(self) -> str:
        """What its kernels run on."""
        return "cpu" if self._slot is None else "cuda"

    @property
    def card(self) -> str:
        """The card that they run on, as a person knows it; nothing for the CPU."""
        return "" if self._slot is None else str(self._slot.card)

    def fork(self, device: str) -> ForkedKernel:
        """Return a new kernel, once all that ended before is gone. Raises KernelFailed."""
        if device != self.device:
            raise KernelFailed(f"these kernels are for {self.device}, not for {device}")
        problem = ""
        for _ in range(2):
            try:
                if self._control is None:  # it could not be started anew the last time
                    self._start()
                return self._next()
            except OSError as error:
                problem = str(error)
                self.renew()
        raise KernelFailed(f"no kernel could be forked: {problem}")

    def _next(self) -> ForkedKernel:
        """Return the kernel that was ordered, and order another. Raises OSError."""
        kernel = self._received(self._ordered or self._order())
        try:
            self._kernels.append(kernel)
            self._settle()
            if self.isolation not in (NOTHING, holds := self._isolation_of(kernel)):
                raise OSError(f"its isolation is {holds}, not {self.isolation} as before")
            self._ordered = self._order()
        except BaseException:
            kernel.close()
            raise
        return kernel

    def load(self, names: Sequence[str]) -> None:
        """Import modules into the template, for all kernels to come; what fails is left out.

        Where that starts threads, which no fork would have, the template goes on without.
        Raises KernelFailed.
        """
        new = [name for name in names if name not in self._loaded]
        if not new:
            return
        self._loaded += new
        if self._control is not None and not self._import(self._loaded):
            self._loaded.clear()
            self.renew()

    def renew(self) -> None:
        """End the template and start another. Raises KernelFailed."""
        self.close()
        self._start()

    def borrow(self) -> None:
        """Use the template of the process that this one was forked from, which waits meanwhile.

        Where it is to be closed or made anew, this process lets go of it, and has one of its own.
        """
        self._is_borrowed = True

    def order(self) -> None:
        """Ask for a first kernel ahead of its use; where that fails, `fork` will say so."""
        with suppress(OSError):
            if self._control is not None and self._ordered is None:
                self._ordered = self._order()

    def rest(self) -> bool:
        """Let go of every kernel; whether another process can go on with the same template."""
        for kernel in self._kernels:
            kernel.close()
        if self._control is None or self._watch is None:
            return False
        try:
            if self._ordered is not None:
                self._received(self._ordered).close()
        except OSError:
            return False
        self._settle()
        return self._unanswered == 0 and not self._watch.has_ended(within=0)

    @property
    def is_borrowed(self) -> bool:
        """Whether the template is still that of another process."""
        return self._is_borrowed

    def close(self) -> None:
        """End the template, and with it every kernel; a second call does nothing."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._ordered is not None:
            _discard(self._ordered)
            self._ordered = None
        if self._is_borrowed:
            for kernel in self._kernels:
                kernel.close()
            self._is_borrowed, self._lender, self._popen = False, self._popen, None
        if self._popen is not None:
            processes.kill_below(self._popen.pid)
            self._popen.kill()
            self._popen.wait()
            self._popen = None
        self._kernels.clear()
        self._settle()
        self._unanswered = 0

    def _order(self) -> _Ordered:
        """Ask for a kernel. Raises OSError."""
        assert self._control is not None
        folder = None
        if "private files" in self.isolation.missing:
            folder = Scratch()
            Path(folder.name).chmod(0o777)  # the kernel may be another user
        files = (os.memfd_create("stdout"), os.memfd_create("stderr"))
        for file in files:
            fcntl.fcntl(file, fcntl.F_SETFL, os.O_APPEND)
        ours, theirs = socket.socketpair()
        ordered = _Ordered(ours, files, folder)
        fds = [theirs.fileno(), *files]
        asked: dict[str, str | int | None] = {"folder": folder.name if folder else "", "user": None}
        with theirs, ExitStack() as claimed:
            try:
                if self._users is not None:
                    asked["user"], claim = self._users.claim()
                    fds.append(claimed.enter_context(claim).fileno())
                self._unanswered += 1
                socket.send_fds(self._control, [json.dumps(asked).encode()], fds)
            except OSError:
                _discard(ordered)
                raise
        return ordered

    def _received(self, ordered: _Ordered) -> ForkedKernel:
        """Take the kernel that was asked for. Raises OSError."""
        assert self._control is not None
        assert self._watch is not None
        self._ordered = None
        try:
            answer, fds, _, _ = socket.recv_fds(self._control, 2**16, 1)
            self._unanswered -= 1
            if not fds:
                raise OSError(answer.decode("utf-8", "replace") or "the template has ended")
            return ForkedKernel(
                Channel(ordered.channel),
                fds[0],
                ordered.files,
                bounds=self._bounds,
                greeting=0,
                folder=ordered.folder,
                bury=self._bury,
                is_orphan=self._watch.has_ended,
                slot=self._slot,
            )
        except KernelDied as error:  # it has closed what it was given
            raise OSError(str(error) or "a kernel ended as it started") from None
        except OSError:
            _discard(ordered)
            raise

    def _isolation_of(self, kernel: ForkedKernel) -> Isolation:
        reasons = {**json.loads(kernel.greeting)["measures"], **self._without}
        if self._slot is not None:
            reasons["card memory"] = self._unwatched(kernel)
        return isolation(reasons, card=self._slot is not None)

    def _unwatched(self, kernel: ForkedKernel) -> str:
        """Return why nobody sees what kernels hold of their card, as the first one showed."""
        if self._card_memory is None:
            assert self._slot is not None
            self._card_memory = unwatched(self._slot, kernel.pid or -1)
        return self._card_memory

    def _bury(self, process: int) -> None:
        self._dying.append(process)
        if len(self._dying) > MAX_DYING:
            self._let_go()

    def _let_go(self) -> None:
        """Wait until every process that was killed is gone."""
        while self._dying:
            process = self._dying.pop()
            processes.has_ended(process, END)
            os.close(process)

    def _settle(self) -> None:
        """Wait until every process of kernels that were closed is gone, with what they started."""
        self._let_go()
        self._kernels = [kernel for kernel in self._kernels if kernel.pid is not None]
        known = self.isolation is not NOTHING
        if known and "pid namespace" in self.isolation.missing and self._popen is not None:
            # What a kernel started has come to the template when the kernel ended.
            live = [kernel.pid for kernel in self._kernels if kernel.pid is not None]
            kept = {*live, *(pid for kernel in live for pid in processes.below(kernel))}
            processes.kill_below(self._popen.pid, but=kept)

    def _start(self) -> None:
        """Start the template; without a root of its own where that fails half-way."""
        self._without: dict[str, str] = {}
        for measures in attempts(self._measures):
            told = self._told(measures)
            if "measures" in told:
                early = told.get("loaded", [])
                new = [name for name in self._loaded if name not in early]
                if new and not self._import(new):
                    raise KernelFailed("the template ended as it imported what the reference does")
                self._loaded = [*early, *new]
                return
            self.close()
            failed = told.get("failed", {})
            self._without = {name: failed.get(name) or "failed half-way" for name in ROOT}
        raise KernelFailed(f"the template did not start: {told.get('said', told)}")

    def _told(self, measures: tuple[str, ...]) -> dict[str, Any]:
        """Return what a new template says; one that says nothing is tried again.

        It may have been killed, and less isolation is for what the system does not allow.
        """
        told: dict[str, Any] = {}
        for _ in range(TRIES):
            told = self._launch(measures)
            if "said" not in told:
                break
            self.close()
        return told

    def _import(self, names: Sequence[str]) -> bool:
        """Whether the template could import modules and still be forked."""
        assert self._control is not None
        self._control.settimeout(LOAD)
        try:
            if self._ordered is not None:  # it was forked before
                self._received(self._ordered).close()
            self._unanswered += 1
            self._control.send(request_of(names))
            answer = self._control.recv(2**10)
            self._unanswered -= 1
            return answer == LOADED
        except OSError:
            return False
        finally:
            self._control.settimeout(START)

    def _launch(self, measures: tuple[str, ...]) -> dict[str, Any]:
        begun, self._begun = self._begun, None
        if begun is None or begun.measures != measures:
            begun = TemplateProcess(self._bounds, measures, self._users, self._slot)
        self._popen, self._control = begun.popen, begun.control
        self._watch = _Watch(self._popen.pid)
        return begun.told()


def warm(
    bounds: Bounds | None = None,
    begun: TemplateProcess | None = None,
    slot: Slot | None = None,
) -> KernelFactory:
    """Start a template and return what forks kernels from it.

    bounds: where they are for less memory than usual, it is spared elsewhere too; begun: what
    `begin` returned; slot: of the card that they use. Raises KernelFailed where the template does
    not start.
    """
    bounds = bounds or Bounds()
    template = Template(bounds, begun=begun, slot=begun.slot if begun is not None else slot)
    return replace(forks_of(template), spares_memory=bounds.memory < Bounds().memory)


def forks_of(template: Template) -> KernelFactory:
    """Return what forks kernels from a template."""
    return KernelFactory(
        name="warm",
        isolation=template.isolation,
        start=template.fork,
        load=template.load,
        renew=template.renew,
        close=template.close,
        card=template.card,
    )


def _discard(ordered: _Ordered) -> None:
    ordered.channel.close()
    for file in ordered.files:
        os.close(file)
    if ordered.folder is not None:
        ordered.folder.cleanup()
