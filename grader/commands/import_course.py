"""A course of another system's, brought over."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands.app import app, errors, folder_of_sources, named, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.authoring.importers.bringing import Brought

SYSTEMS = "nbgrader, otter"


@app.command(
    "import",
    epilog="Examples: `grader import nbgrader course/`, `grader import nbgrader"
    " source/ps1/problem1.ipynb --name ps1`, `grader import otter hw01.ipynb`.",
)
def import_course(
    system: Annotated[
        str, typer.Argument(metavar="SYSTEM", help=f"Whose source it is: {SYSTEMS}.")
    ],
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A source notebook, or a folder with them.")
    ],
    to: Annotated[
        Path | None, typer.Option(help="The folder to write to; without it, reference/.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Of the assignment, where PATH is one notebook.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--lang", help="Of the notebooks; found from their prose without.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    no_verify: Annotated[
        bool, typer.Option("--no-verify", help="Do not verify what was written.")
    ] = False,
) -> None:
    """Make sources of the notebooks of another system, and verify them.

    What an assertion looks at becomes a check: the reference knows the value. What cannot be
    carried over is listed with its place, and stands in the source as a TODO. Nothing of it is run
    but to verify.

    Exit code 0: all is sound. 1: something is not, or a notebook could not be imported.
    """
    from grader.authoring.importers.bringing import drafts, write
    from grader.authoring.importers.registry import IMPORTERS
    from grader.commands.verify import verify

    folder = to or folder_of_sources()
    importer = named(IMPORTERS, system, "importer")
    made, faults = drafts(importer, path, to=folder, name=name, language=language)
    brought = write(made, folder, force=force)
    for one in brought:
        _show(one)
    for fault in faults:
        tell(f"not imported: {fault}")
    readable = [str(one.path) for one in brought if one.fault is None]
    code = 1 if faults or len(readable) < len(brought) else 0
    if readable and no_verify:
        tell(f"next: `grader verify {' '.join(readable)}`")
    elif readable:
        try:
            verify(readable)
        except typer.Exit as done:
            code = max(code, done.exit_code)
        if _tell_unmet(brought):
            code = 1
        if code:
            tell(f"mend what is named above, and then: `grader verify {' '.join(readable)}`")
    raise typer.Exit(code)


def _tell_unmet(brought: Sequence[Brought]) -> bool:
    """Say which tests do not hold of the solutions that were imported; returns whether any."""
    from grader.kernels.choose import begin, open_factory
    from grader.verifying.imported import unmet

    is_any = False
    with errors.status("the tests as they were …"):
        begin(None, None)
        with closing(open_factory(None, "cpu", place=None)) as factory:
            for one in brought:
                found = unmet(one.draft, factory) if one.fault is None else []
                for remark in found:
                    typer.echo(f"  see to  {remark.placed(one.draft.imported)}")
                is_any = is_any or bool(found)
    return is_any


def _show(one: Brought) -> None:
    draft = one.draft
    counts = [_counted(draft.exercises, "exercise"), _counted(draft.checks, "check")]
    counts += [_counted(len(draft.files), "file")] if draft.files else []
    typer.echo(f"{one.path}: written, {', '.join(counts)}, from {draft.imported}")
    for remark in draft.remarks:
        typer.echo(f"  see to  {remark.placed(draft.imported)}")
    if one.fault is not None:
        typer.echo(f"  fault   {one.fault}")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
