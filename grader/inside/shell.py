"""The IPython shell of a warm kernel, with its outputs as a front end would get them.

What is printed goes to the files behind descriptors 1 and 2, by Python and by what stands below it
alike. Everything else is an event that says how long these files were when it happened, so the
reader can put all of it in order, and nothing is lost with the process.
"""

import asyncio
import base64
import builtins
import getpass
import io
import os
import sys
from collections.abc import Callable
from typing import Any, ClassVar

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

MAX_PRINTED = 16 * 2**20  # bytes that one cell's Python code can print; more is thrown away

_fstat, _write = os.fstat, os.write


class _Stream(io.TextIOWrapper):
    """Standard output or error: each write is at once in the file."""

    def __init__(self, fd: int, turn: Callable[[int], None]) -> None:
        raw = io.FileIO(fd, "w", closefd=False)
        super().__init__(raw, encoding="utf-8", errors="backslashreplace", write_through=True)
        self.place, self.turn, self.printed = fd, turn, 0

    def write(self, text: str) -> int:
        self.turn(self.place)
        if self.printed <= MAX_PRINTED:
            self.printed += len(text)
            super().write(text)
        return len(text)


class _Hook(DisplayHook):
    """Sends the value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shell.emit("result", data=_clean(format_dict), metadata=md_dict or {})

    def finish_displayhook(self) -> None:
        pass


class _Publisher(DisplayPublisher):
    """Sends what is displayed."""

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        source: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        display = (transient or {}).get("display_id")
        kind = "update" if update else "display"
        self.shell.emit(kind, data=_clean(data), metadata=metadata or {}, id=display)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.emit("clear", wait=bool(wait))


class Shell(InteractiveShell):
    """The shell, built in the template. emit: what to call with each event, set in the kernel."""

    displayhook_class: ClassVar[Any] = _Hook
    display_pub_class: ClassVar[Any] = _Publisher

    def __init__(self, **settings: Any) -> None:
        self.send: Callable[[dict[str, Any]], None] = lambda event: None
        self.last = 1
        super().__init__(**settings)
        self.display_trap.hook = self.displayhook

    def init_virtualenv(self) -> None:
        """Leave the path as it is: the environment is the grader's."""

    def ask_exit(self) -> None:
        """Go on: `exit()` ends no kernel that is run headless."""

    def enable_gui(self, gui: Any = None) -> None:
        """Go on: there is no screen."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        try:
            message = str(evalue)
        except BaseException:
            message = "(its message cannot be read)"
        self.emit("error", ename=str(etype.__name__), evalue=message, traceback=list(stb))

    def emit(self, kind: str, **content: Any) -> None:
        """Send an event, and how much had been printed before it."""
        sizes = [_fstat(1).st_size, _fstat(2).st_size]
        self.send({"event": kind, "at": sizes, **content})

    def turn(self, place: int) -> None:
        """Note that from now on the other stream is written to."""
        if place != self.last:
            self.last = place
            self.emit("turn")

    def open_streams(self) -> None:
        """Put Python's standard streams on the descriptors of this process."""
        sys.stdout, sys.stderr = _Stream(1, self.turn), _Stream(2, self.turn)
        sys.__stdout__, sys.__stderr__ = sys.stdout, sys.stderr
        sys.stdin = sys.__stdin__ = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123
        builtins.input = getpass.getpass = _refuse_input

    async def execute(self, source: str) -> None:
        """Run one cell, as ipykernel does: within a running loop, and events afterwards."""
        self.last = 1
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, _Stream):
                stream.printed = 0
        error = None
        try:
            transformed = self.transform_cell(source)
        except Exception:  # what cannot be transformed is shown as the error it is
            transformed, error = source, sys.exc_info()
        try:
            if self.should_run_async(
                source, transformed_cell=transformed, preprocessing_exc_tuple=error
            ):
                await self.run_cell_async(
                    source,
                    store_history=True,
                    transformed_cell=transformed,
                    preprocessing_exc_tuple=error,
                )
                self.events.trigger("post_execute")
                self.events.trigger("post_run_cell", self.last_execution_result)
            else:
                self.run_cell(source, store_history=True)
        except asyncio.CancelledError:
            self.showtraceback()


# Libraries tell a notebook from a terminal by the name of the shell's class.
Shell.__name__ = "ZMQInteractiveShell"


def make() -> Shell:
    """Return the shell; there is one for a process."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.IPKernelApp = Config()  # libraries look for this, too
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    shell: Shell = Shell.instance(config=config)
    return shell


def _refuse_input(prompt: object = "", *_: object) -> str:
    raise StdinNotImplementedError(
        "raw_input was called, but this frontend does not support input requests."
    )


def _clean(data: Any) -> dict[str, Any]:
    """Return a bundle of formats that JSON can hold."""
    return {
        str(kind): base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in dict(data).items()
    }
