"""The least that forking can cost: torch is loaded once, and each submission is one fork of that.

Usage: `python floor.py NOTEBOOK...`. Prints when each was done, by `time.time`.
"""

import json
import os
import sys
import time
from pathlib import Path

import torch


def main() -> None:
    """Run the notebooks, one after another."""
    # Before any operation: a pool of threads does not survive a fork.
    torch.set_num_threads(1)
    for path in sys.argv[1:]:
        child = os.fork()
        if child == 0:
            _become(path)
        status = os.waitpid(child, 0)[1]
        if status != 0:
            raise SystemExit(f"{path} failed")
        print(time.time())


def _become(path: str) -> None:
    """Run the code cells of a notebook; never returns."""
    status = 1
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        namespace = {"__name__": "__main__"}
        for cell in json.loads(Path(path).read_text(encoding="utf-8"))["cells"]:
            exec("".join(cell["source"]), namespace)  # noqa: S102 - that is the work
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
