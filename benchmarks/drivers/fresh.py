"""nbclient alone: each notebook in a fresh ipykernel, nothing compared, nothing written.

Usage: `python fresh.py NOTEBOOK...`. Prints when each was done, by `time.time`.
"""

import sys
import time

import nbformat
from nbclient import NotebookClient


def main() -> None:
    """Run the notebooks, one after another; the first cell that fails ends it."""
    for path in sys.argv[1:]:
        NotebookClient(nbformat.read(path, as_version=4), kernel_name="python3").execute()
        print(time.time())


if __name__ == "__main__":
    main()
