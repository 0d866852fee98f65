"""What authors run: new, verify, build."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader import cache_folder
from grader.commands.app import (
    RELEASED,
    Device,
    app,
    assignments,
    course,
    device_of,
    errors,
    folder_of_sources,
    sources,
)
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.model.verdict import Verdict


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


@app.command(
    epilog="Examples: `grader verify`, `grader verify gradient_descent --confusion`,"
    " `grader verify my/source.py`."
)
def verify(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME|SOURCE...]",
            help="Names from reference/, or paths to sources; all of reference/ without any.",
        ),
    ] = None,
    confusion: Annotated[
        bool, typer.Option("--confusion", help="Show which mistake is taken for which.")
    ] = False,
    device: Annotated[
        Device, typer.Option(help="Where the code runs; auto takes CUDA where there is one.")
    ] = Device.cpu,
    cell_limit: Annotated[
        float, typer.Option(min=1, help="As you will grade with; solutions take a third at most.")
    ] = 30.0,
    limit: Annotated[
        float, typer.Option(min=1, help="As you will grade with; the whole takes a third at most.")
    ] = 300.0,
) -> None:
    """Show that assignments are sound: that their checks tell right from wrong.

    Exit code 0: nothing to mend. 1: each fault is named, with its file, cell, line, and what to do.
    """
    from grader.errors import SourceError
    from grader.kernels.choose import open_factory
    from grader.kernels.kernel import Limits
    from grader.source_cache import load
    from grader.verify import verify as verify_one

    where, limits = device_of(device), Limits(cell=cell_limit, submission=limit)
    paths = [path for name in names or (None,) for path in sources(name)]
    sound = True
    with closing(open_factory(None, where)) as kind:
        for path in paths:
            with errors.status(f"{path.stem}: …") as status:

                def tell(step: str, name: str = path.stem) -> None:
                    status.update(f"{name}: {step} …")

                try:
                    verdict = verify_one(
                        load(path, cache_folder.usual()),
                        factory=kind,
                        device=where,
                        limits=limits,
                        cache=cache_folder.usual(),
                        tell=tell,
                    )
                except SourceError as error:
                    typer.echo(f"{path.stem}: cannot be run\n  fault  {error}\n")
                    sound = False
                    continue
            _show(verdict, confusion)
            sound = sound and verdict.is_sound
    raise typer.Exit(0 if sound else 1)


def _show(verdict: Verdict, confusion: bool) -> None:
    from grader.reporting import soundness

    typer.echo(soundness.table(verdict.rows, verdict.assignment))
    if confusion:
        typer.echo(soundness.confusion(verdict.confusion))
    for finding in verdict.findings:
        typer.echo(f"  {'fault' if finding.fault else 'note '}  {finding}")
    faults = sum(finding.fault for finding in verdict.findings)
    typer.echo(f"{verdict.assignment}: {f'{faults} to mend' if faults else 'sound'}\n")


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
