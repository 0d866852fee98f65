"""`%check` in Jupyter: the notebook, as it was saved, is checked by a process of its own.

Nothing is run in the notebook's own kernel, where cells may have run in any order, and nothing
that happens here stops a cell. It loads nothing of the grader: that is the other process's.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

_PATIENCE = 5.0  # seconds in which a process that is told to end does so
_COLOURED = ("FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
_UNKNOWN = (
    "%check does not know which notebook this is; name its file, as in `%check tensors.ipynb`."
    " It has to be saved where this kernel runs: in Colab or Kaggle download it, and use"
    " `grader check` where the grader is installed."
)


class Shell(Protocol):
    """What is needed of IPython's shell."""

    user_ns: dict[str, Any]

    def register_magic_function(self, func: Any, magic_kind: str, magic_name: str) -> None:
        """Add a magic."""
        ...


def load(shell: Any) -> None:
    """Add `%check` to a shell. The grader's own kernels have another, which does nothing."""
    known: Shell = shell

    def check(line: str) -> None:
        checked(line, known.user_ns)

    known.register_magic_function(check, "line", "check")


def checked(line: str, names: Mapping[str, Any]) -> None:
    """Print what `grader check` says of a notebook; never raises.

    line: the notebook's file and options of that command; without a file, this very notebook is
    meant. names: those of the kernel, of which an editor may have one.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        print(f"%check {line}: {error}")
        return
    if not words or words[0].startswith("-"):
        this = notebook(os.environ, names, Path())
        if this is None:
            print(_UNKNOWN)
            return
        words.insert(0, str(this))
    try:
        _run(words)
    except (OSError, ValueError) as error:
        print(f"%check could not be run: {error}")


def notebook(environment: Mapping[str, str], names: Mapping[str, Any], folder: Path) -> Path | None:
    """Return the file of the notebook that a kernel belongs to, where that can be known.

    Jupyter tells it in the environment, VS Code in a name; else it is the only one in the folder.
    """
    for told in (environment.get("JPY_SESSION_NAME"), names.get("__vsc_ipynb_file__")):
        if isinstance(told, str) and told.endswith(".ipynb"):
            with suppress(OSError):
                if Path(told).is_file():
                    return Path(told)
    with suppress(OSError):
        there = sorted(folder.glob("*.ipynb"))
        if len(there) == 1:
            return there[0]
    return None


def _environment() -> dict[str, str]:
    """Return the variables of the command: Jupyter's own ask for colours, and for what moves."""
    kept = {name: value for name, value in os.environ.items() if name not in _COLOURED}
    return {**kept, "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}


def _run(words: Sequence[str]) -> None:
    """Run the command, and print what it says. Raises OSError and ValueError."""
    # Not with the working folder on the path: there may be a student's own `torch.py` in it.
    command = [sys.executable, "-P", "-m", "grader", "check", *words]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=_environment(),
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # an interrupt comes to this process alone, which passes it on
    )
    try:
        said, _ = process.communicate()
    except KeyboardInterrupt:
        process.terminate()
        try:
            process.communicate(timeout=_PATIENCE)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            process.kill()
            process.communicate()
        said = "%check was interrupted"
    print(said.rstrip())
