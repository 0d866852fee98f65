"""The least that forking can cost: torch and what notebooks import are loaded once, then forked.

Usage: `python floor.py list MODULES NOTEBOOK...` runs notebooks to learn what they import, which is
written to a file, and is no part of what is measured; then `python floor.py run MODULES [--errors]
NOTEBOOK...` loads that and forks for each notebook. It prints when each was done, by `time.time`.
The first cell that fails ends it; with `--errors`, the next cell is run.
"""

import gc
import importlib
import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

import torch

ERRORS = "--errors"


def main() -> None:
    """Learn what the notebooks import, or run them, one after another."""
    what, modules, *asked = sys.argv[1:]
    # Before any operation: a pool of threads does not survive a fork.
    torch.set_num_threads(1)
    paths = [one for one in asked if one != ERRORS]
    if what == "list":
        names = sorted({name for path in paths for name in _imported(path)})
        Path(modules).write_text("\n".join(names), encoding="utf-8")
    else:
        _load(Path(modules).read_text(encoding="utf-8").split())
        _run_each(paths, tolerant=ERRORS in asked)


def _run_each(paths: list[str], *, tolerant: bool) -> None:
    for path in paths:
        child = os.fork()
        if child == 0:
            _become(path, tolerant)
        status = os.waitpid(child, 0)[1]
        if status != 0:
            raise SystemExit(f"{path} failed")
        print(time.time(), flush=True)


def _imported(path: str) -> list[str]:
    """Return the modules that the cells of a notebook import, as they run or late inside torch."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        before = set(sys.modules)
        with suppress(BaseException):
            _run(path, tolerant=True)
        os.write(write, " ".join(name for name in sys.modules if name not in before).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        names = told.read().split()
    os.waitpid(child, 0)
    return names


def _load(names: list[str]) -> None:
    for name in names:
        with suppress(Exception):  # not every module can be imported by its name
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _run(path: str, *, tolerant: bool) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    namespace = {"__name__": "__main__"}
    for cell in json.loads(Path(path).read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            with suppress(*([Exception] if tolerant else [])):
                exec("".join(cell["source"]), namespace)  # noqa: S102 - that is the work


def _become(path: str, tolerant: bool) -> None:
    """Run the code cells of a notebook; never returns."""
    status = 1
    try:
        _run(path, tolerant=tolerant)
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
