"""Verifying assignments: one after another in this process, or side by side in several."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader import cache_folder
from grader.commands.app import Device, app, device_of, errors, sources
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.kernels.kernel import Limits
    from grader.model.assignment import Assignment
    from grader.model.verdict import Verdict

_UNSOUND = 1  # the exit code


@app.command(
    epilog="Examples: `grader verify`, `grader verify gradient_descent --confusion`,"
    " `grader verify tensors --exercise flatten`, `grader verify my/source.py`."
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
            metavar="EXERCISE",
            help="Look at this exercise alone, and at nothing that concerns the notebook as a"
            " whole; may be repeated.",
        ),
    ] = None,
    confusion: Annotated[
        bool, typer.Option("--confusion", help="Show which mistake is taken for which.")
    ] = False,
    device: Annotated[
        Device, typer.Option(help="Where the code runs; auto takes CUDA where there is one.")
    ] = Device.cpu,
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

    Exit code 0: nothing to mend. 1: each fault is named, with its file, cell, line, and what to do.
    """
    from grader.engines.choose import cores_and_memory
    from grader.kernels.kernel import Limits

    paths = [path for name in names or (None,) for path in sources(name)]
    number = min(jobs or cores_and_memory(), len(paths))
    if number > 1:
        told = ["--device", device.value, f"--cell-limit={cell_limit}", f"--limit={limit}"]
        told += ["--confusion"] * confusion + [f"--exercise={one}" for one in exercise or ()]
        raise typer.Exit(_side_by_side(paths, number, told))
    limits = Limits(cell=cell_limit, submission=limit)
    is_sound = _one_by_one(paths, device_of(device), limits, exercise or [], confusion)
    raise typer.Exit(0 if is_sound else _UNSOUND)


def _one_by_one(
    paths: list[Path], device: str, limits: Limits, exercises: list[str], confusion: bool
) -> bool:
    """Verify sources, and show what was found; returns whether all are sound."""
    from grader.errors import SourceError
    from grader.kernels.choose import open_factory
    from grader.source_cache import load
    from grader.verify import verify as verify_one

    is_sound, cache = True, cache_folder.usual()
    with closing(open_factory(None, device)) as kind:
        for path in paths:
            with errors.status(f"{path.stem}: …") as status:

                def tell(step: str, name: str = path.stem) -> None:
                    status.update(f"{name}: {step} …")

                try:
                    assignment = load(path, cache)
                    _check_exercises(assignment, exercises)
                    verdict = verify_one(
                        assignment,
                        factory=kind,
                        device=device,
                        limits=limits,
                        cache=cache,
                        exercises=exercises,
                        tell=tell,
                    )
                except SourceError as error:
                    typer.echo(f"{path.stem}: cannot be run\n  fault  {error}\n")
                    is_sound = False
                    continue
            _show(verdict, confusion)
            is_sound = is_sound and verdict.is_sound
    return is_sound


def _side_by_side(paths: list[Path], number: int, told: list[str]) -> int:
    """Verify each source in a process of its own, so many at once; returns the exit code."""
    command = [sys.executable, "-P", "-m", "grader", "verify", "--jobs=1", *told]

    def run(path: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - the grader itself, with paths of its user's
            [*command, str(path)], capture_output=True, text=True, check=False
        )

    codes = []
    status = errors.status(f"{len(paths)} assignments, {number} at once …")
    with ThreadPoolExecutor(max_workers=number) as several, status:
        for done in several.map(run, paths):
            typer.echo(done.stdout, nl=False)
            typer.echo(done.stderr, nl=False, err=True)
            codes.append(done.returncode)
    return max(codes)


def _check_exercises(assignment: Assignment, exercises: list[str]) -> None:
    """Raise UsageError where an assignment has no exercise of a name."""
    known = [one.name for one in assignment.exercises]
    for name in exercises:
        if name not in known:
            there = ", ".join(known)
            raise UsageError(f"--exercise {name}: {assignment.name} has none; there are {there}")


def _show(verdict: Verdict, confusion: bool) -> None:
    from grader.reporting import soundness

    typer.echo(soundness.table(verdict.rows, verdict.assignment))
    if confusion:
        typer.echo(soundness.confusion(verdict.confusion))
    for finding in verdict.findings:
        typer.echo(f"  {'fault' if finding.fault else 'note '}  {finding}")
    faults = sum(finding.fault for finding in verdict.findings)
    typer.echo(f"{verdict.assignment}: {f'{faults} to mend' if faults else 'sound'}\n")
