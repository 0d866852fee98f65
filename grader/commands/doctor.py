"""What works on this machine."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands.app import app
from grader.commands.grading_options import Isolated

if TYPE_CHECKING:
    from grader.kernels.card import Cards
    from grader.kernels.sandbox import Isolation


@app.command(epilog="Examples: `grader doctor`, `grader doctor --isolation any`.")
def doctor(
    isolation: Annotated[
        Isolated,
        typer.Option(
            help="What has to hold for exit code 0: any is enough where an image is built."
        ),
    ] = Isolated.full,
) -> None:
    """Say what works on this machine: torch, CUDA, kernels, isolation, on a card too.

    Exit code 0: kernels start, isolated as --isolation says. 1: they do not.
    """
    import platform

    import torch

    from grader.errors import KernelFailed
    from grader.kernels import cards
    from grader.kernels.choose import open_factory
    from grader.kernels.obstacles import obstacles

    system = f"{platform.system()} {platform.release()}"
    typer.echo(f"python     {platform.python_version()} on {system}")
    typer.echo(f"torch      {torch.__version__}")
    here = cards.here()
    has_card = _say_cards(here)
    if platform.system() != "Linux":
        typer.echo("kernels    cold\nisolation  none: it needs Linux")
        return
    try:
        with closing(open_factory("warm", "cpu")) as kind:
            holds = kind.isolation
    except KernelFailed as error:
        typer.echo(f"kernels    cold ({error})\nisolation  none")
        raise typer.Exit(1) from None
    typer.echo(f"kernels    warm, cold\nisolation  {holds.level}")
    _say_users(holds)
    _say_measures(holds)
    for obstacle in obstacles(holds):
        typer.echo(f"in the way {obstacle}")
    is_full = holds.level == "full"
    if has_card:
        is_full = _say_isolation_on(here) and is_full
    raise typer.Exit(0 if is_full or isolation is Isolated.any else 1)


def _say_cards(here: Cards) -> bool:
    """Say which cards there are; whether code can run on them."""
    from grader.kernels.card_files import torch_has_cuda

    found, usable = here.found(), torch_has_cuda()
    without = "" if usable else " (PyTorch is built without CUDA)"
    typer.echo(f"CUDA       {'; '.join(map(str, found)) or 'no device'}{without}")
    if not (found and usable):
        return False
    for card in found:
        if free := here.free(card):
            sizes = f"{free / 2**30:.1f} of {card.memory / 2**30:.1f} GiB are free"
            typer.echo(f"           cuda:{card.index}: {sizes}")
    if here.problem:
        typer.echo(f"           {here.problem}")
    return True


def _say_isolation_on(here: Cards) -> bool:
    """Say what holds in kernels of the first card; whether all of it does."""
    from grader.errors import KernelFailed, UsageError
    from grader.kernels import cards
    from grader.kernels.choose import open_factory

    try:
        (place,) = cards.places(here.found()[:1], here, 1)
        with closing(open_factory("warm", "cuda", place=place)) as kind:
            holds = kind.isolation
    except (KernelFailed, UsageError) as error:
        typer.echo(f"on a card  it cannot be used: {error}")
        return False
    typer.echo(f"on a card  {holds}")
    _say_measures(holds)
    return holds.level == "full"


def _say_users(holds: Isolation) -> None:
    shared, own = holds.shared, "" if os.geteuid() == 0 else ", of the subordinate ids"
    refused = "epoll and sendmsg are refused"
    told = f"one for all kernels ({shared}): {refused}" if shared else f"one for each kernel{own}"
    typer.echo(f"users      {told}")


def _say_measures(holds: Isolation) -> None:
    for measure in holds.measures:
        reason = holds.missing.get(measure)
        if measure == "another user" and os.geteuid() != 0:
            typer.echo(f"  --   {measure}: only root needs one")
        elif measure == "process limits" and holds.card and not reason:
            typer.echo(f"  yes  {measure}: not that on memory, which is watched in its place")
        else:
            told = f": {reason}" if reason else ""
            typer.echo(f"  {'no ' if reason else 'yes'}  {measure}{told}")
