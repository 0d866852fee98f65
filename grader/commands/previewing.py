"""Writing what students will read of a source's notebooks, for its author."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import TYPE_CHECKING

import typer

from grader import cache_folder
from grader.commands.app import errors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.kernels.cards import Place
    from grader.kernels.kernel import KernelFactory
    from grader.reporting.previews import PreviewRow
    from grader.verdict_cache import Asked
    from grader.verifying.preview import Preview


def write_previews(every: Sequence[Asked], place: Place | None, out: Path) -> None:
    """Write the reports of sources; of faulty ones nothing, which were named before.

    place: on a card, None for the CPU; out: a folder of its own for each is made there.
    """
    from grader.errors import SourceError
    from grader.kernels.choose import open_factory

    with closing(open_factory(None, every[0].device, place=place)) as kind:
        for asked in every:
            with suppress(SourceError):
                typer.echo(f"preview: {_write(asked, kind, out)}")


def _write(asked: Asked, kind: KernelFactory, out: Path) -> Path:
    """Write the reports of a source, and return where their index is. Raises SourceError."""
    from grader.reporting.previews import write
    from grader.source_cache import load
    from grader.verifying.preview import previews
    from grader.verifying.subject import open_subject

    cache = cache_folder.usual()
    assignment = load(asked.source, cache)
    subject = open_subject(assignment, kind, asked.device, cache, asked.exercises)
    rows = []
    with closing(subject), errors.status(f"{assignment.name}: …") as status:
        for one in previews(subject):
            status.update(f"{assignment.name}: {one.name} …")
            rows.append(_row(one))
    return write(assignment.title_in(None), rows, out / assignment.name)


def _row(one: Preview) -> PreviewRow:
    from grader.reporting.previews import PreviewRow

    language = one.report.language
    return PreviewRow(
        place=f"{language}/{one.name}.html",
        report=one.report,
        exercise=one.exercise.name if one.exercise else "",
        mistake=one.mistake.name if one.mistake else "",
        help=one.mistake.help_in(language) if one.mistake else "",
    )
