"""Magics that a machine lacks, or that would keep a cell from binding its names: passed over.

A notebook comes from Colab, Databricks or a student's own machine, whose magics are theirs. Only
what has nothing but an unknown magic ends in IPython's UsageError.
"""

import ast
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from IPython.core.error import UsageError

# What these do is done on the student's machine; where one fails on this, the answer is the same.
_SETTING_UP = {
    *("load_ext", "reload_ext", "matplotlib", "pylab", "gui", "config", "autoreload"),
    *("pip", "conda", "mamba", "micromamba", "uv", "install_ext"),
}
# What these measure is run as it is, or it would bind nothing, and run for long.
_MEASURING = {
    "timeit",
    "prun",
    "debug",
    "memit",
    "mprun",
    "lprun",
    "snakeviz",
    "heat",
    "pyinstrument",
}
_FILES = {"writefile", "file"}
_CELL_MAGIC = re.compile(r"[ \t]*%%([A-Za-z_][\w.]*)(?:[ \t]+(.*))?$")
_OPTION = re.compile(r"-{1,2}[A-Za-z]\w*(?:[= ]?[\w.]+)?\s*")
_HEADER = re.compile(r"^#[ \t]*\|[ \t]*exercise[ \t]*:", re.MULTILINE | re.IGNORECASE)
# What `%load_ext grader` gives a student's kernel, to look at a notebook before it is handed in.
_EXTENSION, _MAGIC = "grader", "check"
_NAMES = 20  # that are told of one cell

passed_over: list[str] = []  # since it was last asked for


def install(shell: Any) -> None:
    """Let a shell pass over what it does not know."""
    run_line, transform = shell.run_line_magic, shell.transform_cell

    def run_line_magic(magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        if (magic_name, line.strip()) == ("load_ext", _EXTENSION):
            return shell.register_magic_function(_do_nothing, "line", _MAGIC)
        try:
            return run_line(magic_name, line, _stack_depth + 1)
        except Exception as error:
            is_known = shell.find_line_magic(magic_name) is not None
            if is_known and magic_name not in _SETTING_UP:
                raise
            if is_known:
                print(f"%{magic_name}: {error}")
            return _pass_over(f"%{magic_name}")

    def magic(text: str) -> Any:
        """Run a line magic, as `get_ipython` could once."""
        name, _, line = text.lstrip("%").partition(" ")
        return shell.run_line_magic(name, line, 2)

    def transform_cell(raw_cell: str) -> str:
        return str(transform(_without_wrappers(shell, raw_cell)))

    def show_usage_error(error: BaseException) -> None:
        shell._showtraceback(UsageError, error, [f"UsageError: {error}"])

    shell.run_line_magic, shell.transform_cell = run_line_magic, transform_cell
    shell.show_usage_error = show_usage_error
    if not hasattr(shell, "magic"):
        shell.magic = magic


def _do_nothing(line: str) -> None:
    """Be `%check` where a notebook is run for grading, or is checked already."""


def _is_lazy(shell: Any, name: str) -> bool:
    return name in getattr(shell.magics_manager, "lazy_magics", ())


def _pass_over(name: str) -> None:
    if len(passed_over) < _NAMES:
        passed_over.append(name)


def _without_wrappers(shell: Any, source: str) -> str:
    """Return a cell without the cell magics above it that are to be passed over.

    Lines keep their numbers. What is not Python below one stays as it is.
    """
    lines = source.split("\n")
    for place, line in enumerate(lines):
        if not line.strip():
            continue
        found = _CELL_MAGIC.match(line)
        if found is None:
            break
        if not _is_wrapper(shell, found[1], "\n".join(lines[place + 1 :])):
            lines[place] = line.lstrip()
            break
        if found[1] in _FILES and shell.find_cell_magic(found[1]) is not None:
            # An answer that is written to a file, to be imported, is an answer here, too.
            body = "\n".join(lines[place + 1 :]) + "\n"
            lines[place] = f"get_ipython().run_cell_magic({found[1]!r}, {found[2]!r}, {body!r})"
            break
        rest = _OPTION.sub("", found[2] or "") if found[1] in ("timeit", "prun") else ""
        lines[place] = rest if rest and _is_python(shell, rest) else f"# {line.strip()}"
        if found[1] not in _MEASURING or shell.find_cell_magic(found[1]) is None:
            _pass_over(f"%%{found[1]}")
        if rest:
            break
    return "\n".join(lines)


def _is_wrapper(shell: Any, name: str, body: str) -> bool:
    """Whether a cell is to be run without a magic above it."""
    is_known = shell.find_cell_magic(name) is not None or _is_lazy(shell, name)
    is_meant = not is_known or name in _MEASURING
    if not is_meant and name not in ("time", "capture"):
        # `%%python`, or `%%writefile`, above an answer.
        is_meant = _HEADER.search(body) is not None
    return is_meant and _is_python(shell, body)


def _is_python(shell: Any, code: str) -> bool:
    inner = code.lstrip("\n").split("\n", 1)
    if _CELL_MAGIC.match(inner[0]):  # one below another: that is looked at next
        code = inner[1] if len(inner) > 1 else ""
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError, RuntimeError):
        transform: Callable[[str], str] = shell.input_transformer_manager.transform_cell
        return bool(ast.parse(transform(code)).body)
    return False
