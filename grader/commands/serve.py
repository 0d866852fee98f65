"""A service, which does commands sooner than they could start."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from grader.commands.app import app
from grader.errors import UsageError
from grader.service import client


@app.command(
    epilog="Examples: `grader serve`, `grader serve --idle 60`, `grader serve --status`,"
    " `grader serve --stop`, `grader serve --socket ~/.grader/socket`;"
    " then `GRADER_SERVICE=on grader grade one.ipynb`,"
    " `GRADER_SERVICE=~/.grader/socket grader grade one.ipynb`."
)
def serve(
    idle: Annotated[
        float, typer.Option(metavar="MINUTES", min=0, help="End when nothing has come for so long.")
    ] = client.USUAL_IDLE,
    socket: Annotated[
        Path | None,
        typer.Option(
            help="Where to listen, in a folder that is yours alone; without it, where commands"
            " with GRADER_SERVICE=on look."
        ),
    ] = None,
    status: Annotated[
        bool, typer.Option("--status", help="Say which of your services are running.")
    ] = False,
    stop: Annotated[
        bool, typer.Option("--stop", help="End your services, once they have done what they do.")
    ] = False,
) -> None:
    """Wait for commands with all of it loaded, so that one notebook takes less than a second.

    Commands use a service where GRADER_SERVICE is `on`, or names its socket; with `on` they start
    one in the background where there is none. Files, marks and exit codes are the same.

    Exit code 0: it has ended, or does what was asked. 1: with --status or --stop, none is running.
    2: it cannot serve.
    """
    from grader.service import place

    if not place.is_possible():
        raise UsageError("a service needs Linux: it forks a process for each command")
    try:
        if status or stop:
            raise typer.Exit(0 if _told(socket, stop) else 1)
        path = socket.absolute() if socket is not None else place.usual()
        place.check(path)
    except place.Unsafe as error:
        raise UsageError(f"no service can be had there: {error}") from error
    # In a process of its own, with none of the commands in it: see `grader.serving`.
    sys.stdout.flush()
    arguments = client.command(path, str(idle))
    os.execve(arguments[0], arguments, {**os.environ, **client.EARLY})  # noqa: S606 - our Python


def _told(socket: Path | None, stop: bool) -> bool:
    """Say of one service, or of all of this user's, what it does; whether there is any."""
    from grader.service import place
    from grader.service.messages import STATUS, STOP

    paths = sorted(place.folder().glob("*.socket")) if socket is None else [socket.absolute()]
    found = False
    for path in paths:
        answer = client.ask(path, STOP if stop else STATUS)
        if answer is None:
            continue
        found = True
        match answer.split():
            case [pid, running, done]:
                typer.echo(f"{path}: process {pid}; commands: {running} under way, {done} done")
            case [_]:
                typer.echo(f"{path}: ends")
            case _:
                typer.echo(f"{path}: does not answer")
    if not found:
        typer.echo("no service is running")
    return found
