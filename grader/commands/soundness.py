"""Verifying one source, and showing what was found."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import TYPE_CHECKING

import typer

from grader import cache_folder
from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from grader.errors import SourceError
    from grader.kernels.cards import Place
    from grader.kernels.kernel import KernelFactory
    from grader.model.assignment import Assignment
    from grader.model.verdict import Verdict
    from grader.verdict_cache import Asked


def verified(asked: Asked, kind: KernelFactory, tell: Callable[[str], None]) -> Verdict:
    """Verify a source. Raises SourceError, and UsageError."""
    from grader import verdict_cache
    from grader.source_cache import load
    from grader.verify import verify as verify_one

    cache = cache_folder.usual()
    assignment = load(asked.source, cache)
    _check_exercises(assignment, asked.exercises)
    verdict = verify_one(
        assignment,
        factory=kind,
        device=asked.device,
        limits=asked.limits,
        cache=cache,
        exercises=asked.exercises,
        tell=tell,
    )
    if not assignment.files:  # whether these have changed is not seen by looking at the source
        verdict_cache.keep(asked, verdict, cache, kind)
    return verdict


def show(verdict: Verdict, confusion: bool, *, is_known: bool) -> None:
    """Show what was found. is_known: by an earlier run."""
    from grader.reporting import soundness

    typer.echo(soundness.table(verdict.rows, verdict.assignment))
    if confusion:
        typer.echo(soundness.confusion(verdict.confusion))
    for finding in verdict.findings:
        typer.echo(f"  {'fault' if finding.fault else 'note '}  {finding}")
    faults = sum(finding.fault for finding in verdict.findings)
    said = f"{faults} to mend" if faults else f"sound{', as shown before' if is_known else ''}"
    typer.echo(f"{verdict.assignment}: {said}\n")


def show_faulty(name: str, error: SourceError) -> None:
    """Show why a source cannot be run."""
    told = "".join(f"  fault  {one}\n" for one in error.faults)
    typer.echo(f"{name}: cannot be run\n{told}")


def show_values(every: Sequence[Asked], place: Place | None) -> None:
    """Show what references give; those of faulty sources were named before.

    place: on a card, None for the CPU.
    """
    from grader.kernels.choose import open_factory

    with closing(open_factory(None, every[0].device, place=place)) as kind:
        for asked in every:
            show_values_of(asked, kind)


def show_values_of(asked: Asked, kind: KernelFactory) -> None:
    """Show what the reference of a source gives, unless it is faulty."""
    from grader.errors import SourceError
    from grader.reporting import soundness
    from grader.source_cache import load
    from grader.verifying.subject import open_subject
    from grader.verifying.values import reference_values

    cache = cache_folder.usual()
    with suppress(SourceError):
        assignment = load(asked.source, cache)
        subject = open_subject(assignment, kind, asked.device, cache, asked.exercises)
        names = {one.name for one in subject.exercises}
        rows = [
            (one.exercise, one.check, one.shown, one.other)
            for one in reference_values(subject.reference, subject.other)
            if one.exercise in names
        ]
        typer.echo(soundness.values(rows, assignment.name))
        subject.close()


def _check_exercises(assignment: Assignment, exercises: Collection[str]) -> None:
    """Raise UsageError where an assignment has no exercise of a name."""
    known = [one.name for one in assignment.exercises]
    for name in exercises:
        if name not in known:
            there = ", ".join(known)
            raise UsageError(f"--exercise {name}: {assignment.name} has none; there are {there}")
