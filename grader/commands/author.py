"""What authors run: new, build; `grader.commands.verify` is beside it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from grader import cache_folder
from grader.commands.app import (
    RELEASED,
    app,
    assignments,
    course,
    folder_of_sources,
)
from grader.errors import UsageError


@app.command(
    epilog="Examples: `grader build`, `grader build gradient_descent`, `grader build --check`."
)
def build(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME...]", help="Names from reference/; all without any."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail where a notebook is stale.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="The folder to write to; without it, assignments/."),
    ] = None,
) -> None:
    """Write the notebooks that students get, made from the sources."""
    from grader.authoring.release import write
    from grader.kernels.choose import open_factory
    from grader.reference_cache import prepared

    out = out or course().released or RELEASED
    stale = []
    loaded = [one for name in names or (None,) for one in assignments(name)]
    with closing(open_factory(None, "cpu")) as kind:
        references = [
            prepared(one, factory=kind, device="cpu", cache=cache_folder.usual()) for one in loaded
        ]
    for reference in references:
        for language, cells in reference.released.items():
            path = out / language / f"{reference.assignment.name}.ipynb"
            text = write(reference.assignment, cells, language)
            if path.exists() and path.read_text(encoding="utf-8") == text:
                typer.echo(f"{path}: current")
                continue
            stale.append(path)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            typer.echo(f"{path}: {'stale; run `grader build`' if check else 'written'}")
    if check and stale:
        raise typer.Exit(1)


@app.command(epilog="Example: `grader new softmax` writes reference/softmax.py.")
def new(
    name: Annotated[str, typer.Argument(help="Of the assignment: letters, digits, _ and -.")],
) -> None:
    """Write a small source to start from, which verifies."""
    from grader.authoring.new import source

    path = folder_of_sources() / f"{name}.py"
    text = source(name)
    if path.exists():
        raise UsageError(f"{path} is already there; choose another name")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    typer.echo(f"{path}: written; edit it, then `grader verify {name}` and `grader build {name}`")
