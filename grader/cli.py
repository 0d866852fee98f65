"""The command line.

Heavy modules are imported inside the commands, so that `grader --help` answers at once.
"""

import logging
import signal
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from grader.commands import (  # noqa: F401 - each adds its commands
    author,
    cache,
    check,
    course,
    doctor,
    export,
    grade,
    gradescope,
    import_course,
    mark,
    merge,
    past,
    review,
    serve,
    show,
    similar,
    tables,
    totals,
    verify,
)
from grader.commands.app import app, errors
from grader.commands.unheard import unheard
from grader.commands.unwritten import is_lost, reason
from grader.errors import GraderError, NeedsReview, NotKept
from grader.reporting.controls import strip_controls


def main() -> None:
    """Run the command line; what is wrong is one line.

    Exit code 2, or 3 for the grader's own troubles, or 4 where something cannot be kept.
    """
    logging.disable(logging.CRITICAL)  # what matters is in reasons and results, not in the log
    sys.stderr = unheard(sys.stderr)
    _end_in_order()
    try:
        app()
    except (GraderError, OSError) as error:
        said = reason(error) if is_lost(error) else str(error)
        errors.print(f"grader: {strip_controls(said)}", markup=False, soft_wrap=True)
        raise SystemExit(_exit_code(error)) from None


def _end_in_order() -> None:
    """Have an end from outside, or of the connection, write too; as Ctrl-C does.

    What is ignored stays so: with nohup a run goes on.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def _exit_code(error: Exception) -> int:
    if isinstance(error, NotKept) or is_lost(error):
        return 4
    return 3 if isinstance(error, NeedsReview) else 2


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tensorgrader {version('tensorgrader')}")
        raise typer.Exit


@app.callback()
def _common(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass
