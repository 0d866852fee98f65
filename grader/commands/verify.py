"""Verifying assignments: one after another in this process, or side by side in several."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from grader import cache_folder
from grader.commands.app import app, errors, places_of, sources
from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from grader.kernels.cards import Place
    from grader.kernels.kernel import KernelFactory
    from grader.model.assignment import Assignment
    from grader.model.verdict import Verdict
    from grader.verdict_cache import Asked

_UNSOUND = 1  # the exit code


@app.command(
    epilog="Examples: `grader verify`, `grader verify gradient_descent --confusion`,"
    " `grader verify tensors --exercise flatten --values`, `grader verify my/source.py`."
)
def verify(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME|SOURCE...]",
            help="Names from reference/, or paths to sources; all of reference/ without any.",
        ),
    ] = None,
    exercise: Annotated[
        list[str] | None,
        typer.Option(
            "--exercise",
            "--only",
            metavar="EXERCISE",
            help="Look at this exercise alone, and at nothing that concerns the notebook as a"
            " whole; may be repeated.",
        ),
    ] = None,
    confusion: Annotated[
        bool, typer.Option("--confusion", help="Show which mistake is taken for which.")
    ] = False,
    values: Annotated[
        bool, typer.Option("--values", help="Show what the reference gives, on both sets of data.")
    ] = False,
    device: Annotated[
        str,
        typer.Option(
            metavar="cpu|cuda|cuda:N|auto",
            help="Where the code runs; auto takes CUDA where it can. On cards, one by one.",
        ),
    ] = "cpu",
    jobs: Annotated[
        int | None,
        typer.Option("-j", "--jobs", min=1, help="Processes; by cores and memory without."),
    ] = None,
    cell_limit: Annotated[
        float, typer.Option(min=1, help="As you will grade with; solutions take a third at most.")
    ] = 30.0,
    limit: Annotated[
        float, typer.Option(min=1, help="As you will grade with; the whole takes a third at most.")
    ] = 300.0,
) -> None:
    """Show that assignments are sound: that their checks tell right from wrong.

    What was shown before with the same source is not shown again, unless GRADER_CACHE=off.
    Exit code 0: nothing to mend. 1: each fault is named, with its file, cell, line, and what to do.
    """
    from grader.engines.choose import cores_and_memory
    from grader.kernels.kernel import Limits
    from grader.verdict_cache import Asked

    limits, places = Limits(cell=cell_limit, submission=limit), places_of(device, None)
    make = partial(Asked, device="cuda" if places else "cpu", limits=limits)
    paths = [path for name in names or (None,) for path in sources(name)]
    every = [make(source=path, exercises=exercise or ()) for path in paths]
    code = _verified_all(every, jobs or cores_and_memory(), confusion, places[:1])
    if values:
        _show_values(every, places[0] if places else None)
    raise typer.Exit(code)


def _verified_all(
    every: Sequence[Asked], jobs: int, confusion: bool, places: Sequence[Place]
) -> int:
    """Verify sources; returns the exit code. places: as in `_one_by_one`."""
    from grader.verdict_cache import known

    before = [known(asked, cache_folder.usual()) for asked in every]
    if (number := min(jobs, before.count(None))) > 1 and not places:
        return _side_by_side(every, before, number, confusion)
    return 0 if _one_by_one(every, before, confusion, places) else _UNSOUND


def _one_by_one(
    every: Sequence[Asked],
    before: Sequence[Verdict | None],
    confusion: bool,
    places: Sequence[Place],
) -> bool:
    """Verify sources, and show what was found; returns whether all are sound.

    before: what was found before, by source; places: on a card, none for the CPU.
    """
    from grader.errors import SourceError
    from grader.kernels.choose import begin, open_factory

    is_sound, place = True, places[0] if places else None
    with ExitStack() as opened:
        kind: KernelFactory | None = None
        for asked, verdict in zip(every, before, strict=True):
            name, found = asked.source.stem, verdict
            if found is None:
                with errors.status(f"{name}: …") as status:
                    if kind is None:
                        begin(None, place)  # it loads torch, as this process does
                        import grader.verify  # noqa: F401

                        ready = open_factory(None, asked.device, place=place)
                        kind = opened.enter_context(closing(ready))

                    def tell(step: str, name: str = name) -> None:
                        status.update(f"{name}: {step} …")

                    try:
                        found = _verified(asked, kind, tell)
                    except SourceError as error:
                        told = "".join(f"  fault  {one}\n" for one in error.faults)
                        typer.echo(f"{name}: cannot be run\n{told}")
                        is_sound = False
                        continue
            _show(found, confusion, is_known=verdict is not None)
            is_sound = is_sound and found.is_sound
    return is_sound


def _verified(asked: Asked, kind: KernelFactory, tell: Callable[[str], None]) -> Verdict:
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


def _side_by_side(
    every: Sequence[Asked],
    before: Sequence[Verdict | None],
    number: int,
    confusion: bool,
) -> int:
    """Verify each source in a process of its own, so many at once; returns the exit code.

    before: as in _one_by_one.
    """
    command = [sys.executable, "-P", "-m", "grader", "verify", "--jobs=1"]
    command += ["--confusion"] * confusion

    def run(asked: Asked) -> subprocess.CompletedProcess[str]:
        told = [f"--cell-limit={asked.limits.cell}", f"--limit={asked.limits.submission}"]
        told += [f"--exercise={one}" for one in asked.exercises]
        return subprocess.run(  # noqa: S603 - the grader itself, with paths of its user's
            [*command, *told, str(asked.source)], capture_output=True, text=True, check=False
        )

    codes = [0]
    status = errors.status(f"{before.count(None)} assignments, {number} at once …")
    with ThreadPoolExecutor(max_workers=number) as several, status:
        new = (asked for asked, verdict in zip(every, before, strict=True) if verdict is None)
        results = several.map(run, new)
        for verdict in before:
            if verdict is not None:
                _show(verdict, confusion, is_known=True)
                continue
            done = next(results)
            typer.echo(done.stdout, nl=False)
            typer.echo(done.stderr, nl=False, err=True)
            codes.append(done.returncode)
    return max(codes)


def _show_values(every: Sequence[Asked], place: Place | None) -> None:
    """Show what references give; those of faulty sources were named before.

    place: on a card, None for the CPU.
    """
    from grader.errors import SourceError
    from grader.kernels.choose import open_factory
    from grader.reporting import soundness
    from grader.source_cache import load
    from grader.verifying.subject import open_subject
    from grader.verifying.values import reference_values

    cache = cache_folder.usual()
    with closing(open_factory(None, every[0].device, place=place)) as kind:
        for asked in every:
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


def _show(verdict: Verdict, confusion: bool, *, is_known: bool) -> None:
    from grader.reporting import soundness

    typer.echo(soundness.table(verdict.rows, verdict.assignment))
    if confusion:
        typer.echo(soundness.confusion(verdict.confusion))
    for finding in verdict.findings:
        typer.echo(f"  {'fault' if finding.fault else 'note '}  {finding}")
    faults = sum(finding.fault for finding in verdict.findings)
    said = f"{faults} to mend" if faults else f"sound{', as shown before' if is_known else ''}"
    typer.echo(f"{verdict.assignment}: {said}\n")
