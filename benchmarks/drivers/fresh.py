"""nbclient alone: each notebook in a fresh ipykernel, nothing compared, nothing written.

Usage: `python fresh.py [--errors] NOTEBOOK...`. Prints when each was done, by `time.time`. The
first cell that fails ends it; with `--errors`, the next cell is run.
"""

import sys
import time

import nbformat
from nbclient import NotebookClient

ERRORS = "--errors"


def main() -> None:
    """Run the notebooks, one after another."""
    asked = sys.argv[1:]
    for path in (one for one in asked if one != ERRORS):
        client = NotebookClient(
            nbformat.read(path, as_version=4), kernel_name="python3", allow_errors=ERRORS in asked
        )
        client.execute()
        print(time.time(), flush=True)


if __name__ == "__main__":
    main()
