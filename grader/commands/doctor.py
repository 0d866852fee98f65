"""What works on this machine."""

from __future__ import annotations

import os

import typer

from grader.commands.app import app


@app.command(epilog="Example: `grader doctor`.")
def doctor() -> None:
    """Say what works on this machine: torch, CUDA, kernels, isolation."""
    import platform

    import torch

    from grader.errors import KernelFailed
    from grader.kernels.choose import open_factory
    from grader.student_side.confine import MEASURES

    system = f"{platform.system()} {platform.release()}"
    typer.echo(f"python     {platform.python_version()} on {system}")
    typer.echo(f"torch      {torch.__version__}")
    cuda = torch.cuda.get_device_name() if torch.cuda.is_available() else "no device"
    typer.echo(f"CUDA       {cuda}")
    if platform.system() != "Linux":
        typer.echo("kernels    cold\nisolation  none: it needs Linux")
        return
    try:
        kind = open_factory("warm", "cpu")
    except KernelFailed as error:
        typer.echo(f"kernels    cold ({error})\nisolation  none")
        raise typer.Exit(1) from None
    kind.close()
    typer.echo(f"kernels    warm, cold\nisolation  {kind.isolation.level}")
    shared, own = kind.isolation.shared, "" if os.geteuid() == 0 else ", of the subordinate ids"
    refused = "epoll and sendmsg are refused"
    told = f"one for all kernels ({shared}): {refused}" if shared else f"one for each kernel{own}"
    typer.echo(f"users      {told}")
    for measure in MEASURES:
        reason = kind.isolation.missing.get(measure)
        if measure == "another user" and os.geteuid() != 0:
            typer.echo(f"  --   {measure}: only root needs one")
        else:
            told = f": {reason}" if reason else ""
            typer.echo(f"  {'no ' if reason else 'yes'}  {measure}{told}")
    raise typer.Exit(0 if kind.isolation.level == "full" else 1)
