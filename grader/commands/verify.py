"""Verifying assignments: one after another in this process, or side by side in several."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader import cache_folder
from grader.commands.app import app, errors, places_of, sources
from grader.commands.soundness import show, show_faulty, show_values, verified
from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.kernels.cards import Place
    from grader.kernels.kernel import KernelFactory
    from grader.model.verdict import Verdict
    from grader.verdict_cache import Asked

_UNSOUND = 1  # the exit code

_Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[NAME|SOURCE...]",
        help="Names from reference/, or paths to sources; all of reference/ without any.",
    ),
]
_Exercises = Annotated[
    list[str] | None,
    typer.Option(
        "--exercise",
        "--only",
        metavar="EXERCISE",
        help="Look at this exercise alone, and at nothing that concerns the notebook as a"
        " whole; may be repeated.",
    ),
]
_Watch = Annotated[
    bool,
    typer.Option("--watch", help="Verify again at each save, what changed alone, until Ctrl-C."),
]
_Preview = Annotated[
    bool,
    typer.Option(
        "--preview",
        help="Write what students will read: a report of each mistake, and an index of them.",
    ),
]
_Device = Annotated[
    str,
    typer.Option(
        metavar="cpu|cuda|cuda:N|auto",
        help="Where the code runs; auto takes CUDA where it can. On cards, one by one.",
    ),
]


@app.command(
    epilog="Examples: `grader verify`, `grader verify gradient_descent --confusion`,"
    " `grader verify tensors --only flatten --values`, `grader verify my/source.py --watch`."
)
def verify(
    names: _Names = None,
    exercise: _Exercises = None,
    confusion: Annotated[
        bool, typer.Option("--confusion", help="Show which mistake is taken for which.")
    ] = False,
    values: Annotated[
        bool, typer.Option("--values", help="Show what the reference gives, on both sets of data.")
    ] = False,
    watch: _Watch = False,
    preview: _Preview = False,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="The folder that --preview writes to.")
    ] = Path("preview"),
    device: _Device = "cpu",
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
    if watch and preview:
        raise UsageError("--preview goes without --watch: it writes its pages once")
    if watch:
        from grader.commands.watching import watch as watch_all

        watch_all(every, confusion, values, places[0] if places else None)
        return
    code = _verified_all(every, jobs or cores_and_memory(), confusion, places[:1])
    if values:
        show_values(every, places[0] if places else None)
    if preview:
        from grader.commands.previewing import write_previews

        write_previews(every, places[0] if places else None, out)
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
                        found = verified(asked, kind, tell)
                    except SourceError as error:
                        show_faulty(name, error)
                        is_sound = False
                        continue
            show(found, confusion, is_known=verdict is not None)
            is_sound = is_sound and found.is_sound
    return is_sound


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
                show(verdict, confusion, is_known=True)
                continue
            done = next(results)
            typer.echo(done.stdout, nl=False)
            typer.echo(done.stderr, nl=False, err=True)
            codes.append(done.returncode)
    return max(codes)
