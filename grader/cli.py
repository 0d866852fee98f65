"""The command line.

Heavy modules are imported inside the commands, so that `grader --help` answers at once.
"""

import logging
import signal
from importlib.metadata import version
from typing import Annotated

import typer

from grader.commands import (  # noqa: F401 - each adds its commands
    author,
    course,
    doctor,
    export,
    grade,
    gradescope,
    past,
    review,
    tables,
    totals,
)
from grader.commands.app import app, errors
from grader.errors import GraderError, NeedsReview
from grader.reporting.controls import strip_controls


def main() -> None:
    """Run the command line; what is wrong is one line: exit code 2, or 3 for the grader's own."""
    logging.disable(logging.CRITICAL)  # what matters is in reasons and results, not in the log
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # an end from outside writes too
    try:
        app()
    except (GraderError, OSError) as error:
        errors.print(f"grader: {strip_controls(str(error))}", markup=False, soft_wrap=True)
        raise SystemExit(3 if isinstance(error, NeedsReview) else 2) from None


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
