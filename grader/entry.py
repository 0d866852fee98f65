"""Where `grader` starts: a service does the command, where one is asked for, else this process."""

import sys


def main() -> None:
    """Do the command."""
    from grader.service.client import served

    code = served(sys.argv)
    if code is not None:
        raise SystemExit(code)
    from grader.cli import main as do

    do()
