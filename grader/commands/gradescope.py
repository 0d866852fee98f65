"""An autograder for Gradescope."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.commands import grading_options as options
from grader.commands.app import app, assignments, errors
from grader.errors import UsageError


@app.command(
    epilog="Examples: `grader gradescope tensors`,"
    " `grader gradescope my/source.py -o autograder.zip --with tqdm`."
)
def gradescope(
    assignment: Annotated[
        str, typer.Argument(metavar="NAME|SOURCE", help="A name from reference/, or a path.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="The zip to write.")] = Path(
        "autograder.zip"
    ),
    language: options.Language = None,
    cell_limit: options.CellLimit = 15.0,
    limit: options.Limit = 100.0,
    other_data: options.OtherData = "on",
    secret: options.Secret = None,
    packages: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="PACKAGE",
            help="A package for students' code, in the version that is installed here; what the"
            " source imports comes by itself.",
        ),
    ] = None,
) -> None:
    """Write the zip that makes an autograder of an assignment on Gradescope.

    It holds the solutions and the secret of other data: for the staff alone.
    """
    from grader.exchange.autograder import pack
    from grader.exchange.settings import Settings

    (answered,) = assignments(assignment)
    if language is not None and language not in answered.languages:
        raise UsageError(f"`{answered.name}` is not in `{language}`")
    if any(exercise.needs_cuda for exercise in answered.exercises):
        errors.print("grader: Gradescope has no CUDA device: exercises that need one are left out")
    out.parent.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        source=answered.path.name,
        offsets=options.other_data_of(other_data, [answered], secret, out.parent).offsets,
        cell=cell_limit,
        submission=limit,
        language=language,
    )
    with errors.status("running the reference"):
        needed = pack(answered, out, settings, packages=packages or ())
    points = sum(exercise.points for exercise in answered.exercises)
    typer.echo(f"autograder: {out}, for the staff alone: the solutions are in it")
    typer.echo(f"worth:      {points:g} points; set the same on Gradescope")
    typer.echo(f"packages:   torch, {', '.join(needed) or 'and what the grader needs'}")
