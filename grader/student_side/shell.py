"""The IPython shell of a warm kernel, with its outputs as a front end would get them.

What is printed goes to the files behind descriptors 1 and 2, by Python and by what stands below it
alike. Everything else is an event that says how long these files were when it happened, so the
reader can put all of it in order, and nothing is lost with the process.
"""

import ast
import asyncio
import base64
import builtins
import getpass
import io
import math
import numbers
import os
import re
import sys
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from IPython.core import page
from IPython.core.autocall import ZMQExitAutocall
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_magic, magics_class
from IPython.display import Javascript, display
from traitlets import Any as AnyTrait
from traitlets import default
from traitlets.config import Config

from grader.student_side import debugging, magics, no_input, tracebacks

MAX_PRINTED = 16 * 2**20  # bytes that one cell's Python code can print; more is thrown away

_fstat, _compile = os.fstat, compile
_PARSE = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_OWN_SYNTAX = re.compile(r"[%?]|!(?!=)|>>>|\.\.\.:|In \[")
_ESCAPES = frozenset((",", ";", "/"))


class _Stream(io.TextIOWrapper):
    """Standard output or error: each write is at once in the file."""

    def __init__(self, fd: int, turn: Callable[[int], None]) -> None:
        raw = io.FileIO(fd, "w", closefd=False)
        raw.name = ("stdout", "stderr")[fd - 1]
        super().__init__(raw, encoding="utf-8", errors="backslashreplace", write_through=True)
        self.place, self.turn, self.printed = fd, turn, 0

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
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
        self.shell.emit("result", data=_plain(format_dict), metadata=_plain(md_dict or {}))

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
        metadata = {} if metadata is None else metadata
        self._validate_data(data, metadata)
        named = (transient or {}).get("display_id")
        kind = "update" if update else "display"
        self.shell.emit(kind, data=_plain(data), metadata=_plain(metadata), id=named)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.emit("clear", wait=bool(wait))


@magics_class
class _KernelMagics(Magics):
    """What ipykernel has in place of magics that need a terminal: there is no pager to show it."""

    @line_magic
    def autosave(self, line: str) -> None:
        """Say what ipykernel says."""
        try:
            seconds = int(line)
        except ValueError:
            raise UsageError(f"%autosave requires an integer, got {line!r}") from None
        display(
            Javascript(f"IPython.notebook.set_autosave_interval({1000 * seconds})"),
            include=["application/javascript"],
        )
        print(f"Autosaving every {seconds} seconds" if seconds else "Autosave disabled")

    @line_magic
    def clear(self, line: str) -> None:
        """Clear the terminal."""
        self.shell.system("clear")

    @line_magic
    def less(self, line: str) -> None:
        """Look at a file."""
        _look_at(line)

    @line_magic
    def man(self, line: str) -> None:
        """Look at a manual."""

    @line_magic
    def edit(self, line: str) -> None:
        """Edit something; a front end would."""

    @line_magic
    def more(self, line: str) -> None:
        """Look at a file."""
        _look_at(line)

    @line_magic
    def ed(self, line: str) -> None:
        """Edit something."""


class Shell(InteractiveShell):
    """The shell, built in the template. emit: what to call with each event, set in the kernel.

    kernel: none; libraries look whether there is such a name.
    """

    displayhook_class: ClassVar[Any] = _Hook
    display_pub_class: ClassVar[Any] = _Publisher
    kernel = AnyTrait()
    keepkernel_on_exit: Any = None

    def __init__(self, **settings: Any) -> None:
        self.send: Callable[[dict[str, Any]], None] = lambda event: None
        self.last = 1
        super().__init__(**settings)
        self.display_trap.hook = self.displayhook
        self.transformers: Any = None  # as they are before the first cell

    @default("exiter")
    def _default_exiter(self) -> ZMQExitAutocall:
        return ZMQExitAutocall(self)

    def init_environment(self) -> None:
        """Ask programs for colours and for no pagers, as ipykernel does."""
        colours = {"TERM": "xterm-color", "CLICOLOR": "1", "CLICOLOR_FORCE": "1"}
        pagers = {"PAGER": "cat", "GIT_PAGER": "cat"}
        os.environ.update({**colours, "FORCE_COLOR": "1", **pagers})

    def init_hooks(self) -> None:
        """Show nothing in a pager: what `print?` says is no output."""
        super().init_hooks()
        self.set_hook("show_in_pager", page.as_hook(lambda *_, **__: None), 99)

    def init_magics(self) -> None:
        """Add the magics that a notebook has."""
        super().init_magics()
        self.register_magics(_KernelMagics)

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
        self.has_failed = True
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
        builtins.input = getpass.getpass = no_input.ask
        sys.argv = ["ipykernel_launcher.py", "-f", "kernel.json"]  # what scripts find in a notebook
        self.user_ns["_dh"][:] = [Path.cwd()]

    async def execute(self, source: str) -> None:
        """Run one cell, as ipykernel does: within a running loop, and events afterwards."""
        self.last = 1
        self.has_failed = False
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, _Stream):
                stream.printed = 0
        error = None
        try:
            transformed = self.transformed(source)
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
            elif error is None:
                self.run_transformed(source, transformed)
            else:
                self.run_cell(source, store_history=True)
        except asyncio.CancelledError:
            self.showtraceback()

    def transformed(self, source: str) -> str:
        """Return a cell as Python; what is plain Python already is not gone through by tokens."""
        if _is_plain(source) and _transformers(self) == self.transformers:
            return source if source.endswith("\n") else source + "\n"
        return str(self.transform_cell(source))

    def run_transformed(self, source: str, transformed: str) -> None:
        """Run a cell that awaits nothing; `run_cell` alone would transform it once more."""
        transform = self.transform_cell

        def known(raw_cell: str) -> str:
            self.transform_cell = transform
            return transformed

        self.transform_cell = known
        self.run_cell(source, store_history=True)


# Libraries tell a notebook from a terminal by the name of the shell's class.
Shell.__name__ = "ZMQInteractiveShell"


def make() -> Shell:
    """Return the shell; there is one for a process."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.IPKernelApp = Config()  # libraries look for this, too
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    tracebacks.install()
    shell: Shell = Shell.instance(config=config)
    shell.extension_manager.load_extension("storemagic")
    magics.install(shell)
    debugging.install(shell)
    no_input.install(shell)
    shell.transformers = _transformers(shell)
    return shell


def _transformers(shell: Shell) -> Any:
    """Return what makes Python of a cell."""
    manager = shell.input_transformer_manager
    parts = (manager.cleanup_transforms, manager.line_transforms, manager.token_transformers)
    held = [[*part] for part in (*parts, shell.input_transformers_post)]
    return [vars(shell).get("transform_cell"), manager, *held]


def _is_plain(source: str) -> bool:
    """Whether IPython would leave a cell as it is: its own syntax needs what is looked for here.

    Of a single line it makes more, and what cannot be read it may refuse in words of its own.
    """
    lines = source.split("\n")
    if _OWN_SYNTAX.search(source) or len(source.splitlines()) < 2 or source[:1].isspace():
        return False
    if any(line.isspace() or line.lstrip()[:1] in _ESCAPES for line in lines if line):
        return False
    with warnings.catch_warnings(action="ignore"):
        try:
            _compile(source, "<cell>", "exec", _PARSE)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return False
    return True


def _look_at(name: str) -> None:
    if not name:
        raise UsageError("Missing filename.")
    Path(name).read_text(encoding="utf-8", errors="replace")


def _plain(value: Any) -> Any:
    """Return what is displayed as something that JSON can hold, as Jupyter's client does."""
    match value:
        case str() | bool() | None:
            return value
        case bytes():
            return base64.b64encode(value).decode()
        case numbers.Integral():
            return int(value)
        case numbers.Real():
            return float(value) if math.isfinite(value) else repr(float(value))
        case dict():
            return {str(key): _plain(held) for key, held in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(held) for held in value]
        case date():
            return value.isoformat()
    raise ValueError(f"Can't clean for JSON: {value!r}")
