"""What authors run: new, build; `grader.commands.verify` is beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader import secret as secrets
from grader.commands.app import (
    RELEASED,
    app,
    assignments,
    course,
    folder_of_sources,
)
from grader.errors import UsageError


@app.command(
    epilog="Examples: `grader build`, `grader build gradient_descent`, `grader build --check`,"
    " `grader build softmax --roster students.csv`."
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
    roster: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="A table (id, name) of students: write each a notebook with numbers of its own, in"
            " OUT/students/ID/, of assignments that have a `variant`.",
        ),
    ] = None,
    secret: Annotated[
        Path | None,
        typer.Option(
            help="With --roster: the file with the secret that these numbers follow from, made"
            f" where there is none; without it, grades/{secrets.NAME}, as `grader grade` has it."
        ),
    ] = None,
) -> None:
    """Write the notebooks that students get, made from the sources.

    Beside each stands what it can be checked with before it is handed in (`grader check`), which
    may be given to students too: no solution, no check and no expected value is in it. So stand the
    files that come with it, and a zip of all that.
    """
    from grader.commands.building import STUDENTS, build_by_student, build_for_all

    out = out or course().released or RELEASED
    loaded = [one for name in names or (None,) for one in assignments(name)]
    if roster is not None:
        key = secret or Path("grades") / secrets.NAME
        is_current = build_by_student(loaded, roster, key, out / STUDENTS, check=check)
    elif secret is not None:
        raise UsageError("--secret is for --roster: without it nothing differs by student")
    else:
        is_current = build_for_all(loaded, out, check=check)
    if check and not is_current:
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
