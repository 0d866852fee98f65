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
    """Write the notebooks that students get, made from the sources.

    Beside each stands what it can be checked with before it is handed in (`grader check`), which
    may be given to students too: no solution, no check and no expected value is in it.
    """
    from grader.authoring.bundling import bundled
    from grader.authoring.release import write
    from grader.formats import bundle_file
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
        assignment = reference.assignment
        for language, cells in reference.released.items():
            path = out / language / f"{assignment.name}.ipynb"
            texts = {
                path: write(assignment, cells, language),
                path.with_suffix(bundle_file.ENDING): bundle_file.write(
                    bundled(assignment, cells, language)
                ),
            }
            stale += [one for one, text in texts.items() if not _is_current(one, text, check)]
    if check and stale:
        raise typer.Exit(1)


def _is_current(path: Path, text: str, check: bool) -> bool:
    """Say whether a file is as it should be, and make it so, unless it is only checked."""
    is_current = path.exists() and path.read_text(encoding="utf-8") == text
    if not (is_current or check):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    told = "stale; run `grader build`" if check else "written"
    typer.echo(f"{path}: {'current' if is_current else told}")
    return is_current


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
