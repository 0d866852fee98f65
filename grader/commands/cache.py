"""The cache: what is in it, and how it is emptied."""

from __future__ import annotations

from typing import Annotated

import typer

from grader import cache_folder
from grader.cache_folder import MOST, VARIABLE, CacheFolder
from grader.commands.app import app

_MIB = 2**20


@app.command(epilog="Examples: `grader cache`, `grader cache --clear`.")
def cache(
    clear: Annotated[
        bool, typer.Option("--clear", help="Remove all of it; what is needed is made again.")
    ] = False,
) -> None:
    """Say where the cache is and how large: what references gave, so that they need not run again.

    GRADER_CACHE names another folder; GRADER_CACHE=off does without. No mark hangs on it.
    """
    path = cache_folder.usual()
    if path is None:
        typer.echo(f"there is no cache: {VARIABLE} says so")
        return
    folder = CacheFolder(path)
    if clear:
        typer.echo(f"{path}: {folder.clear()} entries removed")
        return
    sizes = folder.sizes()
    size, most = sum(sizes) / _MIB, MOST // _MIB
    typer.echo(f"{path}: {len(sizes)} entries, {size:.1f} MiB of at most {most}")
    if not folder.is_ours():
        typer.echo("it is not used: it is another user's, or others may write to it")
