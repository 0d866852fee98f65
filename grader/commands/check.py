"""Checking a notebook before it is handed in, by whoever has written it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands.app import app, errors
from grader.errors import BadBundle, CannotGrade, UsageError
from grader.reporting import terminal
from grader.reporting.controls import strip_controls

if TYPE_CHECKING:
    from grader.intake.find_bundle import FoundBundle
    from grader.model.precheck import Precheck
    from grader.model.submission import Notebook
    from grader.model.text import Text

_TO_DO, _USAGE = 1, 2  # exit codes


@app.command(
    epilog="Examples: `grader check tensors.ipynb`, `grader check tensors.ipynb --json`,"
    " `grader check homework.ipynb --bundle downloads/tensors.check.json`,"
    " `grader check homework.ipynb --bundle as_it_was_released.ipynb`."
)
def check(
    file: Annotated[Path, typer.Argument(metavar="NOTEBOOK", help="As it would be handed in.")],
    bundle: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE|FOLDER",
            help="The assignment's NAME.check.json, a folder with it, or the notebook as it was"
            " released; without it, one that lies beside NOTEBOOK.",
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--lang", help="Of what is told; else that of the notebook.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Tell what can be told of a notebook before it is handed in.

    It is run from top to bottom in a fresh kernel, with the self-checks of its assignment: what is
    blank, what stops, which packages are missing, what would be mended. Nothing is written or sent,
    no solution is needed, and nothing is said about marks.
    Exit code 0: nothing left to do that can be told. 1: something is, or it cannot be read. 2:
    wrong usage, or a bundle that cannot be used. 3: the grader itself failed.
    """
    from grader.wording.catalogue import known

    read, found = None, None
    try:
        read = _read(file)
        found = _found(read, file, bundle)
    except CannotGrade as error:
        _refuse(error.reason, file, known(language or _language(read)), _TO_DO)
    except BadBundle as error:
        _refuse(error.reason, None, known(language or _language(read)), _USAGE)
    assert read is not None
    assert found is not None
    result = _checked(read, found, file)
    told = known(language, _language(read), found.bundle.language)
    is_clean = _show(file, result, found, told, as_json=as_json)
    raise typer.Exit(0 if is_clean else _TO_DO)


def _read(file: Path) -> Notebook:
    """Read a notebook. Raises CannotGrade, and UsageError where there is none."""
    from grader.formats import notebook

    if file.is_dir():
        raise UsageError(f"{file} is a folder; name the notebook in it")
    if file.exists() and not file.is_file():  # to open a pipe would wait for who writes to it
        raise UsageError(f"{file} is something else than a file")
    try:
        with file.open("rb") as opened:
            return notebook.read(opened.read(notebook.MAX_BYTES + 1))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error


def _found(read: Notebook, file: Path, bundle: Path | None) -> FoundBundle:
    """Find what a notebook is checked with. Raises BadBundle, UsageError and CannotGrade."""
    from grader.intake.find_bundle import find_bundle
    from grader.kernels.kernel import Limits

    usual = Limits()
    return find_bundle(read, file, bundle, limit=usual.submission, cell_limit=usual.cell)


def _language(read: Notebook | None) -> str | None:
    told = read.about.get("language") if read is not None else None
    return told if isinstance(told, str) else None


def _checked(read: Notebook, found: FoundBundle, file: Path) -> Precheck:
    from grader.intake.named_files import named_files
    from grader.kernels.choose import begin, open_factory

    begin(None)  # it loads torch, as this process does
    from grader.prechecking.precheck import precheck

    with errors.status("running the notebook …"), closing(open_factory(None, "cpu")) as kind:
        code = [one.source for one in read.cells if one.kind == "code"]
        own = [name for name, _ in found.bundle.assignment.files]
        files = named_files(file, code, own)
        return precheck(read, found.bundle, factory=kind, files=files)


def _show(
    file: Path, result: Precheck, found: FoundBundle, language: str, *, as_json: bool
) -> bool:
    """Print the page; return whether it has nothing to do."""
    import json
    from datetime import datetime

    from grader.formats.bundle_file import ENDING
    from grader.reporting.prechecks import Page

    written = datetime.fromtimestamp(file.stat().st_mtime).astimezone()
    saved = written.isoformat(sep=" ", timespec="minutes")[:16]  # in this machine's time
    page = Page(
        str(file),
        result,
        language,
        ending=ENDING,
        saved=saved,
        extra=found.notes,
        lacks_bundle=found.is_in_place_of_another,
    )
    if as_json:
        typer.echo(json.dumps(page.data(), ensure_ascii=False, indent=2))
    else:
        typer.echo(page.text(terminal.width()))
    return page.is_clean


def _refuse(reason: Text, file: Path | None, language: str, code: int) -> None:
    """Say why nothing can be told, and end."""
    from grader.wording.catalogue import translated

    said = translated(reason, language)
    told = said if file is None else f"{file}: {said}"
    errors.print(f"grader: {strip_controls(told)}", markup=False, soft_wrap=True)
    raise typer.Exit(code)
