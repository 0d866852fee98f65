"""The cold kernel: nbclient with a fresh ipykernel, on any system.

The kernel is the interpreter that runs the grader, whatever the notebook names. It gets an empty
folder of its own as working and home folder, and an environment with nothing in it but what Python
needs. What runs in it is `grader.student_side.cold`, which confines itself first, on Linux, and
then opens its card, if it has one. The folder of its sockets, which is outside, is the one place
that it can write to without a limit on the whole.
"""

import asyncio
import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
from collections.abc import Collection, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import zmq
import zmq.asyncio
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

from grader.errors import KernelFailed, TooBusy
from grader.formats.limits import MAX_TENSORS
from grader.kernels import processes, usage
from grader.kernels.cards import Slot, visible_in
from grader.kernels.client import CappedClient
from grader.kernels.environment import command, environment
from grader.kernels.kernel import (
    AnswerTimedOut,
    CellRun,
    KernelDied,
    KernelFactory,
    TookTooMuch,
)
from grader.kernels.meter import Meter, Spent, TakesTooLong
from grader.kernels.output_budget import OutputBudget
from grader.kernels.sandbox import NOTHING, Bounds, Isolation, attempts, isolation, settings
from grader.kernels.scratch import Scratch
from grader.kernels.users import ROOTS, raise_open_files
from grader.model.facts import Ending
from grader.model.values import Exceeded, Payload
from grader.student_side.confine import MEASURES

START = 600  # seconds on the clock until a kernel comes up: a machine may be very busy
GRACE = 3.0  # CPU seconds between an interrupt and a kill
END = 60.0  # seconds on the clock until a kernel's end is seen
TICK = 0.1  # seconds between two looks at what a request costs
MAX_MESSAGE = MAX_TENSORS  # bytes of one part of a message from the kernel

MAX_HELD = 300 * 2**20  # bytes that may wait here: a message has parts without number

_T = TypeVar("_T")


class _Flooded(Exception):
    """More comes than this process should hold."""


class ColdKernel:
    """One ipykernel process and the folder it lives in. Raises KernelFailed where none starts.

    measures: those that it takes to confine itself; holds: the isolation that it has to reach;
    slot: of the card that it uses.
    """

    def __init__(
        self,
        device: str,
        measures: tuple[str, ...] = (),
        holds: Isolation = NOTHING,
        slot: Slot | None = None,
    ) -> None:
        if device != ("cpu" if slot is None else "cuda"):
            raise KernelFailed(f"these kernels are not for {device}")
        self._measures, self._holds, self._slot = measures, holds, slot
        self._user: int | None = None
        self._claims = contextlib.ExitStack()  # on its user, until it has ended
        self._loop = asyncio.Runner()
        self._folder = Scratch()
        self._alive = self._closed = False
        self._spent = Spent()
        # Limits on what is taken in, set before the sockets are made: more ends the connection.
        self._context = zmq.asyncio.Context()
        self._context.setsockopt(zmq.MAXMSGSIZE, MAX_MESSAGE)
        self._manager = AsyncKernelManager(
            connection_file=str(Path(self._folder.name) / "kernel.json"), context=self._context
        )
        self._client = CappedClient(new_notebook(cells=[new_code_cell()]), km=self._manager)
        try:
            if measures:
                self._user = _claimed(self._claims)
            self._run(self._start())
        except (RuntimeError, OSError, KernelDied, AnswerTimedOut, DeadKernelError) as error:
            self.close()
            raise KernelFailed(f"no kernel could be started: {error}") from error

    def run_cell(
        self,
        source: str,
        *,
        limit: float,
        before: Payload | None = None,
        outputs: OutputBudget | None = None,
    ) -> CellRun:
        """See Kernel."""
        if before is not None:
            self.ask(before, limit=limit)
        return self._run(self._run_cell(source, limit, outputs or OutputBudget()))

    def ask(self, question: Payload, *, limit: float) -> Payload:
        """See Kernel."""
        return self._run(self._ask(question, limit))

    def fork(self) -> None:
        """See Kernel; a process with threads and sockets cannot be copied."""

    def seal(self) -> None:
        """See Kernel."""
        if (pid := self._pid) is not None:
            processes.kill_below(pid)

    def close(self) -> None:
        """See Kernel."""
        self._alive = False
        if self._closed:
            return
        self._closed = True
        self._run(self._stop())
        self._loop.close()
        self._claims.close()
        self._folder.cleanup()

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
        return 0

    @property
    def _pid(self) -> int | None:
        """The number of the process that runs cells, which may be the child of a launcher."""
        pid: int | None = getattr(self._manager.provisioner, "pid", None)
        if pid is not None and self._measures and "pid namespace" not in self._holds.missing:
            return next(iter(processes.below(pid)), pid)
        return pid

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return self._loop.run(work)

    async def _start(self) -> None:
        top = Path(self._folder.name)
        home = top / "home"
        home.mkdir()
        spec = KernelSpec(
            argv=[
                *_command(top, self._measures, self._user, self._slot),
                "-f",
                "{connection_file}",
                "--InteractiveShellApp.ignore_cwd=True",
                "--HistoryManager.enabled=False",
            ],
            language="python",
            display_name="Python 3",
        )
        self._manager._kernel_spec = spec
        if os.name == "posix":
            # Sockets in the folder: no ports to clash, nothing for others to connect to.
            self._manager.transport = "ipc"
            self._manager.ip = str(top / "kernel")
        self._client.allow_errors = True
        self._client.startup_timeout = self._client.iopub_timeout = START
        self._client.overflow = asyncio.Event()
        await self._client.async_start_new_kernel(
            cwd=str(home),
            env=environment(str(home), str(top), visible_in(self._slot)),
            stdout=subprocess.DEVNULL,  # what gets past ipykernel is not for the grader's terminal
            stderr=subprocess.DEVNULL,
        )
        await self._client.async_start_new_kernel_client()
        self._client.guard()
        if self._measures and (told := _isolation_in(top, self._slot)) != self._holds:
            raise RuntimeError(f"its isolation is {told}, not {self._holds} as before")
        self._alive = True

    async def _run_cell(self, source: str, limit: float, budget: OutputBudget) -> CellRun:
        cell, client = new_code_cell(source), self._client
        client.nb.cells.append(cell)  # a later cell may update what this one displays
        place = len(client.nb.cells) - 1
        client.begin(budget)
        running = asyncio.ensure_future(client.async_execute_cell(cell, place))
        overflow = asyncio.ensure_future(client.overflow.wait())
        ending: Ending = "done"
        exceeded: Exceeded | None = None
        start = self._spent
        try:
            await self._watched({running, overflow}, limit)
            if not running.done():
                ending = "too much output"
                await self._stop_work({running})
        except TakesTooLong as error:
            ending, exceeded = "timed out", error.exceeded
            await self._stop_work({running})
        except _Flooded:
            ending = "too much output"
            await asyncio.wait({running}, timeout=END)
        finally:
            overflow.cancel()
        try:
            if running.done():
                running.result()
            else:
                running.cancel()
        except (DeadKernelError, RuntimeError, ValueError, TypeError, KeyError):
            # It is gone, or what it says is no message: then nothing it says is worth a wait.
            self._end()
            ending = "crashed" if ending == "done" else ending
        if ending == "done" and any(output.output_type == "error" for output in cell.outputs):
            ending = "error"
        client.end(cell, place)
        return CellRun(
            ending=ending,
            outputs=cell.outputs,
            count=cell.execution_count,
            spent=self._spent - start,
            exceeded=exceeded,
        )

    async def _ask(self, question: Payload, limit: float) -> Payload:
        client = self._client.kc
        assert client is not None
        message = client.session.msg("probe_request", {})
        message["buffers"] = [question.header, question.tensors]
        client.shell_channel.send(message)
        reply = asyncio.ensure_future(self._reply(message["header"]["msg_id"]))
        try:
            await self._watched({reply}, limit)
        except TakesTooLong as error:
            await self._stop_work({reply})
            reply.cancel()
            raise AnswerTimedOut(error.exceeded) from None
        except _Flooded:
            reply.cancel()
            raise TookTooMuch("too much output") from None
        return reply.result()

    async def _reply(self, asked: str) -> Payload:
        client = self._client.kc
        assert client is not None
        while True:
            try:
                reply = await client.shell_channel.get_msg(timeout=1)
            except queue.Empty:
                if not await self._manager.is_alive():
                    self._alive = False
                    raise KernelDied from None
                continue
            except (ValueError, TypeError, KeyError):
                continue  # not a message of the protocol: whoever forged it gains nothing
            if reply["parent_header"].get("msg_id") == asked:
                header, tensors = (*reply.get("buffers", ()), b"", b"")[:2]
                return Payload(header=bytes(header), tensors=bytes(tensors))

    async def _watched(self, work: Collection[asyncio.Future[Any]], limit: float) -> None:
        """Wait until a part of some work is done. Raises TakesTooLong, _Flooded, and TooBusy."""
        meter = Meter(self._pid or -1, limit)
        own = [os.getpid()]
        usual = usage.resident(own)
        try:
            while True:
                done, _ = await asyncio.wait(
                    work, timeout=TICK, return_when=asyncio.FIRST_COMPLETED
                )
                if done:
                    return
                if usage.resident(own) > usual + MAX_HELD:
                    raise _Flooded
                meter.look()
        except (TooBusy, _Flooded):
            self._end()
            raise
        finally:
            self._spent += meter.spent

    async def _stop_work(self, work: Collection[asyncio.Future[Any]]) -> None:
        """Interrupt what the kernel is doing; kill it where that does not help."""
        await self._manager.interrupt_kernel()
        with contextlib.suppress(TakesTooLong, _Flooded):
            await self._watched(work, GRACE)
        if not all(item.done() for item in work):
            self._end()
            await asyncio.wait(work, timeout=END)

    def _end(self) -> None:
        self._alive = False
        _kill_session(self._manager)

    async def _stop(self) -> None:
        _kill_session(self._manager)
        if self._client.kc is not None:
            self._client.kc.stop_channels()
        if self._manager.has_kernel:
            await self._manager.shutdown_kernel(now=True)
        self._context.destroy(linger=0)


def _kill_session(manager: AsyncKernelManager) -> None:
    pid = getattr(manager.provisioner, "pid", None)
    if pid is not None and os.name == "posix":
        processes.kill_below(pid)  # a kernel that has left the session of its launcher, too
        # The kernel leads a session of its own, in which its children are.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def cold(slot: Slot | None = None) -> KernelFactory:
    """Return what starts an interpreter for each kernel, as isolated as it can be.

    slot: of the card that they use.
    """
    holds, measures = isolation({}, card=slot is not None), tuple[str, ...]()
    if sys.platform == "linux":
        raise_open_files()
        for measures in attempts(MEASURES):
            holds = _tried(measures, slot)
            if holds.level != "none":
                break
        else:
            measures = ()
    start = partial(ColdKernel, measures=measures, holds=holds, slot=slot)
    card = "" if slot is None else str(slot.card)
    return KernelFactory(name="cold", isolation=holds, start=start, card=card)


def _tried(measures: tuple[str, ...], slot: Slot | None) -> Isolation:
    """Return what holds of a process that confines itself and does nothing else."""
    with tempfile.TemporaryDirectory(prefix="grader-") as folder, contextlib.ExitStack() as claims:
        top = Path(folder)
        (top / "home").mkdir()
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(  # noqa: S603 - our own module
                _command(top, measures, _claimed(claims), slot),
                env=environment(folder, folder, visible_in(slot)),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=START,
                check=False,
            )
        return _isolation_in(top, slot)


def _claimed(claims: contextlib.ExitStack) -> int | None:
    """Return a user for a kernel. Raises OSError.

    Only root gives one: the grader could not use the sockets of another user's.
    """
    if os.geteuid() != 0:
        return None
    user, claim = ROOTS.claim()
    claims.enter_context(claim)
    return user


def _command(
    top: Path, measures: tuple[str, ...], user: int | None, slot: Slot | None
) -> list[str]:
    """Return what starts a kernel, told how to confine itself by a file in its folder."""
    card = slot.told() if slot is not None else None
    shared = (str(top),)
    told = settings(Bounds(), measures, shared=shared, user=user, watches=True, card=card)
    file = top / "settings.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    return command("grader.student_side.cold", str(file))


def _isolation_in(top: Path, slot: Slot | None) -> Isolation:
    """Return what a kernel says of its isolation; read before any of the student's code runs."""
    reasons: dict[str, str] = {}
    with contextlib.suppress(OSError, ValueError):
        reasons = json.loads((top / "measures.json").read_text(encoding="utf-8"))
    told = {**reasons, "card memory": "nobody looks at cold kernels: PyTorch keeps to its share"}
    return isolation(told, card=slot is not None)
